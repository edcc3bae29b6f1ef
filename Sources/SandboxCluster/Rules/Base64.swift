/// Base64 with padding (RFC 4648 section 4), as Secrets hold their data.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= 8 * UInt32(3 - group.count)
            for position in 0..<4 {
                let sextet = Int(bits >> UInt32(18 - 6 * position)) & 0x3F
                output.append(position <= group.count ? alphabet[sextet] : 0x3D)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The bytes of a text; nil when it is not base64.
    static func decode(_ text: String) -> [UInt8]? {
        let characters = text.utf8.filter { $0 != 0x0A && $0 != 0x0D }
        guard characters.count % 4 == 0 else { return nil }
        var output: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        var padding = 0
        for character in characters {
            if character == 0x3D {
                padding += 1
                bits <<= 6
            } else {
                guard padding == 0, let value = sextet(character) else { return nil }
                bits = bits << 6 | value
            }
            count += 1
            if count == 4 {
                guard padding <= 2 else { return nil }
                for position in 0..<(3 - padding) {
                    output.append(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * position)))
                }
                (bits, count) = (0, 0)
            }
        }
        return output
    }

    private static func sextet(_ character: UInt8) -> UInt32? {
        switch character {
        case 0x41...0x5A: UInt32(character) - 0x41
        case 0x61...0x7A: UInt32(character) - 0x61 + 26
        case 0x30...0x39: UInt32(character) - 0x30 + 52
        case 0x2B: 62
        case 0x2F: 63
        default: nil
        }
    }
}
