internal import KubernetesObjects
internal import Synchronization

/// Large objects go up in parts: a part that fails is sent again, not the whole.
extension S3Store {
    static let partSize = 16 << 20

    func putInParts(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool {
        // Nothing large is sent for a name that is taken.
        guard try size(name) == nil else { return false }
        let tries = dialect.withLock { $0 }.fallbacks(options)
        for (index, dialect) in tries.enumerated() {
            if let isNew = try upload(name, bytes, dialect, isLast: index + 1 == tries.count) { return isNew }
        }
        return false
    }

    /// One whole upload; nil when the server does not know a header of it.
    private func upload(
        _ name: String,
        _ bytes: [UInt8],
        _ dialect: S3Dialect,
        isLast: Bool
    ) throws(LifeboatError) -> Bool? {
        let key = client.endpoint.key(name)
        var start = S3Request(method: "POST", key: key, query: [("uploads", "")], body: [])
        start.headers = [("content-type", "application/octet-stream")]
        start.lock = lock
        if dialect.sendsChecksums { start.headers.append(("x-amz-checksum-algorithm", "SHA256")) }
        let begun = try client.answer(start) {
            XMLReader.read($0.body)?["UploadId"] == nil ? "it begins no upload" : nil
        }
        if !isLast, S3Dialect.mayRefuseHeader(begun) { return nil }
        guard begun.isSuccess, let upload = XMLReader.read(begun.body)?["UploadId"] else {
            throw S3Errors.refused(client, "write", key, begun)
        }
        var isDone = false
        // An upload that is given up would be paid for until somebody finds it.
        defer {
            if !isDone {
                _ = try? client.send(S3Request(method: "DELETE", key: key, query: [("uploadId", upload)]))
            }
        }
        var parts = ""
        for (number, first) in stride(from: 0, to: bytes.count, by: Self.partSize).enumerated() {
            let slice = bytes[first..<min(first + Self.partSize, bytes.count)]
            guard let part = try uploadPart(key, upload, number + 1, slice, dialect, isLast: isLast) else { return nil }
            parts += part
        }
        let document = "<CompleteMultipartUpload>\(parts)</CompleteMultipartUpload>"
        let finish = S3Request(
            method: "POST",
            key: key,
            query: [("uploadId", upload)],
            headers: [("content-type", "application/xml")] + condition(dialect),
            body: Array(document.utf8)[...]
        )
        // This answer begins before the work is done, so an error may come with the status of a success.
        let result = try client.send(finish) {
            XMLReader.read($0.body)?.name == "CompleteMultipartUploadResult" ? nil : "the upload was not completed"
        }
        if case .success(let answer) = result.outcome, !isLast, !result.mayHaveActed, S3Dialect.mayRefuseHeader(answer)
        {
            return nil
        }
        isDone = try settle(name, bytes, result)
        return isDone
    }

    /// Sends a part; its line of the closing document, or nil when the server does not know a header of it.
    private func uploadPart(
        _ key: String,
        _ upload: String,
        _ number: Int,
        _ slice: ArraySlice<UInt8>,
        _ dialect: S3Dialect,
        isLast: Bool
    ) throws(LifeboatError) -> String? {
        let digest = contentDigest(Array(slice))
        let request = S3Request(
            method: "PUT",
            key: key,
            query: [("partNumber", String(number)), ("uploadId", upload)],
            headers: checksum(slice, digest, dialect),
            body: slice,
            bodyDigest: digest
        )
        let answer = try client.answer(request, problem: Self.objectProblem)
        if !isLast, S3Dialect.mayRefuseHeader(answer) { return nil }
        guard answer.isSuccess, let tag = answer.headers["etag"] else {
            throw S3Errors.refused(client, "write", key, answer)
        }
        let sum = dialect.sendsChecksums ? "<ChecksumSHA256>\(Base64.encode(digest))</ChecksumSHA256>" : ""
        return "<Part><PartNumber>\(number)</PartNumber><ETag>\(Self.escaped(tag))</ETag>\(sum)</Part>"
    }

    private static func escaped(_ text: String) -> String {
        text.split(separator: "&", omittingEmptySubsequences: false).joined(separator: "&amp;")
            .split(separator: "<", omittingEmptySubsequences: false).joined(separator: "&lt;")
    }
}
