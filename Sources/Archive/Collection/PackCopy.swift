internal import Crypto
internal import KubernetesObjects

/// A pack that is put together from blobs of other packs, as they are: sealed. Nothing is decrypted, so no key to the contents is needed.
struct PackCopy {
    /// A pack of more contexts would be slow to open: a reader unwraps a key for each.
    static let contextLimit = 256
    private static let dictionaryLimit = 15
    /// Room for the dictionaries and all else in a header.
    private static let contextBytesLimit = PackHeader.limit - 4096

    private struct Part {
        var bytes: [UInt8] = []
        var records: [PackRecord] = []
        var checksums: [UInt32] = []
    }

    private let repository: RepositoryID
    private let domain: DomainSecrets
    /// The first is of the author of this pack. It seals the trailer and no blob, so it is wrapped for nobody.
    private var contexts: [KeyContext]
    private var contextBytes = 0
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

    /// Those blobs of a pack that are copied.
    struct Selection {
        let source: PackContents
        fileprivate let isWanted: [Bool]
        fileprivate let bytes: Int
        fileprivate let blobs: Int

        init(_ source: PackContents, _ isWanted: (BlobID) -> Bool) {
            self.source = source
            let wanted = source.records.map { isWanted($0.id) }
            self.isWanted = wanted
            bytes = zip(source.records, wanted).reduce(0) { $0 + ($1.1 ? $1.0.sealedLength : 0) }
            blobs = wanted.count { $0 }
        }
    }

    /// Whether the blobs of one more pack fit.
    func hasRoom(for selection: Selection) -> Bool {
        let header = selection.source.header
        return documents.bytes.count + pages.bytes.count + selection.bytes <= PackBuilder.targetSize
            && documents.records.count + pages.records.count + selection.blobs <= PackBuilder.blobLimit
            && contexts.count + header.contexts.count <= Self.contextLimit
            && contextBytes + header.contexts.reduce(0) { $0 + $1.byteCount } <= Self.contextBytesLimit
            && Set(dictionaries + header.dictionaries).count <= Self.dictionaryLimit
    }

    /// Copies blobs of a pack.
    mutating func append(_ selection: Selection) {
        let source = selection.source
        var places: [Int: Int] = [:]
        var number = -1
        source.forEachBlob { record, sealed in
            number += 1
            guard selection.isWanted[number] else { return }
            let context = places[record.context] ?? contexts.count
            if places[record.context] == nil {
                places[record.context] = context
                contexts.append(source.header.contexts[record.context])
                contextBytes += source.header.contexts[record.context].byteCount
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
        // The one owner, so that each part is gone when it is in the pack.
        var copy = consume self
        let header = copy.header
        let headerBytes = header.encoded()
        let key = copy.contexts[0].trailerKey(copy.domain)
        var bytes = headerBytes
        bytes.reserveCapacity(
            headerBytes.count + copy.documents.bytes.count + copy.pages.bytes.count
                + (copy.documents.records.count + copy.pages.records.count) * 64 + PackFooter.byteCount
        )
        let (records, checksums) = copy.moveParts(to: &bytes)
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

    private mutating func moveParts(to bytes: inout [UInt8]) -> (records: [PackRecord], checksums: [UInt32]) {
        bytes += documents.bytes
        documents.bytes = []
        bytes += pages.bytes
        pages.bytes = []
        defer { (documents, pages) = (Part(), Part()) }
        return (documents.records + pages.records, documents.checksums + pages.checksums)
    }
}
