package import KubernetesObjects

extension S3Store {
    package func get(_ name: String, range: Range<Int>?) throws(LifeboatError) -> [UInt8]? {
        guard let digest = ContentName.digest(name) else { return try read(name, range: range, version: nil).known() }
        guard let range else {
            let current = try read(name, range: nil, version: nil)
            if let bytes = current.bytes, contentDigest(bytes) == digest { return bytes }
            guard current.bytes != nil || current.mayBeWrittenOver else { return nil }
            // Whoever wrote or deleted over it could not change the version that is beneath.
            if let proven = try provenVersion(name, digest) { return proven.bytes }
            return try current.known()
        }
        let version = try versionToRead(name, digest)
        let part = try read(name, range: range, version: version)
        guard version == nil, part.mayBeWrittenOver, let proven = try provenVersion(name, digest) else {
            return try part.known()
        }
        return Array(proven.bytes[range.clamped(to: 0..<proven.bytes.count)])
    }

    /// What a look at one version of an object has shown.
    struct Reading {
        /// Nil when the object is absent, or may not be read.
        var bytes: [UInt8]?
        /// There are no bytes, and another version may be beneath a delete marker or a version that nobody may read.
        var mayBeWrittenOver = false
        /// Why the version may not be read: somebody may have encrypted what he wrote over it with a key of his own.
        var refusal: LifeboatError?

        func known() throws(LifeboatError) -> [UInt8]? {
            if let refusal { throw refusal }
            return bytes
        }
    }

    func read(_ name: String, range: Range<Int>?, version: String?) throws(LifeboatError) -> Reading {
        let key = client.endpoint.key(name)
        if let range, range.isEmpty { return Reading(bytes: try size(name).map { _ in [] }) }
        var request = S3Request(method: "GET", key: key, largestBody: LargestRead.bytes)
        if let version { request.query = [("versionId", version)] }
        if let range { request.headers = [("range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")] }
        let answer: WebAnswer
        do throws(LifeboatError) {
            answer = try client.answer(request) { Self.objectProblem($0) ?? Self.rangeProblem($0, range) }
        } catch {
            // What is too large to be an object was not written as one.
            guard error.code == .repositoryDamaged else { throw error }
            return Reading(mayBeWrittenOver: true, refusal: error)
        }
        switch answer.status {
        case 206: return Reading(bytes: answer.body)
        case 200:
            // A server or proxy that knows no ranges sends the whole.
            return Reading(
                bytes: range.map { Array(answer.body[$0.clamped(to: 0..<answer.body.count)]) } ?? answer.body
            )
        case 416 where range != nil: return Reading(bytes: [])
        case 404 where answer.errorCode != "NoSuchBucket":
            let mayBeMarked = answer.headers["x-amz-delete-marker"] == "true" || options.lockMode != nil
            return Reading(mayBeWrittenOver: mayBeMarked)
        default:
            let refusal = S3Errors.refused(client, "read", key, answer)
            guard answer.status == 400 || answer.status == 403 else { throw refusal }
            return Reading(mayBeWrittenOver: true, refusal: refusal)
        }
    }

    /// Why an answer is not the part that was asked for.
    static func rangeProblem(_ answer: WebAnswer, _ range: Range<Int>?) -> String? {
        guard answer.status == 206 else {
            guard answer.status == 200 else { return nil }
            guard answer.headers["content-encoding"] == nil else { return "it was encoded on the way" }
            guard let length = answer.headers["content-length"] else {
                // The end of the connection is then the end of it, and of what was cut off as well.
                let isChunked = answer.headers["transfer-encoding"]?.lowercased().contains("chunked") == true
                return isChunked ? nil : "it does not say how long it is, and may have been cut off"
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
