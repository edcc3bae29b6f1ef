internal import Crypto
internal import KubernetesObjects

/// `i/<SHA-256>`: what the trailers of packs of one domain say, so that opening a repository need not read all of them.
///
/// It is a cache. What is not in it is looked for in trailers, and what a read takes from it is proved by the trailer of the pack.
///
/// `magic 10 | repository 16 | domain 8 | salt 32 | n packs u32 | n entries u32 | n packs × SHA-256 | sealed blocks of 4096 entries`
struct IndexSegment {
    static let prefix = "i/"
    private static let magic = Array("LifeboatI".utf8) + [1]
    private static let saltCount = 32
    private static let headCount = 10 + 16 + 8 + saltCount + 8
    private static let blockEntries = 4096
    /// A larger one is not read: nobody writes such.
    static let sizeLimit = 256 << 20

    let repository: RepositoryID
    let domain: DomainID
    /// The digests in the names of packs.
    private(set) var packs: [[UInt8]] = []
    private(set) var entries = IndexEntries()

    init(_ repository: RepositoryID, _ domain: DomainID) {
        self.repository = repository
        self.domain = domain
    }

    /// Adds a pack.
    mutating func append(_ digest: [UInt8], _ records: [PackRecord]) {
        for record in records { entries.append(record.id, pack: packs.count, standsAlone: record.page == nil) }
        packs.append(digest)
    }

    /// This segment, to be read only, with its entries in a file when they are many.
    func mapped(in folder: String, atLeast count: Int) -> IndexSegment {
        var mapped = self
        mapped.entries = entries.mapped(in: folder, atLeast: count)
        return mapped
    }

    /// Adds a pack whose entries follow.
    ///
    /// - Returns: its number.
    mutating func append(_ digest: [UInt8]) -> Int {
        packs.append(digest)
        return packs.count - 1
    }

    /// Adds entries of packs whose numbers here are those of `packs`; nil leaves a pack out.
    mutating func append(_ others: IndexEntries, packs: [Int?]) { entries.append(others, packs: packs) }

    /// Adds those packs of another segment that `isWanted`.
    mutating func append(_ other: IndexSegment, where isWanted: ([UInt8]) -> Bool) {
        var numbers: [Int?] = []
        for digest in other.packs {
            guard isWanted(digest) else {
                numbers.append(nil)
                continue
            }
            numbers.append(packs.count)
            packs.append(digest)
        }
        entries.append(other.entries, packs: numbers)
    }

    /// The bytes of the segment, whose name is `i/` and their SHA-256.
    mutating func encoded(_ domain: DomainSecrets, random: (Int) -> [UInt8]) throws(MalformedBytes) -> [UInt8] {
        entries.sort()
        var bytes = Self.magic + repository.bytes + domain.id.bytes
        let salt = random(Self.saltCount)
        bytes += salt
        bytes.appendLittleEndian(UInt32(packs.count))
        bytes.appendLittleEndian(UInt32(entries.count))
        for digest in packs { bytes += digest }
        let head = bytes
        let cipher = BlobCipher(Self.key(domain, salt))
        for (ordinal, start) in stride(from: 0, to: max(entries.count, 1), by: Self.blockEntries).enumerated() {
            let block = entries.encode(start..<min(start + Self.blockEntries, entries.count))
            try block.withRawBytes { (block) throws(MalformedBytes) in
                try cipher.seal(block, ordinal: UInt64(ordinal), authenticating: head, into: &bytes)
            }
        }
        return bytes
    }

    private static func key(_ domain: DomainSecrets, _ salt: [UInt8]) -> SymmetricKey {
        HKDF<SHA256>
            .deriveKey(
                inputKeyMaterial: domain.structureKey,
                salt: salt,
                info: Array("lifeboat index v1".utf8),
                outputByteCount: 32
            )
    }

    /// What a segment says of itself before its packs.
    struct Head {
        let domain: DomainID
        fileprivate let salt: [UInt8]
        fileprivate let packs: Int
        fileprivate let entries: Int
        fileprivate var blocks: Int { max(1, (entries + blockEntries - 1) / blockEntries) }
        /// Where the list of packs ends, and the segment.
        var packsEnd: Int { headCount + packs * 32 }
        var end: Int { packsEnd + entries * IndexEntries.byteCount + blocks * BlobCipher.overhead }

        init(decoding bytes: [UInt8], _ repository: RepositoryID) throws(MalformedBytes) {
            var reader = ByteReader(bytes)
            try reader.expect(magic, "an index segment of format 1")
            guard try reader.take(16).elementsEqual(repository.bytes) else {
                throw MalformedBytes("it belongs to another repository")
            }
            domain = DomainID(truncating: try reader.array(8))
            salt = try reader.array(saltCount)
            packs = Int(try reader.integer(UInt32.self))
            entries = Int(try reader.integer(UInt32.self))
            guard packs < 1 << 31 else { throw MalformedBytes("it lists too many packs") }
        }
    }

    /// - Parameter domain: nil when the credential does not know it. Then the packs alone are read, and nothing behind them is needed.
    init(decoding bytes: [UInt8], _ repository: RepositoryID, _ domain: DomainSecrets?) throws(MalformedBytes) {
        let head = try Head(decoding: bytes, repository)
        self.init(repository, head.domain)
        // Before anything of these sizes is allocated.
        guard bytes.count == (domain == nil ? head.packsEnd : head.end) else {
            throw MalformedBytes("its size is not what it says")
        }
        var reader = ByteReader(bytes, from: Self.headCount)
        packs.reserveCapacity(head.packs)
        for _ in 0..<head.packs { packs.append(try reader.array(32)) }
        guard let domain else { return }
        guard domain.id == head.domain else { throw MalformedBytes("it is of another domain") }
        let authenticated = Array(bytes[..<reader.offset])
        let cipher = BlobCipher(Self.key(domain, head.salt))
        for ordinal in 0..<head.blocks {
            let count = min(Self.blockEntries, head.entries - ordinal * Self.blockEntries)
            let sealed = try reader.take(count * IndexEntries.byteCount + BlobCipher.overhead)
            let block = try sealed.withRawBytes { (sealed) throws(MalformedBytes) in
                try cipher.open(sealed, ordinal: UInt64(ordinal), authenticating: authenticated)
            }
            try entries.append(decoding: block, packs: head.packs)
        }
    }

    /// Reads a segment; of one of an unknown domain the packs alone.
    ///
    /// - Returns: nil when it is not there any more.
    static func load(
        _ object: StoredObject,
        from store: any ObjectStore,
        _ repository: RepositoryID,
        _ domains: [DomainSecrets]
    ) throws(LifeboatError) -> Result<IndexSegment, MalformedBytes>? {
        do throws(LifeboatError) { return try read(object, from: store, repository, domains) } catch {
            guard store.isRefusalOfOne(error, object.name) else { throw error }
            return .failure(MalformedBytes(error.message))
        }
    }

    private static func read(
        _ object: StoredObject,
        from store: any ObjectStore,
        _ repository: RepositoryID,
        _ domains: [DomainSecrets]
    ) throws(LifeboatError) -> Result<IndexSegment, MalformedBytes>? {
        guard let digest = digest(object.name), object.size <= sizeLimit else {
            return .failure(MalformedBytes("its size is not that of an index segment"))
        }
        guard let first = try store.get(object.name, range: 0..<min(headCount, object.size)) else { return nil }
        let head: Head
        do throws(MalformedBytes) { head = try Head(decoding: first, repository) } catch { return .failure(error) }
        let domain = domains.first { $0.id == head.domain }
        let range = domain == nil ? 0..<min(head.packsEnd, object.size) : nil
        guard let bytes = try store.get(object.name, range: range) else { return nil }
        guard domain == nil || contentDigest(bytes) == digest else {
            return .failure(MalformedBytes("its bytes are not those that its name stands for"))
        }
        return Result { () throws(MalformedBytes) in try IndexSegment(decoding: bytes, repository, domain) }
    }

    /// The digest in a name; nil when it is no name of a segment.
    static func digest(_ name: String) -> [UInt8]? {
        guard name.hasPrefix(prefix), let digest = Hexadecimal.decode(String(name.dropFirst(prefix.count))),
            digest.count == 32, self.name(digest) == name
        else { return nil }
        return digest
    }

    static func name(_ digest: [UInt8]) -> String { prefix + Hexadecimal.encode(digest) }
}
