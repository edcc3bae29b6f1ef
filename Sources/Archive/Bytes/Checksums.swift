/// CRC-32C (Castagnoli), for the headers, trailers and footers of packs.
enum CRC32C {
    private static let table: [UInt32] = (0..<256)
        .map { index in
            var value = UInt32(index)
            for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0x82F6_3B78 : value >> 1 }
            return value
        }

    /// What one byte does to the checksum.
    static func entry(_ byte: Int) -> UInt32 { table[byte] }

    static func checksum(_ bytes: [UInt8]) -> UInt32 { checksum(bytes[...]) }

    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.withUnsafeBytes { checksum($0) } }

    static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var value: UInt32 = .max
        table.withUnsafeBufferPointer { table in
            var offset = 0
            while offset < bytes.count {
                value = (value >> 8) ^ table[Int(UInt8(truncatingIfNeeded: value) ^ bytes[offset])]
                offset += 1
            }
        }
        return ~value
    }
}

/// CRC-64 (the polynomial of ECMA-182, reflected), for the body of a pack.
enum CRC64 {
    /// Sixteen tables, so that sixteen bytes are taken at a time: their lookups do not wait for each other.
    private static let tables: [UInt64] = {
        var tables = [UInt64](repeating: 0, count: 16 * 256)
        for index in 0..<256 {
            var value = UInt64(index)
            for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xC96C_5795_D787_0F42 : value >> 1 }
            tables[index] = value
        }
        for slice in 1..<16 {
            for index in 0..<256 {
                let previous = tables[(slice - 1) * 256 + index]
                tables[slice * 256 + index] = (previous >> 8) ^ tables[Int(UInt8(truncatingIfNeeded: previous))]
            }
        }
        return tables
    }()

    /// What one byte does to the checksum.
    static func entry(_ byte: Int) -> UInt64 { tables[byte] }

    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        tables.withUnsafeBufferPointer { tables in
            bytes.withUnsafeBytes { bytes in
                guard let table = tables.baseAddress, let start = bytes.baseAddress else { return 0 }
                return ~checksum(start, bytes.count, table)
            }
        }
    }

    private static func checksum(
        _ start: UnsafeRawPointer,
        _ count: Int,
        _ table: UnsafePointer<UInt64>
    ) -> UInt64 {
        /// What the eight bytes of a word do, the first of which has `last` bytes after it in the step.
        @inline(__always) func effect(_ word: UInt64, _ last: Int) -> UInt64 {
            var sum: UInt64 = 0
            for position in 0..<8 {
                let byte = Int(truncatingIfNeeded: (word >> UInt64(position &* 8)) & 0xFF)
                sum ^= table[(last &- position) &* 256 &+ byte]
            }
            return sum
        }
        var value: UInt64 = .max
        var offset = 0
        while offset &+ 16 <= count {
            let first = value ^ UInt64(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let second = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self))
            value = effect(first, 15) ^ effect(second, 7)
            offset &+= 16
        }
        while offset < count {
            let byte = start.load(fromByteOffset: offset, as: UInt8.self)
            value = (value >> 8) ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)]
            offset &+= 1
        }
        return value
    }
}
