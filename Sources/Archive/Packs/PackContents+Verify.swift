internal import Dispatch
internal import Synchronization

extension PackContents {
    /// Blobs that one thread opens at a time.
    private static let blobsPerPart = 256
    private static let bytesPerPart = 2 << 20

    /// Opens every blob, on all processors: a backup waits for this proof before it commits.
    ///
    /// - Parameter pages: those that pages in this pack were compressed like.
    func verify(_ opener: BlobOpener, pages: [BlobID: [UInt8]] = [:]) throws(MalformedBytes) {
        let parts = self.parts
        guard parts.count > 1 else {
            for part in parts { try open(part.records, from: part.offset, opener, pages) }
            return
        }
        let failure = Mutex<MalformedBytes?>(nil)
        DispatchQueue.concurrentPerform(iterations: parts.count) { number in
            do throws(MalformedBytes) {
                try open(parts[number].records, from: parts[number].offset, opener, pages)
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    /// The records in parts, and where the first blob of each lies.
    private var parts: [(records: Range<Int>, offset: Int)] {
        var parts: [(records: Range<Int>, offset: Int)] = []
        var offset = footer.headerLength
        var (first, start) = (0, offset)
        for (number, record) in records.enumerated() {
            offset += record.sealedLength
            guard
                number + 1 - first == Self.blobsPerPart || offset - start >= Self.bytesPerPart
                    || number + 1 == records.count
            else { continue }
            parts.append((first..<number + 1, start))
            (first, start) = (number + 1, offset)
        }
        return parts
    }

    private func open(
        _ part: Range<Int>,
        from start: Int,
        _ opener: BlobOpener,
        _ pages: [BlobID: [UInt8]]
    ) throws(MalformedBytes) {
        let codec = try opener.codecs.take()
        defer { opener.codecs.giveBack(codec) }
        try bytes.withRawBytes { (bytes) throws(MalformedBytes) in
            var offset = start
            for record in records[part] {
                // The records were found to add up to the body when the trailer was read.
                let sealed = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + record.sealedLength])
                try opener.open(record, sealed, with: codec, like: record.page.flatMap { pages[$0] })
                offset += record.sealedLength
            }
        }
    }
}
