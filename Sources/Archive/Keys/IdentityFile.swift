import KubernetesObjects

/// The text that a role's keys are exported as: comments that say what it can do, and one line that holds the keys.
///
/// It is safe to mount as a Kubernetes Secret: it holds one role and nothing above it.
struct IdentityFile {
    /// The keys that a file carries.
    enum Keys {
        case writer(WriterCredential)
        case maintainer(MaintainerCredential)
        case reader(DataIdentity)
        /// The identity file of age of a recipient that was added to the repository; it names no repository.
        case age([DataIdentity])
    }

    private static let kind = "lifeboat.identity/v1"
    private static let prefix = "lifeboat-identity-"
    private static let largest = 65_536

    /// The repository that the file is for, its root key, and the recipient list that was current; nil for age's own files.
    var origin: Origin?
    var keys: Keys

    struct Origin: Equatable {
        var repository: RepositoryID
        var rootKey: [UInt8]
        var recipientsVersion: UInt32
    }

    var role: RepositoryRole {
        switch keys {
        case .writer: .writer
        case .maintainer: .maintainer
        case .reader, .age: .reader
        }
    }

    // MARK: Reading

    init(parsing text: [UInt8]) throws(LifeboatError) {
        guard text.count <= Self.largest, let text = String(validating: text, as: UTF8.self) else {
            throw Self.invalid("it is not text, or larger than 64 KiB")
        }
        let lines = text.split(whereSeparator: \.isNewline)
            .map { String($0.drop(while: \.isWhitespace)) }
            .map { line in String(line.prefix(line.reversed().drop(while: \.isWhitespace).count)) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
        guard let first = lines.first else { throw Self.invalid("it holds no key") }
        if first.hasPrefix("AGE-SECRET-KEY-") {
            var identities: [DataIdentity] = []
            for line in lines {
                guard let identity = try? AgeIdentity(parsing: line) else {
                    throw Self.invalid("a line is not an age identity")
                }
                identities.append(try DataIdentity(identity, name: "identity", access: .data))
            }
            keys = .age(identities)
            return
        }
        guard lines.count == 1, let (prefix, payload) = Bech32.decode(first), prefix == Self.prefix else {
            throw Self.invalid("its key line was changed, or is not from lifeboat or age")
        }
        let document: SignedDocument
        do { document = try SignedDocument(unverified: payload, kind: Self.kind, name: "The identity file") } catch {
            // The cause may quote what it could not read, and that is secret.
            throw Self.invalid("its keys are of a form that this version does not know")
        }
        let version = UInt32(exactly: try document.int("recipientsVersion")) ?? 0
        origin = Origin(
            repository: try document.identifier("repository", as: RepositoryID.self),
            rootKey: try document.bytes("rootKey", count: SigningKey.publicKeyBytes),
            recipientsVersion: version
        )
        switch RepositoryRole(rawValue: try document.string("role")) {
        case .writer:
            keys = .writer(
                WriterCredential(
                    name: try document.string("name"),
                    signingKey: try document.signingKey("signingKey"),
                    secrets: DomainSecrets(secret: try document.secret("domainSecret"))
                )
            )
        case .maintainer:
            keys = .maintainer(
                MaintainerCredential(
                    signingKey: try document.signingKey("signingKey"),
                    identity: try document.identity("identity", name: "maintainer", access: .structure)
                )
            )
        case .reader: keys = .reader(try document.identity("identity", name: "data", access: .data))
        case .root, nil: throw Self.invalid("it is for a role that this version does not know")
        }
    }

    private static func invalid(_ cause: String) -> LifeboatError {
        LifeboatError(
            .repositoryWrongKey,
            "The identity file cannot be used: \(cause).",
            remedy: "Export it again with the passphrase: lifeboat key export."
        )
    }

    // MARK: Writing

    init(_ keys: Keys, _ configuration: RepositoryConfiguration, recipientsVersion: UInt32) {
        origin = Origin(
            repository: configuration.id,
            rootKey: configuration.rootKey,
            recipientsVersion: recipientsVersion
        )
        self.keys = keys
    }

    /// The file's text.
    func encoded(_ configuration: RepositoryConfiguration, issuedAt: Timestamp) -> [UInt8] {
        var members: JSONValue = [
            "kind": .string(Self.kind), "role": .string(role.rawValue),
            "repository": .string(configuration.id.description),
            "rootKey": .string(Base64.encode(configuration.rootKey)),
            "recipientsVersion": .int(origin?.recipientsVersion ?? 0),
        ]
        var title = role.rawValue
        switch keys {
        case .writer(let writer):
            title += " “\(writer.name)” (\(writer.id))"
            members["name"] = .string(writer.name)
            members["signingKey"] = .string(Base64.encode(writer.signingKey.seed.exposed()))
            members["domainSecret"] = .string(Base64.encode(writer.secrets.secret.exposed()))
        case .maintainer(let maintainer):
            title += " (\(maintainer.signingKey.id))"
            members["signingKey"] = .string(Base64.encode(maintainer.signingKey.seed.exposed()))
            members["identity"] = .string(maintainer.identity.text)
        case .reader(let identity): members["identity"] = .string(identity.text)
        case .age(let identities):
            return Array((identities.map(\.text).joined(separator: "\n") + "\n").utf8)
        }
        var payload = members.encoded(sortedKeys: true)
        defer { payload.erase() }
        let header = """
            # Lifeboat identity: \(title)
            # Repository:        \(configuration.id)
            # Root key:          \(configuration.rootFingerprint)
            # Issued:            \(issuedAt)
            #
            # It can:    \(role.abilities)
            # It cannot: \(role.limits)
            #
            # Treat it as a secret. It may be mounted as a Kubernetes Secret and given to lifeboat with
            # LIFEBOAT_IDENTITY=<path of this file>. Lines that begin with # are comments.

            """
        return Array((header + Bech32.encode(Self.prefix, payload).uppercased() + "\n").utf8)
    }
}

extension RepositoryRole {
    /// What an identity of this role can do, as its file says it.
    fileprivate var abilities: String {
        switch self {
        case .writer: "take snapshots, and see which objects did not change since the last one"
        case .maintainer: "check structure, forget snapshots and free space"
        case .reader: "list, read, compare, check and restore every snapshot, with the Secrets in them"
        case .root: "do everything"
        }
    }

    fileprivate var limits: String {
        switch self {
        case .writer: "read any snapshot, not even its own; delete or forget anything; write as another writer"
        case .maintainer: "read names or contents of objects; take snapshots"
        case .reader: "take, change or delete snapshots"
        case .root: "be exported"
        }
    }
}
