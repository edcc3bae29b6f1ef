/// Object records in chunks, so that a million of them grow without copying and without an allocation each.
struct RecordArena {
    private static let chunkBits = 14
    private var chunks: [[UInt8]] = []
    private(set) var count = 0

    @discardableResult
    mutating func append(_ record: ObjectRecord) -> Int {
        if count >> Self.chunkBits == chunks.count {
            var chunk: [UInt8] = []
            // The first chunk grows; a small snapshot needs no more than it fills.
            if !chunks.isEmpty { chunk.reserveCapacity(ObjectRecord.byteCount << Self.chunkBits) }
            chunks.append(chunk)
        }
        record.append(to: &chunks[chunks.count - 1])
        count += 1
        return count - 1
    }

    subscript(index: Int) -> ObjectRecord {
        chunks[index >> Self.chunkBits].withUnsafeBytes { ObjectRecord($0, at: Self.offset(index)) }
    }

    func tag(_ index: Int) -> UInt64 {
        chunks[index >> Self.chunkBits].withUnsafeBytes {
            UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: Self.offset(index), as: UInt64.self))
        }
    }

    func hasContent(_ index: Int) -> Bool { self[index].hasContent }

    private static func offset(_ index: Int) -> Int { (index & (1 << chunkBits - 1)) * ObjectRecord.byteCount }
}

/// Names in chunks of a megabyte, each stored once.
struct NameArena {
    private static let chunkBits: UInt32 = 20
    private var chunks: [[UInt8]] = []

    /// Stores a name and returns what finds it again.
    mutating func append(_ name: String) -> UInt32 {
        let size = name.utf8.count + 3
        if chunks.isEmpty || chunks[chunks.count - 1].count + size > 1 << Self.chunkBits { chunks.append([]) }
        let reference = UInt32(chunks.count - 1) << Self.chunkBits | UInt32(chunks[chunks.count - 1].count)
        chunks[chunks.count - 1].appendText(name)
        return reference
    }

    /// Appends the name with its length, as a names page holds it.
    func copy(_ reference: UInt32, to bytes: inout [UInt8]) {
        let range = range(reference)
        bytes.append(contentsOf: chunks[Int(reference >> Self.chunkBits)][range])
    }

    func areEqual(_ left: UInt32, _ right: UInt32) -> Bool {
        chunks[Int(left >> Self.chunkBits)][range(left)]
            .elementsEqual(chunks[Int(right >> Self.chunkBits)][range(right)])
    }

    func precedes(_ left: UInt32, _ right: UInt32) -> Bool {
        chunks[Int(left >> Self.chunkBits)][range(left)]
            .lexicographicallyPrecedes(chunks[Int(right >> Self.chunkBits)][range(right)])
    }

    private func range(_ reference: UInt32) -> Range<Int> {
        let chunk = chunks[Int(reference >> Self.chunkBits)]
        let start = Int(reference & (1 << Self.chunkBits - 1))
        var (length, shift, position) = (0, 0, start)
        while true {
            let byte = chunk[position]
            length |= Int(byte & 0x7F) << shift
            position += 1
            if byte < 0x80 { return start..<position + length }
            shift += 7
        }
    }
}
