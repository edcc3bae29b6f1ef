/// The last 96 bytes of a pack: where its trailer is, and checksums that need no key.
///
/// `T u64 | trailer_len u32 | n_blobs u32 | repository 16 | first session 16 | header_len u32 | header_crc u32 |`
/// `trailer_crc u32 | body_crc64 u64 | flags u32 | reserved 10 | magic 10 | crc32c u32`
struct PackFooter: Equatable, Sendable {
    static let byteCount = 96
    private static let magic: [UInt8] = Array("LifeboatQ".utf8) + [1]

    let trailerOffset: Int
    let trailerLength: Int
    let blobCount: Int
    let repository: RepositoryID
    let session: SessionID
    let headerLength: Int
    let headerChecksum: UInt32
    let trailerChecksum: UInt32
    let bodyChecksum: UInt64

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        bytes.appendLittleEndian(UInt64(trailerOffset))
        bytes.appendLittleEndian(UInt32(trailerLength))
        bytes.appendLittleEndian(UInt32(blobCount))
        bytes.append(contentsOf: repository.bytes)
        bytes.append(contentsOf: session.bytes)
        bytes.appendLittleEndian(UInt32(headerLength))
        bytes.appendLittleEndian(headerChecksum)
        bytes.appendLittleEndian(trailerChecksum)
        bytes.appendLittleEndian(bodyChecksum)
        bytes.appendLittleEndian(UInt32(0))
        bytes.append(contentsOf: [UInt8](repeating: 0, count: 10))
        bytes.append(contentsOf: Self.magic)
        bytes.appendLittleEndian(CRC32C.checksum(bytes))
        return bytes
    }

    /// Decodes the last bytes of a pack of `size` bytes.
    static func decode(_ bytes: [UInt8], size: Int) throws(MalformedBytes) -> PackFooter {
        guard bytes.count == byteCount else { throw MalformedBytes("it is too short for a pack") }
        var checksum = ByteReader(bytes, from: byteCount - 4)
        guard try checksum.integer(UInt32.self) == CRC32C.checksum(bytes.dropLast(4)) else {
            throw MalformedBytes("the checksum of its footer is wrong")
        }
        var reader = ByteReader(bytes)
        let trailerOffset = try reader.integer(UInt64.self)
        let trailerLength = Int(try reader.integer(UInt32.self))
        let blobCount = Int(try reader.integer(UInt32.self))
        guard let repository = RepositoryID(bytes: try reader.take(16)),
            let session = SessionID(bytes: try reader.take(16))
        else { throw MalformedBytes("its footer is incomplete") }
        let footer = PackFooter(
            trailerOffset: Int(clamping: trailerOffset),
            trailerLength: trailerLength,
            blobCount: blobCount,
            repository: repository,
            session: session,
            headerLength: Int(try reader.integer(UInt32.self)),
            headerChecksum: try reader.integer(),
            trailerChecksum: try reader.integer(),
            bodyChecksum: try reader.integer()
        )
        try reader.skip(to: byteCount - 14)
        try reader.expect(magic, "the footer of a pack")
        guard footer.headerLength <= PackHeader.limit, footer.headerLength <= footer.trailerOffset,
            footer.trailerOffset <= size, footer.trailerOffset + footer.trailerLength + byteCount == size,
            footer.trailerLength >= BlobCipher.overhead, footer.blobCount <= footer.trailerLength / 29
        else { throw MalformedBytes("its footer contradicts its size") }
        return footer
    }
}
