internal import Archive
internal import Glibc
internal import KubernetesObjects

/// The contents of the files of a snapshot: written to files, and compared with files.
struct FileContents: Sendable {
    let reader: SnapshotReader
    let chunks: ChunkIdentifiers

    /// The contents of a file: those in its document, or its chunks.
    func content(_ entry: SnapshotEntry, _ document: FileDocument) throws(LifeboatError) -> StoredContent {
        try reader.content(entry) ?? StoredContent(size: document.content?.count ?? 0, chunks: [])
    }

    /// Writes contents to an empty file, several chunks at a time; zeros become holes.
    ///
    /// - Returns: how many bytes were written.
    func write(
        _ content: StoredContent,
        _ document: FileDocument,
        to descriptor: Int32,
        _ path: String
    ) throws(LifeboatError) -> Int {
        guard ftruncate(descriptor, off_t(content.size)) == 0 else { throw TargetFolder.failure("write", path) }
        if let small = document.content, content.chunks.isEmpty {
            try Self.write(small, at: 0, to: descriptor, path)
            return small.count
        }
        var parts: [(chunk: ChunkReference, offset: Int, place: (pack: Int, offset: Int))] = []
        var offset = 0
        for chunk in content.chunks {
            parts.append((chunk, offset, try reader.place(chunk) ?? (0, 0)))
            offset += Int(chunk.length)
        }
        // In the order in which they are stored, which is how a store is read fastest.
        parts.sort { $0.place < $1.place }
        let written = Counter()
        let ordered = parts.map { (chunk: $0.chunk, offset: $0.offset) }
        try ParallelWork.forEach(ordered.count) { (number) throws(LifeboatError) in
            let bytes = try reader.bytes(ordered[number].chunk)
            guard !bytes.withUnsafeBytes({ $0.isZero }) else { return }
            try Self.write(bytes, at: ordered[number].offset, to: descriptor, path)
            written.add(bytes.count)
        }
        return written.value
    }

    private static func write(_ bytes: [UInt8], at start: Int, to descriptor: Int32, _ path: String)
        throws(LifeboatError)
    {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset, off_t(start + offset))
            }
            if count > 0 {
                offset += count
            } else if count == 0 || errno != EINTR {
                throw TargetFolder.failure("write", path, count == 0 ? ENOSPC : errno)
            }
        }
    }

    /// Whether an open file has these contents, by the ids of the chunks: nothing is read from the repository.
    func isEqual(
        _ descriptor: Int32,
        size: Int,
        to content: StoredContent,
        _ document: FileDocument
    ) -> Bool {
        guard size == content.size else { return false }
        // What an earlier restore could not write to the disk may still be in memory, as if it were there.
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
        var buffer = [UInt8](repeating: 0, count: content.chunks.map { Int($0.length) }.max() ?? content.size)
        func read(_ count: Int, at offset: Int) -> Bool {
            var filled = 0
            while filled < count {
                let got = buffer.withUnsafeMutableBytes {
                    pread(descriptor, $0.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
                }
                guard got > 0 else { return false }
                filled += got
            }
            return true
        }
        guard !content.chunks.isEmpty else {
            return read(content.size, at: 0) && buffer == document.content ?? []
        }
        var offset = 0
        for chunk in content.chunks {
            guard read(Int(chunk.length), at: offset),
                buffer.withUnsafeBytes({
                    chunks.isChunk(UnsafeRawBufferPointer(rebasing: $0[..<Int(chunk.length)]), chunk)
                })
            else { return false }
            offset += Int(chunk.length)
        }
        return true
    }
}
