internal import Crypto
package import KubernetesObjects
internal import Synchronization

extension S3Store {
    package var lockDays: Int? { options.lockMode == nil ? nil : options.retentionDays }

    /// Locks objects anew for the configured days when less than half of them is left.
    ///
    /// Of a pack or a manifest, which is named by its bytes, it is the version with these bytes: somebody who wrote over it may have locked
    /// what he wrote (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html).
    package func extendLocks(of names: [String]) throws(LifeboatError) -> Int {
        guard let mode = options.lockMode, let days = lockDays else { return 0 }
        let seconds = Int64(days) * 86_400
        let (least, until) = (now().adding(seconds: seconds / 2), now().adding(seconds: seconds))
        let count = Atomic<Int>(0)
        try ParallelWork.forEach(names.count) { (number) throws(LifeboatError) in
            if try extendLock(of: names[number], mode, least: least, until: until) { count.add(1, ordering: .relaxed) }
        }
        return count.load(ordering: .relaxed)
    }

    private func extendLock(
        of name: String,
        _ mode: S3Location.LockMode,
        least: Timestamp,
        until: Timestamp
    ) throws(LifeboatError) -> Bool {
        let key = client.endpoint.key(name)
        var version: [(name: String, value: String)] = []
        if let digest = ContentName.digest(name), let id = try versionToRead(name, digest) {
            version = [("versionId", id)]
        }
        let head = try client.answer(
            S3Request(method: "HEAD", key: key, query: version),
            problem: Self.objectProblem
        )
        // Deleted meanwhile by another collection, or by somebody: the check tells.
        if head.status == 404 || head.status == 405 { return false }
        guard head.isSuccess else { throw S3Errors.refused(client, "read the lock of", key, head) }
        let end = head.headers["x-amz-object-lock-retain-until-date"]
            .flatMap { try? Timestamp(parsing: $0) }
        if let end, end >= least { return false }
        // A lock that cannot be taken away stays one.
        let isFirm = head.headers["x-amz-object-lock-mode"] == S3Location.LockMode.compliance.rawValue
        let body = Array(
            """
            <Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Mode>\
            \((isFirm ? .compliance : mode).rawValue)</Mode>\
            <RetainUntilDate>\(until)</RetainUntilDate></Retention>
            """
            .utf8
        )
        let sum = body.withUnsafeBytes { Insecure.MD5.hash(data: $0) }
        let request = S3Request(
            method: "PUT",
            key: key,
            query: [("retention", "")] + version,
            headers: [("content-type", "application/xml"), ("content-md5", Base64.encode(Array(sum)))],
            body: body[...]
        )
        let answer = try client.answer(request)
        guard answer.isSuccess else { throw S3Errors.refused(client, "extend the lock of", key, answer) }
        return true
    }
}
