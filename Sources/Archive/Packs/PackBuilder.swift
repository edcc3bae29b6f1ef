internal import Crypto

/// A pack that is being filled in memory.
struct PackBuilder {
    /// When the ciphertexts reach this size, the pack is finished and the next one begun.
    static let targetSize = 16 << 20
    /// The same for so many blobs, so that what must be known of one pack at a time is bounded, too.
    static let blobLimit = 1 << 16

    private let header: PackHeader
    private let headerBytes: [UInt8]
    private let contentCipher: BlobCipher
    private let structureCipher: BlobCipher
    private let trailerKey: SymmetricKey
    private(set) var bytes: [UInt8]
    private(set) var records: [PackRecord] = []
    /// The pages that others in this pack were compressed like.
    private var pages: [BlobID: [UInt8]] = [:]
    /// Used again for every blob.
    private var authenticated: [UInt8] = []
    var isBulk: Bool { header.packClass == .bulk }
    var isFull: Bool { bytes.count >= Self.targetSize || records.count >= Self.blobLimit }

    /// - Parameter buffer: the memory of an earlier pack, so that the system need not give it anew.
    init(
        _ packClass: PackClass = .small,
        repository: RepositoryID,
        session: Session,
        domain: DomainSecrets,
        salt: [UInt8],
        buffer: consuming [UInt8] = []
    ) throws(MalformedBytes) {
        let context = KeyContext(session, salt: salt)
        header = PackHeader(
            packClass: packClass,
            repository: repository,
            contexts: [context],
            dictionaries: packClass == .small ? BlobDictionary.objects.map { [$0.id] } ?? [] : []
        )
        headerBytes = header.encoded()
        contentCipher = BlobCipher(try context.contentKey(session.key))
        structureCipher = BlobCipher(context.structureKey(domain))
        trailerKey = context.trailerKey(domain)
        bytes = consume buffer
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: headerBytes)
    }

    /// Seals a blob at the end of the pack.
    mutating func append(
        _ id: BlobID,
        type: BlobType,
        codec: BlobCodec,
        rawLength: Int,
        packed: UnsafeRawBufferPointer,
        like page: (id: BlobID, bytes: [UInt8])? = nil
    ) throws(MalformedBytes) {
        let record = PackRecord(
            id: id,
            type: type,
            codec: codec,
            context: 0,
            dictionary: codec == .zstdWithDictionary ? 1 : 0,
            ordinal: UInt64(records.count),
            sealedLength: packed.count + BlobCipher.overhead,
            rawLength: rawLength,
            page: page?.id
        )
        if let page { pages[page.id] = page.bytes }
        if bytes.count > 1 << 20, bytes.capacity < Self.targetSize {
            // The blob that fills a pack may be a chunk of the largest size.
            let excess = header.packClass == .bulk ? Chunker.largest + (64 << 10) : 2 << 20
            bytes.reserveCapacity(Self.targetSize + excess)
            bytes.withUnsafeBytes { used in
                LargePages.advise(UnsafeRawBufferPointer(start: used.baseAddress, count: bytes.capacity))
            }
        }
        let cipher = type.isStructural ? structureCipher : contentCipher
        record.encodeAuthenticated(header, into: &authenticated)
        try cipher.seal(packed, ordinal: record.ordinal, authenticating: authenticated, into: &bytes)
        records.append(record)
    }

    /// Adds trailer and footer, and proves that every blob can be read back from the finished bytes.
    ///
    /// The name is computed before the proof, so a bit that flips in memory at any moment is either found by the proof
    /// or makes the stored bytes differ from their name.
    consuming func finish(
        identifiers: KeyedHash,
        codecs: ZstandardPool,
        hook: ((inout [UInt8]) -> Void)? = nil
    ) throws(MalformedBytes) -> FinishedPack {
        // The one owner of the bytes, so that the end is appended without copying them.
        var pack = consume self
        let header = pack.header
        try PackTrailer.append(
            pack.records,
            to: &pack.bytes,
            header: header,
            headerBytes: pack.headerBytes,
            key: pack.trailerKey
        )
        hook?(&pack.bytes)
        let digest = contentDigest(pack.bytes)
        let contents = try PackContents(pack.bytes, trailerKey: pack.trailerKey)
        guard contents.header == header, contents.records == pack.records, contents.isBodyIntact else {
            throw MalformedBytes("the pack does not read back as it was written")
        }
        let opener = BlobOpener(
            header: header,
            contentCiphers: [pack.contentCipher],
            structureCiphers: [pack.structureCipher],
            identifiers: identifiers,
            codecs: codecs
        )
        try contents.verify(opener, pages: pack.pages)
        return FinishedPack(digest: digest, bytes: pack.bytes, records: pack.records)
    }
}

/// A pack that is ready to be stored.
struct FinishedPack {
    let digest: [UInt8]
    let bytes: [UInt8]
    let records: [PackRecord]

    var name: String { PackName.name(digest) }
}

/// Names of packs: `p/<2 digits>/<sha256>`.
enum PackName {
    static func name(_ digest: [UInt8]) -> String {
        let text = Hexadecimal.encode(digest)
        return "p/\(text.prefix(2))/\(text)"
    }

    /// The digest in a name; nil when it is no name of a pack.
    static func digest(_ name: String) -> [UInt8]? {
        guard let last = name.split(separator: "/").last, let digest = Hexadecimal.decode(String(last)),
            digest.count == 32, self.name(digest) == name
        else { return nil }
        return digest
    }
}
