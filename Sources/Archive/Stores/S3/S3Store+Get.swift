package import KubernetesObjects

extension S3Store {
    package func get(_ name: String, range: Range<Int>?) throws(LifeboatError) -> [UInt8]? {
        guard let digest = ContentName.digest(name) else { return try read(name, range: range, version: nil).bytes }
        guard let range else {
            let current = try read(name, range: nil, version: nil)
            if let bytes = current.bytes, contentDigest(bytes) == digest { return bytes }
            guard current.bytes != nil || current.mayBeMarked else { return nil }
            // Whoever wrote or deleted over it could not change the version that is beneath.
            return try provenVersion(name, digest)?.bytes ?? current.bytes
        }
        let version = try versionToRead(name, digest)
        let part = try read(name, range: range, version: version)
        guard part.bytes == nil, part.mayBeMarked, version == nil else { return part.bytes }
        return try provenVersion(name, digest).map { Array($0.bytes[range.clamped(to: 0..<$0.bytes.count)]) }
    }

    /// Bytes of one version; `mayBeMarked` when there are none and a delete marker may be why.
    func read(
        _ name: String,
        range: Range<Int>?,
        version: String?
    ) throws(LifeboatError) -> (bytes: [UInt8]?, mayBeMarked: Bool) {
        let key = client.endpoint.key(name)
        if let range, range.isEmpty { return (try size(name).map { _ in [] }, false) }
        var request = S3Request(method: "GET", key: key)
        if let version { request.query = [("versionId", version)] }
        if let range { request.headers = [("range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")] }
        let answer = try client.answer(request) { Self.objectProblem($0) ?? Self.rangeProblem($0, range) }
        switch answer.status {
        case 206: return (answer.body, false)
        case 200:
            // A server or proxy that knows no ranges sends the whole.
            return (range.map { Array(answer.body[$0.clamped(to: 0..<answer.body.count)]) } ?? answer.body, false)
        case 416 where range != nil: return ([], false)
        case 404 where answer.errorCode != "NoSuchBucket":
            return (nil, answer.headers["x-amz-delete-marker"] == "true" || options.lockMode != nil)
        default: throw S3Errors.refused(client, "read", key, answer)
        }
    }

    /// Why an answer is not the part that was asked for.
    static func rangeProblem(_ answer: WebAnswer, _ range: Range<Int>?) -> String? {
        guard answer.status == 206 else {
            guard answer.status == 200, let length = answer.headers["content-length"],
                answer.headers["content-encoding"] == nil
            else {
                return answer.status == 200 && answer.headers["content-encoding"] != nil
                    ? "it was encoded on the way" : nil
            }
            return Int(length) == answer.body.count ? nil : "it is not as long as it says"
        }
        guard let range, let got = ContentRange(answer) else { return "it is a part, and does not say which" }
        let expected = range.clamped(to: 0..<got.total)
        guard got.range == expected else {
            return "bytes \(got.range.lowerBound) to \(got.range.upperBound - 1) came in place of "
                + "\(expected.lowerBound) to \(expected.upperBound - 1)"
        }
        return answer.body.count == expected.count ? nil : "it is not as long as it says"
    }
}

/// Names that hold the SHA-256 of what they name: packs and manifests.
enum ContentName {
    static func digest(_ name: String) -> [UInt8]? {
        guard name.hasPrefix("p/") || name.hasPrefix("s/"), name.utf8.count > 66 else { return nil }
        let mark = name.utf8.dropLast(64).last
        guard mark == 0x2F || mark == 0x2D else { return nil }
        return Hexadecimal.decode(name.suffix(64))
    }
}
