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
    /// Eight tables, so that eight bytes are taken at a time.
    private static let tables: [UInt64] = {
        var tables = [UInt64](repeating: 0, count: 8 * 256)
        for index in 0..<256 {
            var value = UInt64(index)
            for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xC96C_5795_D787_0F42 : value >> 1 }
            tables[index] = value
        }
        for slice in 1..<8 {
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
        var value: UInt64 = .max
        tables.withUnsafeBufferPointer { tables in
            bytes.withUnsafeBytes { bytes in
                var offset = 0
                while offset + 8 <= bytes.count {
                    let word =
                        value ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                    var next: UInt64 = 0
                    for position in 0..<8 {
                        let byte = Int(UInt8(truncatingIfNeeded: word >> UInt64(position * 8)))
                        next ^= tables[(7 - position) * 256 + byte]
                    }
                    value = next
                    offset += 8
                }
                while offset < bytes.count {
                    value = (value >> 8) ^ tables[Int(UInt8(truncatingIfNeeded: value) ^ bytes[offset])]
                    offset += 1
                }
            }
        }
        return ~value
    }
}
