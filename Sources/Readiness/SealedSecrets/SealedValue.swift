import Crypto
import FoundationEssentials

/// One sealed value: an AES key sealed to an RSA key, and the value under the AES key.
///
/// Layout: the length of the RSA part (two bytes, big-endian), RSA-OAEP-SHA-256 of a 32-byte key, and AES-256-GCM with a zero nonce
/// (safe because each key is used once).
struct SealedValue {
    let sealedKey: [UInt8]
    let sealedValue: [UInt8]

    enum Malformed: Error { case notBase64, tooShort }

    init(base64 text: String) throws(Malformed) {
        // The controller ignores line ends inside of base64, so this does.
        guard let bytes = Data(base64Encoded: text.filter { $0 != "\n" && $0 != "\r" && $0 != "\r\n" }) else {
            throw .notBase64
        }
        guard bytes.count >= 2 else { throw .tooShort }
        let length = Int(bytes[0]) << 8 | Int(bytes[1])
        // A GCM tag of 16 bytes follows even an empty value.
        guard bytes.count >= 2 + length + 16 else { throw .tooShort }
        sealedKey = Array(bytes[2..<(2 + length)])
        sealedValue = Array(bytes[(2 + length)...])
    }

    /// The value; nil when this key and label do not open it.
    func open(with key: SealingKey, label: String) -> [UInt8]? {
        guard let sessionKey = key.decrypted(sealedKey, label: label), sessionKey.count == 32,
            let nonce = try? AES.GCM.Nonce(data: [UInt8](repeating: 0, count: 12)),
            let box = try? AES.GCM.SealedBox(
                nonce: nonce,
                ciphertext: sealedValue.dropLast(16),
                tag: sealedValue.suffix(16)
            ),
            let value = try? AES.GCM.open(box, using: SymmetricKey(data: sessionKey))
        else { return nil }
        return Array(value)
    }
}
