internal import Crypto

/// How fast this machine does by itself what a backup of large contents consists of, in bytes a second of one thread: what `bench` compares with.
package struct MachineSpeeds: Sendable {
    package let compression: Double
    package let hashing: Double
    package let sealing: Double

    /// One after the other over the same bytes: every byte is compressed, hashed for its id, sealed and hashed for the name of its pack; the
    /// last two when it is compressed.
    package let combined: Double

    private static let part = 1 << 20

    /// Measures with parts of `bytes` of a mebibyte.
    ///
    /// - Parameter seconds: the processor time that has passed.
    package init(_ bytes: [UInt8], seconds: () -> Double) throws {
        let codec = try Zstandard()
        let cipher = BlobCipher(SymmetricKey(size: .bits256))
        func measure(_ body: (UnsafeRawBufferPointer, UInt64) throws -> Void) rethrows -> Double {
            let start = seconds()
            try bytes.withUnsafeBytes { bytes in
                for (number, offset) in stride(from: 0, to: bytes.count, by: Self.part).enumerated() {
                    let end = min(offset + Self.part, bytes.count)
                    try body(UnsafeRawBufferPointer(rebasing: bytes[offset..<end]), UInt64(number))
                }
            }
            return Double(bytes.count) / max(seconds() - start, 1e-9)
        }
        var packed = 0
        compression = measure { part, _ in packed += codec.compress(part) ?? part.count }
        hashing = measure { part, _ in _ = SHA256.hash(data: part) }
        var sealed: [UInt8] = []
        sealing = try measure { part, number in
            sealed.removeAll(keepingCapacity: true)
            try cipher.seal(part, ordinal: number, authenticating: [], into: &sealed)
        }
        let share = Double(packed) / Double(max(1, bytes.count))
        combined = 1 / (1 / compression + 1 / hashing + share / sealing + share / hashing)
    }
}
