internal import Crypto
internal import KubernetesObjects

/// A pack that is put together from blobs of other packs, as they are: sealed. Nothing is decrypted, so no key to the contents is needed.
struct PackCopy {
    /// A pack of more contexts would be slow to open: a reader unwraps a key for each.
    static let contextLimit = 256
    private static let dictionaryLimit = 15

    private struct Part {
        var bytes: [UInt8] = []
        var records: [PackRecord] = []
        var checksums: [UInt32] = []
    }

    private let repository: RepositoryID
    private let domain: DomainSecrets
    /// The first is of the author of this pack. It seals the trailer and no blob, so it is wrapped for nobody.
    private var contexts: [KeyContext]
    private var dictionaries: [BlobID] = []
    private var documents = Part()
    /// Names and structure pages, which stand at the end of a pack.
    private var pages = Part()

    init(_ repository: RepositoryID, _ domain: DomainSecrets, random: (Int) -> [UInt8]) {
        self.repository = repository
        self.domain = domain
        contexts = [
            KeyContext(
                session: SealedSession(id: SessionID(truncating: random(16)), stanzas: []),
                salt: random(KeyContext.saltCount),
                commitment: [UInt8](repeating: 0, count: KeyContext.commitmentCount)
            )
        ]
    }

    var isEmpty: Bool { documents.records.isEmpty && pages.records.isEmpty }

    /// Whether the blobs of one more pack of this size and with this header fit.
    func hasRoom(for size: Int, _ header: PackHeader) -> Bool {
        documents.bytes.count + pages.bytes.count + size <= PackBuilder.targetSize
            && contexts.count + header.contexts.count <= Self.contextLimit
            && Set(dictionaries + header.dictionaries).count <= Self.dictionaryLimit
    }

    /// Copies the blobs of a pack that `isWanted` names.
    mutating func append(_ source: PackContents, isWanted: (BlobID) -> Bool) {
        var places: [Int: Int] = [:]
        source.forEachBlob { record, sealed in
            guard isWanted(record.id) else { return }
            let context = places[record.context] ?? contexts.count
            if places[record.context] == nil {
                places[record.context] = context
                contexts.append(source.header.contexts[record.context])
            }
            var dictionary = 0
            if record.dictionary > 0 {
                let id = source.header.dictionaries[record.dictionary - 1]
                if !dictionaries.contains(id) { dictionaries.append(id) }
                dictionary = (dictionaries.firstIndex(of: id) ?? 0) + 1
            }
            let copy = PackRecord(
                id: record.id,
                type: record.type,
                codec: record.codec,
                context: context,
                dictionary: dictionary,
                ordinal: record.ordinal,
                sealedLength: record.sealedLength,
                rawLength: record.rawLength,
                page: record.page
            )
            let part = record.type == .names || record.type == .structure ? \PackCopy.pages : \PackCopy.documents
            self[keyPath: part].bytes.append(contentsOf: sealed)
            self[keyPath: part].records.append(copy)
            self[keyPath: part].checksums.append(CRC32C.checksum(sealed))
        }
    }

    var header: PackHeader {
        PackHeader(
            packClass: .repacked,
            repository: repository,
            contexts: contexts,
            dictionaries: dictionaries
        )
    }

    /// Puts the pack together, reads it back, and compares each blob with its source.
    ///
    /// - Parameter opener: opens what this credential opens; the rest is compared by its checksum.
    consuming func finish(_ opener: BlobOpener) throws(MalformedBytes) -> FinishedPack {
        let copy = consume self
        let header = copy.header
        let headerBytes = header.encoded()
        let records = copy.documents.records + copy.pages.records
        let checksums = copy.documents.checksums + copy.pages.checksums
        let key = copy.contexts[0].trailerKey(copy.domain)
        var bytes = headerBytes + copy.documents.bytes + copy.pages.bytes
        try PackTrailer.append(records, to: &bytes, header: header, headerBytes: headerBytes, key: key)
        let digest = contentDigest(bytes)
        let contents = try PackContents(bytes, trailerKey: key)
        guard contents.header == header, contents.records == records, contents.isBodyIntact else {
            throw MalformedBytes("the pack does not read back as it was written")
        }
        var next = 0
        try contents.forEachBlob { (record, sealed) throws(MalformedBytes) in
            guard CRC32C.checksum(sealed) == checksums[next] else {
                throw MalformedBytes("blob \(record.id) is not what was copied")
            }
            next += 1
            if opener.canOpen(record) { try opener.verify(record, sealed) }
        }
        return FinishedPack(digest: digest, bytes: bytes, records: records)
    }
}
