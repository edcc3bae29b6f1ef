import Crypto
import _CryptoExtras
import FoundationEssentials

/// The 16-byte key of one age file, and how stanzas wrap it.
enum AgeFileKey {
    static let byteCount = 16
    static let x25519Type = "X25519"
    static let hybridType = "mlkem768x25519"
    private static let wrappedBytes = 32

    static func seal(_ fileKey: SecretBytes, with key: SymmetricKey) throws -> [UInt8] {
        let box = try fileKey.withUnsafeBytes { try ChaChaPoly.seal(Data($0), using: key, nonce: zeroNonce()) }
        return Array(box.ciphertext) + Array(box.tag)
    }

    /// Nil when the key is another one.
    static func open(_ body: [UInt8], with key: SymmetricKey) throws(AgeError) -> SecretBytes? {
        try checkLength(body)
        do {
            let box = try ChaChaPoly.SealedBox(nonce: zeroNonce(), ciphertext: body.prefix(16), tag: body.suffix(16))
            return SecretBytes(try ChaChaPoly.open(box, using: key))
        } catch { return nil }
    }

    /// A body of another length is refused before decryption, so that it cannot be made to fit several keys.
    static func checkLength(_ body: [UInt8]) throws(AgeError) {
        guard body.count == wrappedBytes else { throw .malformed("a stanza's body does not have 32 bytes") }
    }

    static func wrapKey(_ secret: SharedSecret, share: [UInt8], recipient: [UInt8]) -> SymmetricKey {
        secret.hkdfDerivedSymmetricKey(
            using: SHA256.self,
            salt: share + recipient,
            sharedInfo: Array("age-encryption.org/v1/X25519".utf8),
            outputByteCount: 32
        )
    }

    // Every wrap key is used once, so the nonce may be constant.
    private static func zeroNonce() throws -> ChaChaPoly.Nonce {
        try ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12))
    }
}

/// The passphrase stanza.
enum AgePassphrase {
    static let type = "scrypt"

    static func key(_ passphrase: SecretBytes, salt: [UInt8], workFactor: Int) throws -> SymmetricKey {
        try passphrase.withUnsafeBytes { bytes in
            try KDF.Scrypt.deriveKey(
                from: Data(bytes),
                salt: Array("age-encryption.org/v1/scrypt".utf8) + salt,
                outputByteCount: 32,
                rounds: 1 << workFactor,
                blockSize: 8,
                parallelism: 1
            )
        }
    }
}
