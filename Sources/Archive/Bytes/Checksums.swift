internal import CIsal

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
        var value = UInt32.max
        var rest = bytes
        // The library takes no more than an `int` says.
        while let start = rest.baseAddress, !rest.isEmpty {
            let part = min(rest.count, 1 << 30)
            // It reads, though it asks for a pointer to write to.
            let address = UnsafeMutablePointer(mutating: start.assumingMemoryBound(to: UInt8.self))
            value = crc32_iscsi(address, Int32(part), value)
            rest = UnsafeRawBufferPointer(rebasing: rest[part...])
        }
        return ~value
    }
}

/// CRC-64 (the polynomial of ECMA-182, reflected), for the body of a pack.
enum CRC64 {
    private static let table: [UInt64] = (0..<256)
        .map { index in
            var value = UInt64(index)
            for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xC96C_5795_D787_0F42 : value >> 1 }
            return value
        }

    /// What one byte does to the checksum.
    static func entry(_ byte: Int) -> UInt64 { table[byte] }

    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            return crc64_ecma_refl(0, start.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
        }
    }
}
