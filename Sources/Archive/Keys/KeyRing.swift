package import KubernetesObjects

/// The private keys that one credential opened.
struct HeldKeys: Sendable {
    var root: RootBundle?
    var writer: WriterCredential?
    var maintainer: MaintainerCredential?
    var readers: [DataIdentity] = []

    var roles: Set<RepositoryRole> {
        var roles: Set<RepositoryRole> = []
        if root != nil { roles.insert(.root) }
        if writer != nil { roles.insert(.writer) }
        if maintainer != nil { roles.insert(.maintainer) }
        if !readers.isEmpty { roles.insert(.reader) }
        return roles
    }
}

/// What one credential can do with a repository: its private keys, together with the repository's public ones.
package struct KeyRing: Sendable {
    package let configuration: RepositoryConfiguration
    package let publicKeys: PublicKeys
    /// Key objects that could not be used. They stop nothing that does not need them.
    package let problems: [LifeboatError]

    let held: HeldKeys
    let environment: KeyEnvironment
    /// Set when nothing may be encrypted for the current recipients.
    let recipientsProblem: LifeboatError?
    private let domainSecrets: [DomainID: DomainSecrets]
    private let rewraps: [SessionID: [KeyStanza]]
    private let origin: IdentityFile.Origin?

    /// The roles that this credential gives.
    package var roles: Set<RepositoryRole> { held.roles }
    /// The writer that this credential may write as; nil when it may not write.
    package var writer: WriterCredential? { held.writer }
    /// The domains whose secrets are held.
    package var domains: [DomainID] { domainSecrets.keys.sorted() }
    /// Their keys, in the same order.
    var domainKeys: [DomainSecrets] { domains.compactMap { domainSecrets[$0] } }

    /// Puts the ring together from private keys and what the repository holds.
    ///
    /// `origin` is what an identity file remembers of the repository; a recipient list older than that is not written to.
    init(
        _ held: HeldKeys,
        _ configuration: RepositoryConfiguration,
        _ objects: KeyObjects,
        _ environment: KeyEnvironment,
        origin: IdentityFile.Origin? = nil
    ) throws(LifeboatError) {
        self.held = held
        self.origin = origin
        self.configuration = configuration
        self.environment = environment
        publicKeys = try PublicKeys.load(objects, configuration)
        var problems = publicKeys.problems
        var domains: [DomainID: DomainSecrets] = [:]
        if let writer = held.writer { domains[writer.domain] = writer.secrets }
        let identities = held.readers + (held.maintainer.map { [$0.identity] } ?? [])
        var rewraps: [SessionID: [KeyStanza]] = [:]
        if !identities.isEmpty {
            for name in try objects.list(KeyObjectName.domainPrefix).sorted() {
                guard let bytes = try objects.get(name) else { continue }
                do throws(LifeboatError) {
                    let envelope = try DomainEnvelope(parsing: bytes, name: name, configuration)
                    guard domains[envelope.domain] == nil else { continue }
                    domains[envelope.domain] = envelope.open(identities, in: configuration.id)
                } catch { problems.append(error) }
            }
        }
        if !held.readers.isEmpty {
            for name in try objects.list(KeyObjectName.rewrapPrefix).sorted() {
                guard let bytes = try objects.get(name) else { continue }
                do throws(LifeboatError) {
                    for session in try SessionRewraps(parsing: bytes, name: name, configuration).sessions {
                        rewraps[session.id, default: []] += session.stanzas
                    }
                } catch { problems.append(error) }
            }
        }
        self.problems = problems
        self.rewraps = rewraps
        domainSecrets = domains
        let list = publicKeys.recipients
        if let origin, list.version < origin.recipientsVersion {
            recipientsProblem = damagedKeyObject(
                KeyObjectName.recipients(origin.recipientsVersion),
                "it is missing, and the older list of recipients would be a step back"
            )
        } else {
            recipientsProblem = publicKeys.recipientsProblem
        }
    }

    /// The same private keys with what the repository holds now.
    func renewed(_ objects: KeyObjects) throws(LifeboatError) -> KeyRing {
        try KeyRing(held, configuration, objects, environment, origin: origin)
    }

    /// The stanzas that were made for a session after it ended.
    func rewrapped(_ session: SessionID) -> [KeyStanza] { rewraps[session] ?? [] }

    /// Throws when this credential does not give a role, naming who may do the action.
    package func require(_ role: RepositoryRole, to action: String) throws(LifeboatError) {
        guard !roles.contains(role) else { return }
        let held = roles.sorted { $0.rawValue < $1.rawValue }.map(\.rawValue).joined(separator: " and ")
        throw LifeboatError(
            .repositoryNotPermitted,
            "The \(held) identity may not \(action).",
            remedy: role == .root
                ? "Use the passphrase: only the root role may \(role.summary)."
                : "Use \(role.article) identity (lifeboat key export --role \(role.rawValue)) or the passphrase."
        )
    }

    /// The keys of a domain.
    package func domain(_ id: DomainID) throws(LifeboatError) -> DomainSecrets {
        if let domain = domainSecrets[id] { return domain }
        let envelope = KeyObjectName.domain(id, 1)
        if roles == [.writer] {
            throw LifeboatError(
                .repositoryKeyMissing,
                "The domain \(id) belongs to another writer, whose keys this writer identity does not hold.",
                remedy: "Use a reader identity, a maintainer identity or the passphrase."
            )
        }
        throw LifeboatError(
            .repositoryKeyMissing,
            "The keys of the domain \(id) are missing: \(envelope) is lost, damaged or not for this identity.",
            remedy: "Run `lifeboat repair`, restore \(envelope) from a copy of the repository, or use the passphrase."
        )
    }
}

extension KeyRing: CustomStringConvertible, CustomReflectable {
    package var description: String {
        "keys of \(configuration.id): \(roles.map(\.rawValue).sorted().joined(separator: ", ")) [secret]"
    }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
