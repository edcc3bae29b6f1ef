package import KubernetesObjects

/// Whom the repository is encrypted to.
extension KeyStore {
    /// Adds an age public key (`age1…` or `age1pq1…`) as a reader of all sessions from now on.
    ///
    /// Sessions of before are rewrapped by `rewrap`.
    ///
    /// - Returns: the ring with the new list.
    package func addRecipient(_ recipient: String, name: String, from ring: KeyRing) throws(LifeboatError) -> KeyRing {
        let root = try root(ring, to: "add a recipient")
        if let problem = ring.recipientsProblem { throw problem }
        let added = try DataRecipient(name: name, access: .data, parsing: recipient)
        let list = ring.publicKeys.recipients
        guard !list.entries.contains(where: { $0.id == added.id }) else {
            throw LifeboatError(.usage, "The recipient \(added.id) is in the list already.")
        }
        guard list.entries.count < KeyStanza.mostStanzas else {
            throw LifeboatError(.usage, "A repository has at most \(KeyStanza.mostStanzas) recipients.")
        }
        for id in ring.domains {
            let envelope = try DomainEnvelope(ring.domain(id), for: [added], in: ring.configuration.id)
            let version = try nextVersion(KeyObjectName.domainPrefix + id.description) { KeyObjectName.domain(id, $0) }
            try putNew(
                KeyObjectName.domain(id, version),
                envelope.encoded(in: ring.configuration.id, signedWith: root.root)
            )
        }
        return try replace(list.entries + [added], root, ring)
    }

    /// Takes a recipient off the list: sessions from now on are not encrypted to it. What it could read, it still can.
    package func removeRecipient(_ id: RecipientID, from ring: KeyRing) throws(LifeboatError) -> KeyRing {
        let root = try root(ring, to: "remove a recipient")
        // A list by which somebody was left out may be lost, and the next one would bring him back.
        if let problem = ring.recipientsProblem { throw problem }
        let entries = ring.publicKeys.recipients.entries
        guard entries.contains(where: { $0.id == id }) else {
            throw LifeboatError(
                .usage,
                "There is no recipient \(id) in this repository.",
                remedy: "List the recipients with lifeboat key list."
            )
        }
        guard id != root.data.recipient.id, id != root.maintainer.identity.recipient.id else {
            throw LifeboatError(
                .usage,
                "The recipient \(id) is the repository's own and cannot be removed: the passphrase would stop working."
            )
        }
        return try replace(entries.filter { $0.id != id }, root, ring)
    }

    /// Lets a recipient read sessions from before it was added, by wrapping their keys for it.
    ///
    /// - Parameter contexts: those of files of these sessions; each commits to the key that is meant.
    /// - Returns: in how many files there is a session that the passphrase itself does not open.
    @discardableResult
    func rewrap(_ contexts: [KeyContext], for id: RecipientID, from ring: KeyRing) throws(LifeboatError) -> Int {
        let root = try root(ring, to: "rewrap sessions")
        guard let recipient = ring.publicKeys.recipients.readers.first(where: { $0.id == id }) else {
            throw LifeboatError(
                .usage,
                "There is no reader \(id) in this repository.",
                remedy: "Add its public key as a recipient first."
            )
        }
        var rewrapped: [SealedSession] = []
        // Of more than one key only where somebody used the id of a session that was not his.
        var known: [SessionID: [SessionKey]] = [:]
        var unopened = 0
        // The author of a pack of copies seals no blob, so its session is wrapped for nobody.
        for context in contexts
        where !context.session.stanzas.isEmpty && !context.session.stanzas.contains(where: { $0.recipient == id }) {
            let session = context.session
            guard known[session.id]?.contains(where: { context.commits(to: $0) }) != true else { continue }
            let key: SessionKey
            do throws(LifeboatError) { key = try ring.openSession(session) { context.commits(to: $0) } } catch {
                // What the passphrase itself does not open, nobody can be let into. `check --read-data` names it.
                guard error.code == .repositoryDamaged || error.code == .repositoryKeyMissing else { throw error }
                unopened += 1
                continue
            }
            known[session.id, default: []].append(key)
            let stanzas = try ring.stanzas(of: key, id: session.id, for: [recipient])
            rewrapped.append(SealedSession(id: session.id, stanzas: stanzas))
        }
        guard !rewrapped.isEmpty else { return unopened }
        let version = try nextVersion(KeyObjectName.rewrapPrefix, KeyObjectName.rewrap)
        try putNew(
            KeyObjectName.rewrap(version),
            SessionRewraps(rewrapped).encoded(in: ring.configuration.id, signedWith: root.root)
        )
        return unopened
    }

    private func replace(_ entries: [DataRecipient], _ root: RootBundle, _ ring: KeyRing) throws(LifeboatError)
        -> KeyRing
    {
        let taken = try takenNames(KeyObjectName.recipientsPrefix)
        var version = ring.publicKeys.recipients.version + 1
        // By somebody who is not the root, for otherwise it would be known.
        while taken.contains(KeyObjectName.recipients(version)) { version += 1 }
        let list = RecipientList(version: version, entries: entries)
        try putNew(
            KeyObjectName.recipients(list.version),
            list.encoded(for: ring.configuration, signedWith: root.root)
        )
        return try self.ring(root, ring.configuration)
    }

    /// The first version under which there is no object yet.
    private func nextVersion(_ prefix: String, _ name: (Int) -> String) throws(LifeboatError) -> Int {
        let taken = try takenNames(prefix)
        var version = 1
        while taken.contains(name(version)) { version += 1 }
        return version
    }
}
