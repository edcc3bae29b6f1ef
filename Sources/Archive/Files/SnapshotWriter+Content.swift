package import KubernetesObjects
internal import Synchronization

extension SnapshotWriter {
    /// How much is read before it is cut: several chunks, which are stored in parallel.
    private static let bufferSize = 12 << 20

    /// Stores contents in chunks, those that the repository has not.
    ///
    /// - Parameter expected: the size, as far as it is known: small contents take little memory.
    /// - Parameter read: fills the beginning of the memory and returns how much; 0 at the end.
    package func store(
        cuts: ChunkCuts = .byContent,
        expecting expected: Int,
        _ read: (UnsafeMutableRawBufferPointer) throws(LifeboatError) -> Int
    ) throws(LifeboatError) -> StoredContent {
        // One more, so that the end is seen.
        var buffer = Self.allocate(min(max(expected, 0), Self.bufferSize - 1) + 1)
        defer { buffer.deallocate() }
        var chunks: [ChunkReference] = []
        var (filled, size) = (0, 0)
        while true {
            let count = try read(UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            filled += count
            if count > 0, filled < buffer.count { continue }
            if count > 0, buffer.count < Self.bufferSize {
                let larger = Self.allocate(Self.bufferSize)
                larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<filled]))
                buffer.deallocate()
                buffer = larger
                continue
            }
            announceLongSession()
            let part = UnsafeRawBufferPointer(rebasing: buffer[..<filled])
            let ranges = cut(part, cuts, isEnd: count == 0)
            guard chunks.count + ranges.count <= ChunkList.chunkLimit else {
                throw LifeboatError(
                    .repositoryUnsupported,
                    "the contents are too large for a snapshot: more than \(ChunkList.chunkLimit) chunks"
                )
            }
            chunks += try store(part, ranges)
            let done = ranges.last?.upperBound ?? 0
            size += done
            if count == 0 { return StoredContent(size: size, chunks: chunks) }
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: part[done...]))
            filled -= done
        }
    }

    private static func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        LargePages.advise(UnsafeRawBufferPointer(buffer))
        return buffer
    }

    /// The chunks of some bytes; the last one, which may belong to a longer chunk, is left for the next time unless this is the end.
    private func cut(_ bytes: UnsafeRawBufferPointer, _ cuts: ChunkCuts, isEnd: Bool) -> [Range<Int>] {
        let largest = cuts == .byContent ? Chunker.largest : ChunkCuts.alignedSize
        var ranges: [Range<Int>] = []
        var start = 0
        while start < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
            let length = cuts == .byContent ? chunker.firstCut(rest) : min(rest.count, largest)
            guard isEnd || length < rest.count || length == largest else { break }
            ranges.append(start..<start + length)
            start += length
        }
        return ranges
    }

    private func store(
        _ bytes: UnsafeRawBufferPointer,
        _ ranges: [Range<Int>]
    ) throws(LifeboatError) -> [ChunkReference] {
        let results = Mutex<[ChunkReference?]>([ChunkReference?](repeating: nil, count: ranges.count))
        // Unsafe: nobody writes to the bytes before this returns.
        nonisolated(unsafe) let bytes = bytes
        try ParallelWork.forEach(ranges.count) { (number) throws(LifeboatError) in
            let part = UnsafeRawBufferPointer(rebasing: bytes[ranges[number]])
            let chunk = ChunkReference(id: try storeChunk(part), length: UInt32(part.count))
            results.withLock { $0[number] = chunk }
        }
        return results.withLock { $0.compactMap { $0 } }
    }

    private func storeChunk(_ bytes: UnsafeRawBufferPointer) throws(LifeboatError) -> BlobID {
        // Holes of disk images are many, and need no hash each.
        let isZero = bytes.isZero
        if isZero, let known = zeroChunks.withLock({ $0[bytes.count] }) { return known }
        let id = keys.identifiers.identifier(.chunk, bytes)
        try store(.chunk, id, bytes)
        if isZero { zeroChunks.withLock { $0[bytes.count] = id } }
        return id
    }
}

extension UnsafeRawBufferPointer {
    /// Whether all bytes are zero; cheap, for most bytes that are not tell it at once.
    package var isZero: Bool {
        var position = 0
        while position + 64 <= count {
            var word: UInt64 = 0
            for step in 0..<8 { word |= loadUnaligned(fromByteOffset: position &+ step &* 8, as: UInt64.self) }
            if word != 0 { return false }
            position += 64
        }
        return self[position...].allSatisfy { $0 == 0 }
    }
}
