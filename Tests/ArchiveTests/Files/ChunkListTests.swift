import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `Chunk lists` {
    private static func identifier(_ number: UInt64) -> BlobID { BlobID(first: number, second: 2, third: 3) }

    private static let list = ChunkList(
        document: identifier(1),
        content: StoredContent(
            size: 300_005,
            chunks: [
                ChunkReference(id: identifier(7), length: 300_000), ChunkReference(id: identifier(8), length: 5),
            ]
        )
    )

    @Test func `are read as they were written`() throws {
        let bytes = Self.list.encoded
        #expect(bytes.count == 24 + 8 + 4 + 2 * 28)
        #expect(try ChunkList(decoding: bytes) == Self.list)
        #expect(ChunkList.chunkLimit * (1 << 20) > 1 << 41, "a file of two tebibytes fits")
    }

    @Test func `that are cut off, too long or contradict themselves are refused`() {
        let bytes = Self.list.encoded
        for count in bytes.indices {
            #expect(throws: MalformedBytes.self) { try ChunkList(decoding: Array(bytes[..<count])) }
        }
        #expect(throws: MalformedBytes.self) { try ChunkList(decoding: bytes + [0]) }
        // The size, the number of chunks, and the length of a chunk; its 24 bytes of id are like any others.
        for position in Array(24..<36) + Array(60..<64) + Array(88..<92) {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[position] ^= 1 << UInt8(bit)
                #expect(throws: MalformedBytes.self, "byte \(position)") { try ChunkList(decoding: damaged) }
            }
        }
        let empty = ChunkList(
            document: Self.identifier(1),
            content: StoredContent(size: 0, chunks: [ChunkReference(id: Self.identifier(7), length: 0)])
        )
        #expect(throws: MalformedBytes.self) { try ChunkList(decoding: empty.encoded) }
    }
}
