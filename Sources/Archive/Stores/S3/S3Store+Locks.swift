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
        guard let lock else { return 0 }
        // Of these the right version can be told, so they come first: whoever wrote over others may keep this from its end.
        let ordered =
            names.filter { ContentName.digest($0) != nil } + names.filter { ContentName.digest($0) == nil }
        let count = Atomic<Int>(0)
        let refusals = Mutex<[Int: LifeboatError]>([:])
        try ParallelWork.forEach(ordered.count) { (number) throws(LifeboatError) in
            do throws(LifeboatError) {
                if try extendLock(of: ordered[number], lock) { count.add(1, ordering: .relaxed) }
            } catch {
                // One object that may not be looked at does not let the locks of all others end.
                guard [.storeDenied, .storageFailed, .repositoryDamaged].contains(error.code) else { throw error }
                refusals.withLock { $0[number] = error }
            }
        }
        if let first = refusals.withLock({ $0.min { $0.key < $1.key } }) { throw first.value }
        return count.load(ordering: .relaxed)
    }

    private func extendLock(of name: String, _ lock: S3Lock) throws(LifeboatError) -> Bool {
        let key = client.endpoint.key(name)
        let digest = ContentName.digest(name)
        var version: [(name: String, value: String)] = []
        if let digest, let id = try versionToRead(name, digest) { version = [("versionId", id)] }
        var head = try lockHead(key, version)
        if [400, 403].contains(head.status), version.isEmpty, let digest,
            let proven = try provenVersion(name, digest)
        {
            // Somebody has written over it since, and what he wrote is not what is to be kept.
            version = [("versionId", proven.id)]
            head = try lockHead(key, version)
        }
        if head.status == 404 || head.status == 405 {
            // Deleted meanwhile by another collection, or by somebody: the check tells. Only the store knows that.
            var isAbsent = head.isOfS3
            if !isAbsent, version.isEmpty { isAbsent = try size(name) == nil }
            guard isAbsent else {
                throw S3Errors.malformed(client, key, "it says that nothing is there, and not in the words of S3")
            }
            return false
        }
        guard head.isSuccess else { throw S3Errors.refused(client, "read the lock of", key, head) }
        let end = head.headers["x-amz-object-lock-retain-until-date"]
            .flatMap { try? Timestamp(parsing: $0) }
        // After an answer of the server, which may have set the clock.
        let now = clock.now()
        let seconds = Int64(lock.days) * 86_400
        if let end, end >= now.adding(seconds: seconds / 2) { return false }
        // A lock that cannot be taken away stays one.
        let isFirm = head.headers["x-amz-object-lock-mode"] == S3Location.LockMode.compliance.rawValue
        let body = Array(
            """
            <Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Mode>\
            \((isFirm ? .compliance : lock.mode).rawValue)</Mode>\
            <RetainUntilDate>\(now.adding(seconds: seconds))</RetainUntilDate></Retention>
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

    private func lockHead(_ key: String, _ query: [(name: String, value: String)]) throws(LifeboatError) -> WebAnswer {
        try client.answer(S3Request(method: "HEAD", key: key, query: query), problem: Self.objectProblem)
    }
}
