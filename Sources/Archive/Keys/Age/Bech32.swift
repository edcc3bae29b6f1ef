/// Bech32 of BIP 173 without its length limit, as age writes its keys.
enum Bech32 {
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    /// The longest text that is looked at; a hybrid recipient takes about 2,000 characters.
    private static let longestText = 65_536

    /// Encodes in lower case.
    static func encode(_ prefix: String, _ bytes: some Sequence<UInt8>) -> String {
        let words = fiveBitGroups(bytes)
        var text = Array(prefix.utf8) + [UInt8(ascii: "1")]
        text += words.map { alphabet[Int($0)] }
        text += checksum(Array(prefix.utf8), words).map { alphabet[Int($0)] }
        return String(decoding: text, as: UTF8.self)
    }

    /// Decodes text that is wholly lower or wholly upper case; nil when it is neither or its checksum is wrong.
    ///
    /// - Returns: the prefix in lower case, and the bytes.
    static func decode(_ text: String) -> (prefix: String, bytes: [UInt8])? {
        let lower = text.lowercased()
        guard text.utf8.count <= longestText, text == lower || text == text.uppercased() else { return nil }
        let characters = Array(lower.utf8)
        guard characters.allSatisfy({ (33...126).contains($0) }) else { return nil }
        guard let separator = characters.lastIndex(of: UInt8(ascii: "1")), separator > 0 else { return nil }
        guard characters.count - separator - 1 >= 6 else { return nil }
        var words: [UInt8] = []
        for character in characters[(separator + 1)...] {
            guard let word = alphabet.firstIndex(of: character) else { return nil }
            words.append(UInt8(word))
        }
        let prefix = Array(characters[..<separator])
        guard polynomial(expanded(prefix) + words) == 1 else { return nil }
        guard let bytes = eightBitGroups(words.dropLast(6)) else { return nil }
        return (String(decoding: prefix, as: UTF8.self), bytes)
    }

    private static func fiveBitGroups(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var words: [UInt8] = []
        var accumulator: UInt32 = 0
        var bits = 0
        for byte in bytes {
            accumulator = (accumulator << 8 | UInt32(byte)) & 0xfff
            bits += 8
            while bits >= 5 {
                bits -= 5
                words.append(UInt8(accumulator >> bits & 31))
            }
        }
        if bits > 0 { words.append(UInt8(accumulator << (5 - bits) & 31)) }
        return words
    }

    private static func eightBitGroups(_ words: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var accumulator: UInt32 = 0
        var bits = 0
        for word in words {
            accumulator = (accumulator << 5 | UInt32(word)) & 0xfff
            bits += 5
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(accumulator >> bits & 255))
        }
        // What is left over pads the last group: fewer than five bits, all zero.
        return bits < 5 && accumulator & (1 << bits - 1) == 0 ? bytes : nil
    }

    private static func checksum(_ prefix: [UInt8], _ words: [UInt8]) -> [UInt8] {
        let remainder = polynomial(expanded(prefix) + words + [0, 0, 0, 0, 0, 0]) ^ 1
        return (0..<6).map { UInt8(remainder >> (5 * (5 - $0)) & 31) }
    }

    private static func expanded(_ prefix: [UInt8]) -> [UInt8] { prefix.map { $0 >> 5 } + [0] + prefix.map { $0 & 31 } }

    private static func polynomial(_ words: [UInt8]) -> UInt32 {
        let generators: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
        var remainder: UInt32 = 1
        for word in words {
            let top = remainder >> 25
            remainder = (remainder & 0x1ff_ffff) << 5 ^ UInt32(word)
            for (index, generator) in generators.enumerated() where top >> index & 1 == 1 { remainder ^= generator }
        }
        return remainder
    }
}
