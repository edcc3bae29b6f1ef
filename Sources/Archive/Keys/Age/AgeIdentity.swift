import Crypto
import FoundationEssentials

/// What opens an age file.
package enum AgeIdentity: Sendable {
    case passphrase(SecretBytes)
    /// An X25519 private key, `AGE-SECRET-KEY-1…`.
    case x25519(SecretBytes)
    /// The seed of a post-quantum hybrid private key, `AGE-SECRET-KEY-PQ-1…`.
    case hybrid(SecretBytes)

    private static let x25519Prefix = "age-secret-key-"
    private static let hybridPrefix = "age-secret-key-pq-"

    /// Parses the text of a private key.
    package init(parsing text: String) throws(AgeError) {
        switch Bech32.decode(text) {
        case (Self.x25519Prefix, var key)? where key.count == 32 && text.first == "A":
            self = .x25519(SecretBytes(erasing: &key))
        case (Self.hybridPrefix, var key)? where key.count == 32 && text.first == "A":
            self = .hybrid(SecretBytes(erasing: &key))
        default: throw .unusableKey("the text is not an age identity (AGE-SECRET-KEY-1… or AGE-SECRET-KEY-PQ-1…)")
        }
    }

    /// The text of a private key; nil for a passphrase.
    package var text: String? {
        switch self {
        case .passphrase: nil
        case .x25519(let key): Bech32.encode(Self.x25519Prefix, key.exposed()).uppercased()
        case .hybrid(let key): Bech32.encode(Self.hybridPrefix, key.exposed()).uppercased()
        }
    }

    /// The public key that belongs to this identity; nil for a passphrase.
    package func recipient() throws(AgeError) -> AgeRecipient? {
        do {
            switch self {
            case .passphrase: return nil
            case .x25519(let key):
                let key = try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: key)
                return .x25519(Array(key.publicKey.rawRepresentation))
            case .hybrid(let seed):
                return .hybrid(Array(try Self.hybridKey(seed).publicKey.rawRepresentation))
            }
        } catch { throw .unusableKey("an identity's private key is not valid") }
    }

    static func hybridKey(_ seed: SecretBytes) throws -> XWingMLKEM768X25519.PrivateKey {
        try XWingMLKEM768X25519.PrivateKey(seedRepresentation: seed.withUnsafeBytes { Data($0) }, publicKey: nil)
    }

    /// The file key out of the first stanza that this identity opens; nil when there is none.
    func unwrap(_ stanzas: [AgeStanza], limits: AgeLimits) throws(AgeError) -> SecretBytes? {
        for stanza in stanzas {
            switch (self, stanza.type) {
            case (.passphrase(let passphrase), AgePassphrase.type):
                return try Self.open(stanza, passphrase: passphrase, limits: limits)
            case (.x25519(let key), AgeFileKey.x25519Type):
                if let fileKey = try Self.open(stanza, x25519: key) { return fileKey }
            case (.hybrid(let seed), AgeFileKey.hybridType):
                if let fileKey = try Self.open(stanza, hybrid: seed) { return fileKey }
            default: continue
            }
        }
        return nil
    }

    private static func open(_ stanza: AgeStanza, passphrase: SecretBytes, limits: AgeLimits) throws(AgeError)
        -> SecretBytes
    {
        guard stanza.arguments.count == 3, let salt = Base64.decode(stanza.arguments[1], padded: false),
            salt.count == 16
        else { throw .malformed("its scrypt stanza is not valid") }
        let digits = stanza.arguments[2]
        guard !digits.hasPrefix("0"), digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw .malformed("its scrypt stanza has no valid work factor")
        }
        guard let workFactor = Int(digits), workFactor <= limits.workFactor else {
            throw .tooExpensive("its scrypt work factor is above \(limits.workFactor)")
        }
        try AgeFileKey.checkLength(stanza.body)
        guard passphrase.count > 0 else { throw .wrongPassphrase }
        let key: SymmetricKey
        do { key = try AgePassphrase.key(passphrase, salt: salt, workFactor: workFactor) } catch {
            throw .tooExpensive("there is not enough memory for its scrypt work factor \(workFactor)")
        }
        guard let fileKey = try AgeFileKey.open(stanza.body, with: key) else { throw .wrongPassphrase }
        return fileKey
    }

    private static func open(_ stanza: AgeStanza, x25519 key: SecretBytes) throws(AgeError) -> SecretBytes? {
        guard stanza.arguments.count == 2, let share = Base64.decode(stanza.arguments[1], padded: false),
            share.count == 32
        else { throw .malformed("an X25519 stanza is not valid") }
        try AgeFileKey.checkLength(stanza.body)
        let wrapKey: SymmetricKey
        do {
            let key = try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: key)
            // A share of low order gives a secret of zeros, which the Crypto module refuses.
            let secret = try key.sharedSecretFromKeyAgreement(with: .init(rawRepresentation: share))
            wrapKey = AgeFileKey.wrapKey(secret, share: share, recipient: Array(key.publicKey.rawRepresentation))
        } catch { throw .malformed("an X25519 stanza has an invalid share") }
        return try AgeFileKey.open(stanza.body, with: wrapKey)
    }

    private static func open(_ stanza: AgeStanza, hybrid seed: SecretBytes) throws(AgeError) -> SecretBytes? {
        guard stanza.arguments.count == 2, let share = Base64.decode(stanza.arguments[1], padded: false),
            share.count == 1_120
        else { throw .malformed("a hybrid stanza is not valid") }
        try AgeFileKey.checkLength(stanza.body)
        do {
            var recipient = try HPKE.Recipient(
                privateKey: hybridKey(seed),
                ciphersuite: AgeRecipient.hybridSuite,
                info: AgeRecipient.hybridInfo,
                encapsulatedKey: Data(share)
            )
            return SecretBytes(try recipient.open(Data(stanza.body)))
        } catch { return nil }
    }
}
