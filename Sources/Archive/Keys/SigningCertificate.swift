package import KubernetesObjects

/// The root's word that a signing key may write to a domain, or maintain the repository.
package struct SigningCertificate: Sendable, Equatable {
    package let role: RepositoryRole
    package let id: WriterID
    /// The name that the user gave, such as the cluster's.
    package let name: String
    /// The deduplication domain that a writer writes to; nil for a maintainer.
    package let domain: DomainID?
    package let publicKey: [UInt8]
    package let issuedAt: Timestamp
    package let expiresAt: Timestamp?

    private static let kind = "lifeboat.certificate/v1"

    init(
        role: RepositoryRole,
        name: String,
        domain: DomainID?,
        publicKey: [UInt8],
        issuedAt: Timestamp,
        expiresAt: Timestamp? = nil
    ) {
        self.role = role
        self.id = SigningKey.id(of: publicKey)
        self.name = name
        self.domain = domain
        self.publicKey = publicKey
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }

    init(
        parsing bytes: [UInt8],
        name objectName: String,
        role: RepositoryRole,
        _ configuration: RepositoryConfiguration
    )
        throws(LifeboatError)
    {
        let document = try SignedDocument(
            bytes,
            kind: Self.kind,
            name: objectName,
            signedBy: configuration.rootKey
        )
        guard try document.identifier("repository", as: RepositoryID.self) == configuration.id,
            try document.string("role") == role.rawValue
        else { throw damagedKeyObject(objectName, "it belongs to another repository or role") }
        self.role = role
        name = try document.string("name")
        publicKey = try document.bytes("publicKey", count: SigningKey.publicKeyBytes)
        id = SigningKey.id(of: publicKey)
        guard try document.identifier("id", as: WriterID.self) == id else {
            throw damagedKeyObject(objectName, "its id is not that of its key")
        }
        guard objectName == (role == .writer ? KeyObjectName.writer(id) : KeyObjectName.maintainer(id)) else {
            throw damagedKeyObject(objectName, "it belongs to another name")
        }
        domain = role == .writer ? try document.identifier("domain", as: DomainID.self) : nil
        issuedAt = try document.timestamp("issuedAt")
        expiresAt = document.members["expiresAt"] == nil ? nil : try document.timestamp("expiresAt")
    }

    func encoded(for configuration: RepositoryConfiguration, signedWith key: SigningKey) throws(LifeboatError)
        -> [UInt8]
    {
        var members: JSONValue = [
            "repository": .string(configuration.id.description), "role": .string(role.rawValue),
            "id": .string(id.description), "name": .string(name), "publicKey": .string(Base64.encode(publicKey)),
            "issuedAt": .string(issuedAt.description),
        ]
        if let domain { members["domain"] = .string(domain.description) }
        if let expiresAt { members["expiresAt"] = .string(expiresAt.description) }
        return try SignedDocument.encode(kind: Self.kind, members, with: key)
    }
}

/// The root's word that a writer's signatures count only up to a sequence number.
package struct WriterRevocation: Sendable, Equatable {
    package let writer: WriterID
    /// The last snapshot of this writer that is still trusted; nil when none is.
    package let lastSequence: UInt64?
    package let revokedAt: Timestamp
    /// The manifests up to there that are trusted, by their digests: who has the writer's key could sign others with old numbers and times.
    /// Nil in revocations that name none.
    let trusted: Set<[UInt8]>?
    /// Which revocation of this writer it is, from 1: so none can stand in the place of another.
    let version: Int

    /// Versions that are none of the root's: somebody else had taken their names.
    var skipped: Set<Int> = []

    private static let kind = "lifeboat.revocation/v1"

    init(
        writer: WriterID,
        lastSequence: UInt64?,
        revokedAt: Timestamp,
        trusted: Set<[UInt8]>? = nil,
        version: Int = 1
    ) {
        self.version = version
        self.writer = writer
        self.lastSequence = lastSequence
        self.revokedAt = revokedAt
        self.trusted = trusted
    }

    /// Whether a manifest of this writer still counts.
    func trusts(_ sequence: UInt64, _ digest: [UInt8]) -> Bool {
        guard let lastSequence, sequence <= lastSequence else { return false }
        return trusted?.contains(digest) ?? true
    }

    /// What two revocations of one writer leave of it: what both trust.
    func and(_ other: WriterRevocation) -> WriterRevocation {
        let last = lastSequence.flatMap { own in other.lastSequence.map { min(own, $0) } }
        let both = trusted.map { own in other.trusted.map { own.intersection($0) } ?? own } ?? other.trusted
        var result = WriterRevocation(
            writer: writer,
            lastSequence: last,
            revokedAt: min(revokedAt, other.revokedAt),
            trusted: both,
            version: max(version, other.version)
        )
        result.skipped = skipped.union(other.skipped)
        return result
    }

    init(parsing bytes: [UInt8], name: String, _ configuration: RepositoryConfiguration) throws(LifeboatError) {
        let document = try SignedDocument(bytes, kind: Self.kind, name: name, signedBy: configuration.rootKey)
        guard try document.identifier("repository", as: RepositoryID.self) == configuration.id else {
            throw damagedKeyObject(name, "it belongs to another repository")
        }
        writer = try document.identifier("writer", as: WriterID.self)
        version = document.members["version"] == nil ? 1 : try document.int("version")
        guard version >= 1, name == KeyObjectName.revocation(writer, version) else {
            throw damagedKeyObject(name, "it belongs to another name")
        }
        revokedAt = try document.timestamp("revokedAt")
        // A JSON number above 2^53 may be rounded by other readers, so the sequence is text.
        if document.members["lastSequence"] == nil {
            lastSequence = nil
        } else {
            guard let last = UInt64(try document.string("lastSequence")) else {
                throw damagedKeyObject(name, "its “lastSequence” is not a number")
            }
            lastSequence = last
        }
        skipped = Set(document.members["skipped"]?.array?.compactMap(\.int) ?? [])
        guard let texts = document.members["trusted"]?.array else {
            trusted = nil
            return
        }
        var trusted: Set<[UInt8]> = []
        for text in texts {
            guard let digest = text.string.flatMap({ Hexadecimal.decode($0) }), digest.count == 32 else {
                throw damagedKeyObject(name, "a snapshot that it trusts has no digest")
            }
            trusted.insert(digest)
        }
        self.trusted = trusted
    }

    func encoded(for configuration: RepositoryConfiguration, signedWith key: SigningKey) throws(LifeboatError)
        -> [UInt8]
    {
        var members: JSONValue = [
            "repository": .string(configuration.id.description), "writer": .string(writer.description),
            "revokedAt": .string(revokedAt.description),
        ]
        if version > 1 { members["version"] = .int(version) }
        if !skipped.isEmpty { members["skipped"] = .array(skipped.sorted().map { .int($0) }) }
        if let lastSequence { members["lastSequence"] = .string(String(lastSequence)) }
        if let trusted { members["trusted"] = .array(trusted.map(Hexadecimal.encode).sorted().map { .string($0) }) }
        return try SignedDocument.encode(kind: Self.kind, members, with: key)
    }
}
