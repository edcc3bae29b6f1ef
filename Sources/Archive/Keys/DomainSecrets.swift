package import Crypto
import FoundationEssentials
import KubernetesObjects

/// The keys of one deduplication domain, all derived from its secret of 32 bytes.
///
/// They name and hide structure; none of them reads an object's name or contents.
package struct DomainSecrets: Sendable {
    package let id: DomainID
    /// Makes the ids of blobs.
    package let identifierKey: SymmetricKey
    /// Makes the tags of names and resource versions.
    package let nameKey: SymmetricKey
    /// Seals trailers and the structure pages of trees.
    package let structureKey: SymmetricKey
    /// Places the cuts between chunks.
    package let chunkKey: SymmetricKey

    let secret: SecretBytes

    init(secret: SecretBytes) {
        func derive(_ purpose: String, _ byteCount: Int = 32) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: secret.symmetricKey,
                salt: [UInt8](),
                info: Array("lifeboat domain \(purpose) v1".utf8),
                outputByteCount: byteCount
            )
        }
        self.secret = secret
        id = derive("id", 8).withUnsafeBytes { DomainID(truncating: $0) }
        identifierKey = derive("identifiers")
        nameKey = derive("names")
        structureKey = derive("structure")
        chunkKey = derive("chunks")
    }

    init(random: RandomBytes) {
        var bytes = random(32)
        self.init(secret: SecretBytes(erasing: &bytes))
    }
}

extension DomainSecrets: CustomStringConvertible, CustomReflectable {
    package var description: String { "domain \(id) [secret]" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// `keys/dom-<id>.hpke`: a domain secret wrapped for maintainers and readers, signed by the root.
struct DomainEnvelope {
    private static let magic = Array("LifeboatD\u{1}".utf8)

    let domain: DomainID
    let stanzas: [KeyStanza]

    init(_ domain: DomainSecrets, for recipients: [DataRecipient], in repository: RepositoryID) throws(LifeboatError) {
        self.domain = domain.id
        var stanzas: [KeyStanza] = []
        for recipient in recipients {
            stanzas.append(
                try recipient.wrap(domain.secret, info: Self.info(repository), context: domain.id.bytes)
            )
        }
        self.stanzas = stanzas
    }

    init(parsing bytes: [UInt8], name: String, _ configuration: RepositoryConfiguration) throws(LifeboatError) {
        let body = try SignedBytes.open(bytes, name: name, for: .domainEnvelope, by: configuration.rootKey)
        var reader = KeyBytesReader(bytes: body, offset: 0, name: name)
        guard try reader.take(Self.magic.count) == Self.magic else {
            throw damagedKeyObject(name, "it has a wrong magic")
        }
        guard try reader.take(16) == configuration.id.bytes else {
            throw damagedKeyObject(name, "it belongs to another repository")
        }
        domain = DomainID(truncating: try reader.take(8))
        guard name.hasPrefix(KeyObjectName.domainPrefix + domain.description) else {
            throw damagedKeyObject(name, "it is of another domain")
        }
        var offset = reader.offset
        stanzas = try KeyStanza.decodeList(body, at: &offset, name: name)
        guard offset == body.count else { throw damagedKeyObject(name, "it has bytes after its end") }
    }

    func encoded(in repository: RepositoryID, signedWith key: SigningKey) throws(LifeboatError) -> [UInt8] {
        let body = Self.magic + repository.bytes + domain.bytes + KeyStanza.encode(stanzas)
        return try SignedBytes.seal(body, for: .domainEnvelope, with: key)
    }

    /// The domain's keys, when one of the identities is a recipient; nil when none is.
    func open(_ identities: [DataIdentity], in repository: RepositoryID) -> DomainSecrets? {
        for identity in identities {
            let secret = identity.unwrap(stanzas, info: Self.info(repository), context: domain.bytes)
            guard let secret else { continue }
            let domain = DomainSecrets(secret: secret)
            if domain.id == self.domain { return domain }
        }
        return nil
    }

    private static func info(_ repository: RepositoryID) -> [UInt8] {
        Array("lifeboat domain v1".utf8) + repository.bytes
    }
}

/// Binary key objects that end with the root's signature.
enum SignedBytes {
    static func seal(_ body: [UInt8], for purpose: SignaturePurpose, with key: SigningKey) throws(LifeboatError)
        -> [UInt8]
    {
        body + (try key.sign(body, for: purpose))
    }

    static func open(_ bytes: [UInt8], name: String, for purpose: SignaturePurpose, by publicKey: [UInt8])
        throws(LifeboatError) -> [UInt8]
    {
        guard bytes.count > SigningKey.signatureBytes else { throw damagedKeyObject(name, "it is cut short") }
        let body = Array(bytes.dropLast(SigningKey.signatureBytes))
        let signature = Array(bytes.suffix(SigningKey.signatureBytes))
        guard SigningKey.isValid(signature, of: body, for: purpose, by: publicKey) else {
            throw damagedKeyObject(name, "its signature by the root key is not valid")
        }
        return body
    }
}
