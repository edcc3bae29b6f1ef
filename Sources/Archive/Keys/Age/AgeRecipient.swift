import Crypto
import _CryptoExtras
import FoundationEssentials

/// Whom an age file is encrypted to.
package enum AgeRecipient: Equatable, Sendable {
    /// A passphrase, stretched by scrypt; `workFactor` is the base-two logarithm of its cost.
    case passphrase(SecretBytes, workFactor: Int)
    /// An X25519 public key, `age1…`.
    case x25519([UInt8])
    /// A post-quantum hybrid public key (ML-KEM-768 with X25519), `age1pq1…`.
    case hybrid([UInt8])

    static let x25519Prefix = "age"
    static let hybridPrefix = "age1pq"
    static let hybridInfo = Data("age-encryption.org/mlkem768x25519".utf8)
    static let hybridSuite = HPKE.Ciphersuite(kem: .XWingMLKEM768X25519, kdf: .HKDF_SHA256, aead: .chaChaPoly)

    /// Parses the text of a public key.
    package init(parsing text: String) throws(AgeError) {
        switch Bech32.decode(text) {
        case (Self.x25519Prefix, let key)? where key.count == 32 && text.first == "a": self = .x25519(key)
        case (Self.hybridPrefix, let key)? where key.count == 1_216 && text.first == "a": self = .hybrid(key)
        default: throw .unusableKey("the text is not an age recipient (age1… or age1pq1…)")
        }
    }

    /// The text of a public key; nil for a passphrase.
    package var text: String? {
        switch self {
        case .passphrase: nil
        case .x25519(let key): Bech32.encode(Self.x25519Prefix, key)
        case .hybrid(let key): Bech32.encode(Self.hybridPrefix, key)
        }
    }

    /// The stanza that wraps a file key for this recipient.
    func wrap(_ fileKey: SecretBytes, random: RandomBytes) throws(AgeError) -> AgeStanza {
        do {
            switch self {
            case .passphrase(let passphrase, let workFactor):
                guard (1...AgeLimits().workFactor).contains(workFactor) else {
                    throw AgeError.tooExpensive("the scrypt work factor is not between 1 and \(AgeLimits().workFactor)")
                }
                guard passphrase.count > 0 else { throw AgeError.unusableKey("the passphrase is empty") }
                let salt = random(16)
                let key = try AgePassphrase.key(passphrase, salt: salt, workFactor: workFactor)
                return AgeStanza(
                    arguments: [AgePassphrase.type, Base64.encode(salt, padded: false), String(workFactor)],
                    body: try AgeFileKey.seal(fileKey, with: key)
                )
            case .x25519(let recipient):
                let ephemeral = try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: random(32))
                let share = Array(ephemeral.publicKey.rawRepresentation)
                let secret = try ephemeral.sharedSecretFromKeyAgreement(with: .init(rawRepresentation: recipient))
                let key = AgeFileKey.wrapKey(secret, share: share, recipient: recipient)
                return AgeStanza(
                    arguments: [AgeFileKey.x25519Type, Base64.encode(share, padded: false)],
                    body: try AgeFileKey.seal(fileKey, with: key)
                )
            case .hybrid(let recipient):
                var sender = try HPKE.Sender(
                    recipientKey: XWingMLKEM768X25519.PublicKey(rawRepresentation: recipient),
                    ciphersuite: Self.hybridSuite,
                    info: Self.hybridInfo
                )
                let body = Array(try fileKey.withUnsafeBytes { try sender.seal(Data($0)) })
                return AgeStanza(
                    arguments: [AgeFileKey.hybridType, Base64.encode(sender.encapsulatedKey, padded: false)],
                    body: body
                )
            }
        } catch let error as AgeError { throw error } catch {
            throw .unusableKey("a recipient's public key is not valid")
        }
    }
}
