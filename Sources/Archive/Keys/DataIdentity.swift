import Crypto
import FoundationEssentials
import KubernetesObjects

/// The private key of a recipient. Its text is that of an age identity.
struct DataIdentity: Sendable {
    let recipient: DataRecipient
    private let key: SecretBytes

    init(_ identity: AgeIdentity, name: String, access: RecipientAccess) throws(LifeboatError) {
        do {
            switch (identity, try identity.recipient()) {
            case (.x25519(let key), .x25519(let publicKey)):
                self.key = key
                recipient = DataRecipient(name: name, access: access, kind: .x25519, publicKey: publicKey)
            case (.hybrid(let key), .hybrid(let publicKey)):
                self.key = key
                recipient = DataRecipient(name: name, access: access, kind: .xwing, publicKey: publicKey)
            default: throw AgeError.unusableKey("it has no key pair")
            }
        } catch { throw LifeboatError(.repositoryWrongKey, "The private key of “\(name)” is not valid.") }
    }

    /// A new post-quantum key.
    init(random: RandomBytes, name: String, access: RecipientAccess) throws(LifeboatError) {
        var seed = random(32)
        try self.init(.hybrid(SecretBytes(erasing: &seed)), name: name, access: access)
    }

    /// The private key as age writes it. A secret.
    var text: String {
        (recipient.kind == .x25519 ? AgeIdentity.x25519(key) : .hybrid(key)).text ?? ""
    }

    /// The secret of the first stanza that is for this key, opens and is the right one; nil when there is none.
    func unwrap(
        _ stanzas: [KeyStanza],
        info: [UInt8],
        context: [UInt8],
        isRight: (SecretBytes) -> Bool = { _ in true }
    ) -> SecretBytes? {
        for stanza in stanzas where stanza.kind == recipient.kind && stanza.recipient == recipient.id {
            if let secret = try? unwrap(stanza, info: info, context: context), isRight(secret) { return secret }
        }
        return nil
    }

    private func unwrap(_ stanza: KeyStanza, info: [UInt8], context: [UInt8]) throws -> SecretBytes {
        var opener =
            switch stanza.kind {
            case .x25519:
                try HPKE.Recipient(
                    privateKey: Curve25519.KeyAgreement.PrivateKey(rawRepresentation: key),
                    ciphersuite: stanza.kind.suite,
                    info: Data(info),
                    encapsulatedKey: Data(stanza.encapsulated)
                )
            case .xwing:
                try HPKE.Recipient(
                    privateKey: AgeIdentity.hybridKey(key),
                    ciphersuite: stanza.kind.suite,
                    info: Data(info),
                    encapsulatedKey: Data(stanza.encapsulated)
                )
            }
        return SecretBytes(try opener.open(Data(stanza.wrapped), authenticating: Data(context)))
    }
}
