internal import KubernetesObjects
internal import Synchronization

/// Reading beneath what was written or deleted over an object, in buckets that keep versions.
///
/// Objects are named by their SHA-256, so the right version can be told from any other without trusting the bucket.
extension S3Store {
    /// The version to read parts of; nil for the current one.
    ///
    /// Only a repository with Object Lock pays a listing for it: there somebody is expected to write over objects.
    func versionToRead(_ name: String, _ digest: [UInt8]) throws(LifeboatError) -> String? {
        if let known = provenVersions.withLock({ $0[name] }) { return known }
        guard options.lockMode != nil else { return nil }
        let versions = try versions(name)
        guard versions.count > 1 || versions.hasMarker else {
            provenVersions.withLock { $0[name] = .some(nil) }
            return nil
        }
        return try provenVersion(name, digest)?.id
    }

    /// The newest version whose bytes have the digest; nil when none has, or the bucket keeps no versions.
    ///
    /// - Throws: also when none that may be read has, and some may not be read.
    func provenVersion(_ name: String, _ digest: [UInt8]) throws(LifeboatError) -> (id: String, bytes: [UInt8])? {
        var refusal: LifeboatError?
        for id in try versions(name).ids {
            let version = try read(name, range: nil, version: id)
            if let bytes = version.bytes, contentDigest(bytes) == digest {
                provenVersions.withLock { $0[name] = id }
                return (id, bytes)
            }
            refusal = refusal ?? version.refusal
        }
        if let refusal { throw refusal }
        return nil
    }

    private struct Versions {
        var ids: [String] = []
        var hasMarker = false
        var count: Int { ids.count }
    }

    /// The versions of one object, the newest first. No permission to list them is the same as none.
    private func versions(_ name: String) throws(LifeboatError) -> Versions {
        let key = client.endpoint.key(name)
        var versions = Versions()
        var marker: [(name: String, value: String)] = []
        var markers: Set<String> = []
        var seen: Set<String> = []
        while true {
            var request = S3Request(method: "GET")
            request.query = [("versions", ""), ("prefix", key), ("encoding-type", "url")] + marker
            let answer = try client.answer(request) {
                XMLReader.read($0.body)?.name == "ListVersionsResult" ? nil : "it is no list of versions"
            }
            guard answer.isSuccess, let root = XMLReader.read(answer.body) else {
                guard [400, 403, 404, 405, 501].contains(answer.status), answer.errorCode != "NoSuchBucket" else {
                    throw S3Errors.refused(client, "list the versions of", key, answer)
                }
                return versions
            }
            let before = seen.count
            for element in root.children where element["Key"].flatMap({ S3Listing.decode($0, root) }) == key {
                if element.name == "DeleteMarker" { versions.hasMarker = true }
                guard let id = element["VersionId"], seen.insert(id).inserted else { continue }
                if element.name == "Version" { versions.ids.append(id) }
            }
            guard root["IsTruncated"] == "true" else { return versions }
            let nextKey = root["NextKeyMarker"].flatMap { S3Listing.decode($0, root) }
            if let nextKey, nextKey != key { return versions }
            // What is left out of the list might be the version that is needed.
            guard let nextKey, let nextVersion = root["NextVersionIdMarker"], markers.insert(nextVersion).inserted,
                seen.count > before
            else { throw S3Errors.malformed(client, key, "the list of its versions does not come to its end") }
            marker = [("key-marker", nextKey), ("version-id-marker", nextVersion)]
        }
    }
}
