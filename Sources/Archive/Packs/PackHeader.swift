/// Why a pack was made, which decides how it is filled and merged.
enum PackClass: UInt8, Sendable {
    /// Documents and tree pages.
    case small = 0
    /// Chunks of volumes.
    case bulk = 1
    /// Blobs copied from other packs with their contexts.
    case repacked = 2
}

/// The head of a pack: who can open it, and with which dictionaries.
///
/// `magic 8 | header_len u32 | class u8 | aead u8 | n_ctx u16 | repository 16 | contexts | n_dict u8 | ids | crc32c u32`
struct PackHeader: Equatable, Sendable {
    static let magic: [UInt8] = Array("LifeboatP".utf8) + [1]
    /// The smallest prefix that tells the length.
    static let prefixCount = 14
    /// A header over this is refused before it is read.
    static let limit = 4 << 20
    static let aesGCM: UInt8 = 1

    let packClass: PackClass
    let repository: RepositoryID
    let contexts: [KeyContext]
    let dictionaries: [BlobID]

    func encoded() -> [UInt8] {
        var bytes = Self.magic
        bytes.appendLittleEndian(UInt32(0))
        bytes.append(packClass.rawValue)
        bytes.append(Self.aesGCM)
        bytes.appendLittleEndian(UInt16(contexts.count))
        bytes.append(contentsOf: repository.bytes)
        for context in contexts { context.encode(into: &bytes) }
        bytes.append(UInt8(dictionaries.count))
        for dictionary in dictionaries { dictionary.append(to: &bytes) }
        let length = UInt32(bytes.count + 4)
        withUnsafeBytes(of: length.littleEndian) { length in
            for position in 0..<4 { bytes[Self.magic.count + position] = length[position] }
        }
        bytes.appendLittleEndian(CRC32C.checksum(bytes))
        return bytes
    }

    /// The length that the first bytes of a pack claim.
    static func length(_ prefix: [UInt8]) throws(MalformedBytes) -> Int {
        var reader = ByteReader(prefix)
        try reader.expect(magic, "a pack of format 1")
        let length = Int(try reader.integer(UInt32.self))
        guard length >= 40, length <= limit else { throw MalformedBytes("its header has a wrong length") }
        return length
    }

    /// Decodes exactly the bytes of a header.
    static func decode(_ bytes: [UInt8]) throws(MalformedBytes) -> PackHeader {
        guard try length(bytes) == bytes.count else { throw MalformedBytes("its header has a wrong length") }
        var checksum = ByteReader(bytes, from: bytes.count - 4)
        guard try checksum.integer(UInt32.self) == CRC32C.checksum(bytes.dropLast(4)) else {
            throw MalformedBytes("the checksum of its header is wrong")
        }
        var reader = ByteReader(bytes, from: prefixCount, to: bytes.count - 4)
        guard let packClass = PackClass(rawValue: try reader.byte()) else {
            throw MalformedBytes("its class is unknown")
        }
        guard try reader.byte() == aesGCM else { throw MalformedBytes("its encryption is unknown to this program") }
        let count = Int(try reader.integer(UInt16.self))
        guard count >= 1 else { throw MalformedBytes("it has no key context") }
        guard let repository = RepositoryID(bytes: try reader.take(16)) else {
            throw MalformedBytes("it names no repository")
        }
        var contexts: [KeyContext] = []
        for _ in 0..<count { contexts.append(try KeyContext.decode(&reader)) }
        var dictionaries: [BlobID] = []
        for _ in 0..<(try reader.byte()) { dictionaries.append(BlobID(try reader.take(BlobID.byteCount))) }
        guard reader.isAtEnd, dictionaries.count <= 15 else { throw MalformedBytes("its header has a wrong length") }
        return PackHeader(
            packClass: packClass,
            repository: repository,
            contexts: contexts,
            dictionaries: dictionaries
        )
    }
}
