import Crypto
import FoundationEssentials
import KubernetesObjects

/// The kinds of public keys that secrets are wrapped for; the raw values are those of stanzas in packs.
package enum RecipientKind: UInt8, Sendable, CaseIterable {
    /// HPKE with X25519, HKDF-SHA-256 and ChaCha20-Poly1305.
    case x25519 = 1
    /// HPKE with X-Wing (ML-KEM-768 and X25519), HKDF-SHA-256 and AES-256-GCM: safe from quantum computers to come.
    case xwing = 2

    var publicKeyBytes: Int { self == .x25519 ? 32 : 1_216 }
    var encapsulatedBytes: Int { self == .x25519 ? 32 : 1_120 }

    var suite: HPKE.Ciphersuite {
        switch self {
        case .x25519: .Curve25519_SHA256_ChachaPoly
        case .xwing: .XWingMLKEM768X25519_SHA256_AES_GCM_256
        }
    }
}

/// What a recipient is given the keys of.
package enum RecipientAccess: String, Sendable {
    /// Names and contents: session keys and domain secrets.
    case data
    /// Structure only: domain secrets.
    case structure
}

/// A public key that the repository's secrets are wrapped for.
package struct DataRecipient: Sendable, Hashable {
    package let id: RecipientID
    package let name: String
    package let access: RecipientAccess
    package let kind: RecipientKind
    package let publicKey: [UInt8]

    init(name: String, access: RecipientAccess, kind: RecipientKind, publicKey: [UInt8]) {
        self.name = name
        self.access = access
        self.kind = kind
        self.publicKey = publicKey
        let digest = SHA256.hash(data: Array("lifeboat recipient v1".utf8) + [kind.rawValue] + publicKey)
        id = RecipientID(truncating: digest)
    }

    /// Takes the text of an age recipient: the same key then serves in age files and here.
    init(name: String, access: RecipientAccess, parsing text: String) throws(LifeboatError) {
        do {
            switch try AgeRecipient(parsing: text) {
            case .x25519(let key): self.init(name: name, access: access, kind: .x25519, publicKey: key)
            case .hybrid(let key): self.init(name: name, access: access, kind: .xwing, publicKey: key)
            case .passphrase: throw AgeError.unusableKey("a passphrase is not a recipient")
            }
        } catch {
            throw LifeboatError(
                .usage,
                "The recipient “\(name)” is not an age public key.",
                remedy: "Give the public key that age-keygen prints: age1… or age1pq1…"
            )
        }
    }

    /// The public key as age writes it.
    package var text: String {
        (kind == .x25519 ? AgeRecipient.x25519(publicKey) : .hybrid(publicKey)).text ?? ""
    }

    /// Wraps a secret of 32 bytes; `info` says what for and `context` which one.
    func wrap(_ secret: SecretBytes, info: [UInt8], context: [UInt8]) throws(LifeboatError) -> KeyStanza {
        do {
            var sender =
                switch kind {
                case .x25519:
                    try HPKE.Sender(
                        recipientKey: Curve25519.KeyAgreement.PublicKey(rawRepresentation: publicKey),
                        ciphersuite: kind.suite,
                        info: Data(info)
                    )
                case .xwing:
                    try HPKE.Sender(
                        recipientKey: XWingMLKEM768X25519.PublicKey(rawRepresentation: publicKey),
                        ciphersuite: kind.suite,
                        info: Data(info)
                    )
                }
            let wrapped = try secret.withUnsafeBytes { try sender.seal(Data($0), authenticating: Data(context)) }
            return KeyStanza(
                kind: kind,
                recipient: id,
                encapsulated: Array(sender.encapsulatedKey),
                wrapped: Array(wrapped)
            )
        } catch {
            throw LifeboatError(
                .repositoryDamaged,
                "The public key of the recipient “\(name)” (\(id)) is not valid.",
                remedy: "Remove this recipient and add it again."
            )
        }
    }
}
