internal import KubernetesObjects

/// The trailers of many packs, of which those that were used last are kept: enough to find blobs in packs that are known by number.
final class PackTails {
    /// A trailer with the places of its blobs.
    struct Tail {
        let tail: PackTail
        /// Opens structure pages only, so no key to the contents is unwrapped.
        let structure: BlobOpener
        /// Where each blob begins in the pack.
        let offsets: [Int]
        /// The records in the order of their ids.
        private let order: [UInt32]

        init(_ tail: PackTail, _ structure: BlobOpener) {
            self.tail = tail
            self.structure = structure
            var offset = tail.footer.headerLength
            offsets = tail.records.map { record in
                defer { offset += record.sealedLength }
                return offset
            }
            order = tail.records.indices.map { UInt32($0) }
                .sorted { tail.records[Int($0)].id.first < tail.records[Int($1)].id.first }
        }

        /// The number of the record of a blob.
        func find(_ id: BlobID) -> Int? {
            var (low, high) = (0, order.count)
            while low < high {
                let middle = (low + high) / 2
                if tail.records[Int(order[middle])].id.first < id.first { low = middle + 1 } else { high = middle }
            }
            while low < order.count, tail.records[Int(order[low])].id.first == id.first {
                if tail.records[Int(order[low])].id == id { return Int(order[low]) }
                low += 1
            }
            return nil
        }
    }

    /// How many records may be kept: about 20 MB. Small packs have few, so many of their trailers are kept.
    private static let recordLimit = 200_000

    let objects: [StoredObject]
    private let repository: Repository
    private let domains: [DomainSecrets]
    /// With the moment of the last use, counted in uses.
    private var kept: [Int: (tail: Tail, used: UInt64)] = [:]
    private var records = 0
    private var uses: UInt64 = 0

    init(_ repository: Repository, _ objects: [StoredObject]) {
        self.repository = repository
        self.objects = objects
        domains = repository.ring.domainKeys
    }

    /// Reads a trailer, without keeping it.
    ///
    /// - Returns: nil when none of the domains opens it, or why it cannot be read.
    func read(_ pack: Int) throws(LifeboatError) -> Result<PackTail?, MalformedBytes> {
        try PackTail.read(objects[pack], from: repository.store, domains: domains)
    }

    /// The trailer of a pack that was read before.
    subscript(pack: Int) -> Tail {
        get throws(LifeboatError) {
            uses += 1
            if let known = kept[pack]?.tail {
                kept[pack]?.used = uses
                return known
            }
            switch try read(pack) {
            case .success(let tail?):
                let loaded = Tail(tail, try structure(tail))
                keep(loaded, pack)
                return loaded
            case .success(nil): throw PackedBlobs.damaged(objects[pack].name, "it is of an unknown domain")
            case .failure(let reason): throw PackedBlobs.damaged(objects[pack].name, reason.reason)
            }
        }
    }

    private func keep(_ tail: Tail, _ pack: Int) {
        records += tail.offsets.count
        while records > Self.recordLimit, let oldest = kept.min(by: { $0.value.used < $1.value.used })?.key {
            records -= kept.removeValue(forKey: oldest)?.tail.offsets.count ?? 0
        }
        kept[pack] = (tail, uses)
    }

    private func structure(_ tail: PackTail) throws(LifeboatError) -> BlobOpener {
        let domain = try repository.ring.domain(tail.domain)
        return BlobOpener(
            header: tail.header,
            contentCiphers: tail.header.contexts.map { _ in nil },
            structureCiphers: tail.header.contexts.map { BlobCipher($0.structureKey(domain)) },
            identifiers: repository.treeKeys(domain).identifiers,
            codecs: repository.blobs.codecs
        )
    }
}
