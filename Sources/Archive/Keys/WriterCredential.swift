import KubernetesObjects

/// What a writer holds beside the recipients' public keys: its signing key and its domain's keys. Nothing that reads.
package struct WriterCredential: Sendable {
    package let id: WriterID
    package let name: String
    package let domain: DomainID

    let signingKey: SigningKey
    let secrets: DomainSecrets

    init(name: String, signingKey: SigningKey, secrets: DomainSecrets) {
        id = signingKey.id
        domain = secrets.id
        self.name = name
        self.signingKey = signingKey
        self.secrets = secrets
    }
}

extension WriterCredential: CustomStringConvertible, CustomReflectable {
    package var description: String { "writer \(id) [secret]" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// What a maintainer holds: its signing key, and the key that opens domain secrets.
struct MaintainerCredential: Sendable {
    let signingKey: SigningKey
    let identity: DataIdentity
}
