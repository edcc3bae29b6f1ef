internal import Crypto
internal import KubernetesObjects

/// Checks one pack.
struct PackCheck {
    let repository: Repository
    let level: CheckLevel
    private(set) var bytesRead = 0
    /// Blobs of which this check proved that they cannot be read.
    private(set) var damaged: [BlobID: String] = [:]

    init(repository: Repository, level: CheckLevel) {
        self.repository = repository
        self.level = level
    }

    /// Reads a whole pack and compares it with its name and, at the level of data, every blob with its id.
    ///
    /// - Returns: what is wrong with it; nil when nothing is.
    mutating func check(_ object: StoredObject) throws(LifeboatError) -> String? {
        guard let digest = PackName.digest(object.name) else { return "its name is not that of a pack" }
        guard let bytes = try repository.store.get(object.name) else { return "it is missing" }
        bytesRead += bytes.count
        let isNamed = contentDigest(bytes) == digest
        // A pack that differs from its name is opened all the same, to tell which of its blobs are hurt.
        if level == .data || !isNamed, let reason = try openBlobs(bytes, object.name, isNamed) { return reason }
        return isNamed ? nil : "its bytes are not those that its name stands for"
    }

    private mutating func openBlobs(_ bytes: [UInt8], _ name: String, _ isNamed: Bool) throws(LifeboatError) -> String?
    {
        var unreadable: String?
        var unknownDomain = true
        for id in repository.ring.domains {
            let domain = try repository.ring.domain(id)
            let contents: PackContents
            do throws(MalformedBytes) {
                contents = try PackContents(bytes) { (header) throws(MalformedBytes) in
                    header.contexts[0].trailerKey(domain)
                }
            } catch {
                unreadable = error.reason
                continue
            }
            unknownDomain = false
            unreadable = nil
            let opener = try repository.blobs.opener(contents.header, domain: id, name: name)
            var damaged: [BlobID: String] = [:]
            do throws(MalformedBytes) {
                try contents.forEachBlob { (record, sealed) throws(MalformedBytes) in
                    guard opener.canOpen(record) else {
                        // Without its key nobody can tell whether it is this blob that differs.
                        if !isNamed { damaged[record.id] = "its pack is damaged" }
                        return
                    }
                    do throws(MalformedBytes) { _ = try opener.open(record, sealed) } catch {
                        damaged[record.id] = error.reason
                    }
                }
            } catch { unreadable = error.reason }
            self.damaged.merge(damaged) { first, _ in first }
            if !contents.isBodyIntact { unreadable = "the checksum of its body is wrong" }
            if let first = damaged.min(by: { $0.key.description < $1.key.description }) {
                unreadable = "blob \(first.key): \(first.value)"
            }
            break
        }
        return unknownDomain && repository.ring.domains.isEmpty ? nil : unreadable
    }
}
