internal import KubernetesObjects

/// A chunk of the contents of a file.
package struct ChunkReference: Hashable, Sendable {
    package let id: BlobID
    /// How many bytes it has.
    package let length: UInt32
}

/// The contents of a file as a snapshot has them: the chunks in their order.
package struct StoredContent: Hashable, Sendable {
    package let size: Int
    package let chunks: [ChunkReference]

    package init(size: Int, chunks: [ChunkReference]) {
        self.size = size
        self.chunks = chunks
    }
}

/// The blob that an object with contents is referred to by: its document, and the chunks of the contents.
///
/// `document id 24 | size u64 | n u32 | n × (chunk id 24 | length u32)`. It is structural: writers and maintainers follow it
/// without a key to the contents.
struct ChunkList: Equatable {
    private static let headerCount = BlobID.byteCount + 12
    private static let recordCount = BlobID.byteCount + 4
    /// As many chunks as fit into one blob: contents of more than 2.2 TiB.
    static let chunkLimit = (PackRecord.rawLimit - headerCount) / recordCount

    let document: BlobID
    let content: StoredContent

    init(document: BlobID, content: StoredContent) {
        self.document = document
        self.content = content
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.headerCount + content.chunks.count * Self.recordCount)
        document.append(to: &bytes)
        bytes.appendLittleEndian(UInt64(content.size))
        bytes.appendLittleEndian(UInt32(content.chunks.count))
        for chunk in content.chunks {
            chunk.id.append(to: &bytes)
            bytes.appendLittleEndian(chunk.length)
        }
        return bytes
    }

    init(decoding bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        document = BlobID(try reader.take(BlobID.byteCount))
        let size = try reader.integer(UInt64.self)
        let count = Int(try reader.integer(UInt32.self))
        guard count <= Self.chunkLimit, reader.remaining == count * Self.recordCount else {
            throw MalformedBytes("it has a wrong number of chunks")
        }
        var chunks: [ChunkReference] = []
        chunks.reserveCapacity(count)
        var sum: UInt64 = 0
        for _ in 0..<count {
            let chunk = ChunkReference(
                id: BlobID(try reader.take(BlobID.byteCount)),
                length: try reader.integer()
            )
            guard chunk.length > 0, chunk.length <= PackRecord.rawLimit else {
                throw MalformedBytes("the length of a chunk is out of range")
            }
            sum += UInt64(chunk.length)
            chunks.append(chunk)
        }
        guard sum == size else { throw MalformedBytes("its chunks do not add up to its size") }
        content = StoredContent(size: Int(size), chunks: chunks)
    }
}

extension StructureTree {
    /// The list of an object that has contents.
    func chunkList(_ id: BlobID) throws(LifeboatError) -> ChunkList {
        let bytes = try blobs.read(id, .chunkList)
        do throws(MalformedBytes) { return try ChunkList(decoding: bytes) } catch {
            throw PackedBlobs.damaged("chunk list \(id)", error.reason)
        }
    }
}
