import KubernetesObjects

/// `keys/root.age`: the keys of all roles behind one passphrase, in a file that stock `age` opens.
///
/// Every other key object of a new repository can be made from it, so an interrupted creation can be gone on with.
struct RootBundle: Sendable {
    private static let kind = "lifeboat.root-bundle/v1"
    static let writerName = "root"

    let repository: RepositoryID
    let createdAt: Timestamp
    let root: SigningKey
    let data: DataIdentity
    let maintainer: MaintainerCredential
    let writer: SigningKey
    let firstDomain: DomainSecrets
    /// Whether the repository keeps parity of its packs.
    let keepsParity: Bool
    /// The object that it was opened from; after a change of the passphrase that was interrupted, there are two.
    let objectName: String

    /// New keys for a new repository.
    init(_ environment: KeyEnvironment, keepsParity: Bool = false) throws(LifeboatError) {
        self.keepsParity = keepsParity
        objectName = KeyObjectName.rootBundle(1)
        repository = RepositoryID(truncating: environment.random(16))
        createdAt = environment.now()
        root = try SigningKey(random: environment.random)
        data = try DataIdentity(random: environment.random, name: "data", access: .data)
        maintainer = MaintainerCredential(
            signingKey: try SigningKey(random: environment.random),
            identity: try DataIdentity(random: environment.random, name: "maintainer", access: .structure)
        )
        writer = try SigningKey(random: environment.random)
        firstDomain = DomainSecrets(random: environment.random)
    }

    init(parsing bytes: [UInt8], name: String) throws(LifeboatError) {
        let document = try SignedDocument(unverified: bytes, kind: Self.kind, name: name)
        objectName = name
        repository = try document.identifier("repository", as: RepositoryID.self)
        createdAt = try document.timestamp("createdAt")
        root = try document.signingKey("rootSigningKey")
        data = try document.identity("dataIdentity", name: "data", access: .data)
        maintainer = MaintainerCredential(
            signingKey: try document.signingKey("maintainerSigningKey"),
            identity: try document.identity("maintainerIdentity", name: "maintainer", access: .structure)
        )
        writer = try document.signingKey("writerSigningKey")
        firstDomain = DomainSecrets(secret: try document.secret("firstDomainSecret"))
        keepsParity = document.members["parity"]?.string == RepositoryConfiguration.parityAlgorithm
        // The same signature as on public documents shows that the bundle holds one key set and was not pieced together.
        try document.verify(root.publicKey)
    }

    /// The document in the clear. The caller encrypts it and erases this copy.
    func encoded() throws(LifeboatError) -> [UInt8] {
        var members: JSONValue = [
            "about": .string(
                "The keys of a Lifeboat repository. Whoever has this text can read, write and destroy its backups."
            ),
            "repository": .string(repository.description),
            "createdAt": .string(createdAt.description),
            "rootSigningKey": .string(Base64.encode(root.seed.exposed())),
            "dataIdentity": .string(data.text),
            "maintainerSigningKey": .string(Base64.encode(maintainer.signingKey.seed.exposed())),
            "maintainerIdentity": .string(maintainer.identity.text),
            "writerSigningKey": .string(Base64.encode(writer.seed.exposed())),
            "firstDomainSecret": .string(Base64.encode(firstDomain.secret.exposed())),
        ]
        if keepsParity { members["parity"] = .string(RepositoryConfiguration.parityAlgorithm) }
        return try SignedDocument.encode(kind: Self.kind, members, with: root)
    }

    var configuration: RepositoryConfiguration {
        RepositoryConfiguration(
            id: repository,
            createdAt: createdAt,
            rootKey: root.publicKey,
            keepsParity: keepsParity
        )
    }

    var recipients: RecipientList {
        RecipientList(version: 1, entries: [data.recipient, maintainer.identity.recipient])
    }
}

extension SignedDocument {
    func secret(_ member: String) throws(LifeboatError) -> SecretBytes {
        var bytes = try bytes(member, count: 32)
        return SecretBytes(erasing: &bytes)
    }

    func signingKey(_ member: String) throws(LifeboatError) -> SigningKey { try SigningKey(seed: try secret(member)) }

    func identity(_ member: String, name: String, access: RecipientAccess) throws(LifeboatError) -> DataIdentity {
        let text = try string(member)
        guard let identity = try? AgeIdentity(parsing: text) else {
            throw damagedKeyObject(self.name, "its “\(member)” is not an identity")
        }
        return try DataIdentity(identity, name: name, access: access)
    }
}
