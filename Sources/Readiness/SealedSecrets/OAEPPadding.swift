import Crypto
import FoundationEssentials

/// EME-OAEP with SHA-256 and a label (RFC 8017, section 7.1).
///
/// It stands here because the RSA of swift-crypto takes no label, and SealedSecrets bind their values by it.
enum OAEPPadding {
    private static let hashLength = 32

    /// The encoded message of `length` bytes, to be raised to the public exponent; nil when the message is too long.
    static func encode(_ message: [UInt8], label: [UInt8], length: Int, seed: [UInt8]) -> [UInt8]? {
        guard length >= message.count + 2 * hashLength + 2, seed.count == hashLength else { return nil }
        var block = Array(SHA256.hash(data: label))
        block += [UInt8](repeating: 0, count: length - message.count - 2 * hashLength - 2)
        block.append(1)
        block += message
        let maskedBlock = xor(block, mask(seed, count: block.count))
        let maskedSeed = xor(seed, mask(maskedBlock, count: hashLength))
        return [0] + maskedSeed + maskedBlock
    }

    /// The message of an encoded one; nil when the padding does not fit the label.
    ///
    /// Every byte is looked at before the answer, so that the time tells nothing about where it went wrong.
    static func decode(_ encoded: [UInt8], label: [UInt8]) -> [UInt8]? {
        guard encoded.count >= 2 * hashLength + 2 else { return nil }
        let maskedSeed = Array(encoded[1...hashLength])
        let maskedBlock = Array(encoded[(hashLength + 1)...])
        let seed = xor(maskedSeed, mask(maskedBlock, count: hashLength))
        let block = xor(maskedBlock, mask(seed, count: maskedBlock.count))
        var wrong = encoded[0]
        for (byte, expected) in zip(block, SHA256.hash(data: label)) { wrong |= byte ^ expected }
        var start = 0
        for (index, byte) in block.enumerated().dropFirst(hashLength) where start == 0 {
            if byte == 1 { start = index + 1 } else { wrong |= byte }
        }
        guard wrong == 0, start > 0 else { return nil }
        return Array(block[start...])
    }

    /// MGF1 with SHA-256.
    private static func mask(_ seed: [UInt8], count: Int) -> [UInt8] {
        var output: [UInt8] = []
        var counter: UInt32 = 0
        while output.count < count {
            let number = withUnsafeBytes(of: counter.bigEndian) { Array($0) }
            output += SHA256.hash(data: seed + number)
            counter += 1
        }
        return Array(output.prefix(count))
    }

    private static func xor(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { zip(left, right).map { $0 ^ $1 } }
}
