internal import Crypto

extension Hexadecimal {
    /// Sixteen digits, so that numbers sort as texts.
    static func text(_ number: UInt64) -> String {
        encode((0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - $0 * 8)) })
    }

    /// The number that `text` wrote; nil for any other text.
    static func number(_ text: String) -> UInt64? {
        guard text.utf8.count == 16, let bytes = decode(text),
            self.text(bytes.reduce(0) { $0 << 8 | UInt64($1) }) == text
        else { return nil }
        return bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// The SHA-256 of a file, which is its name in the repository.
func contentDigest(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { Array(SHA256.hash(data: $0)) } }
