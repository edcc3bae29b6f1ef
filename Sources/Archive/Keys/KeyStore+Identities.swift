package import KubernetesObjects

/// Identities of roles, and the writers behind them.
extension KeyStore {
    /// The text of an identity file that gives one role.
    ///
    /// Every writer's file is a new writer with a certificate and a chain of snapshots of its own; those exported here share
    /// the first domain, so that they share what is stored already.
    package func exportIdentity(_ role: RepositoryRole, name: String = "daemon", from ring: KeyRing)
        throws(LifeboatError) -> [UInt8]
    {
        let keys: IdentityFile.Keys
        switch role {
        case .writer:
            let root = try root(ring, to: "issue a writer identity")
            keys = .writer(try issueWriter(name, root.firstDomain, root, ring))
        case .maintainer:
            try ring.require(.maintainer, to: "export a maintainer identity")
            guard let maintainer = ring.held.maintainer else { throw Self.noKey(role) }
            keys = .maintainer(maintainer)
        case .reader:
            try ring.require(.reader, to: "export a reader identity")
            guard let reader = ring.held.readers.first else { throw Self.noKey(role) }
            keys = .reader(reader)
        case .root:
            throw LifeboatError(
                .usage,
                "The root role cannot be exported.",
                remedy:
                    "Its keys are in keys/root.age, which the passphrase opens; change that with lifeboat key passphrase."
            )
        }
        return encode(keys, ring)
    }

    /// A new writer with a deduplication domain of its own, as the text of its identity file.
    package func addWriter(name: String, from ring: KeyRing) throws(LifeboatError) -> [UInt8] {
        let root = try root(ring, to: "add a writer")
        if let problem = ring.recipientsProblem { throw problem }
        let domain = DomainSecrets(random: environment.random)
        let envelope = try DomainEnvelope(domain, for: ring.publicKeys.recipients.entries, in: ring.configuration.id)
        // The envelope comes first: a writer without one would write what nobody can find.
        try putNew(
            KeyObjectName.domain(domain.id, 1),
            envelope.encoded(in: ring.configuration.id, signedWith: root.root)
        )
        return encode(.writer(try issueWriter(name, domain, root, ring)), ring)
    }

    /// Ends a writer: its snapshots after `lastSequence`, or all of them when nil, are no longer trusted. It can be done again, to trust
    /// fewer of them.
    ///
    /// - Parameter trusted: the digests of the snapshots up to there; nil to trust whatever has such a number.
    package func revokeWriter(
        _ id: WriterID,
        lastSequence: UInt64?,
        trusted: Set<[UInt8]>? = nil,
        from ring: KeyRing
    ) throws(LifeboatError) {
        let root = try root(ring, to: "revoke a writer")
        guard ring.publicKeys.writers.contains(where: { $0.id == id }) else {
            throw LifeboatError(
                .usage,
                "There is no writer \(id) in this repository.",
                remedy: "List the writers with lifeboat key list."
            )
        }
        guard id != SigningKey.id(of: root.writer.publicKey) else {
            throw LifeboatError(
                .usage,
                "The writer \(id) is the repository's own and cannot be revoked: the passphrase could not write any more.",
                remedy: "Change the passphrase with lifeboat key passphrase when somebody else may know it."
            )
        }
        let known = try publicKeys().revocations[id]
        if let known {
            guard let last = known.lastSequence, lastSequence.map({ $0 < last }) ?? true else {
                throw LifeboatError(
                    .usage,
                    "The writer \(id) is revoked already, and \(known.lastSequence.map { "its snapshots after number \($0) are" } ?? "all its snapshots are") not trusted.",
                    remedy: "To trust fewer of them, revoke it with a smaller number or with all of them."
                )
            }
        }
        // Names alone say nothing, for anybody could have made them; but one that is taken stays so.
        let names = try takenNames(KeyObjectName.writerPrefix + id.description)
        var version = (known?.version ?? 0) + 1
        var skipped: Set<Int> = []
        while names.contains(KeyObjectName.revocation(id, version)) {
            skipped.insert(version)
            version += 1
        }
        var revocation = WriterRevocation(
            writer: id,
            lastSequence: lastSequence,
            revokedAt: environment.now(),
            trusted: trusted,
            version: version
        )
        // One that is damaged may be the root's own; it is told of as long as it is there.
        revocation.skipped = skipped
        try putNew(
            KeyObjectName.revocation(id, version),
            revocation.encoded(for: ring.configuration, signedWith: root.root)
        )
    }

    private func issueWriter(_ name: String, _ domain: DomainSecrets, _ root: RootBundle, _ ring: KeyRing)
        throws(LifeboatError) -> WriterCredential
    {
        let credential = WriterCredential(
            name: name,
            signingKey: try SigningKey(random: environment.random),
            secrets: domain
        )
        let certificate = SigningCertificate(
            role: .writer,
            name: name,
            domain: domain.id,
            publicKey: credential.signingKey.publicKey,
            issuedAt: environment.now()
        )
        try putNew(
            KeyObjectName.writer(credential.id),
            certificate.encoded(for: ring.configuration, signedWith: root.root)
        )
        return credential
    }

    private func encode(_ keys: IdentityFile.Keys, _ ring: KeyRing) -> [UInt8] {
        let file = IdentityFile(keys, ring.configuration, recipientsVersion: ring.publicKeys.recipients.version)
        return file.encoded(ring.configuration, issuedAt: environment.now())
    }

    /// Creates an object of which there must not be one.
    func putNew(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) {
        guard try objects.put(name, bytes) else {
            throw LifeboatError(
                .repositoryBusy,
                "\(name) was created by another lifeboat at the same time.",
                remedy: "Try again."
            )
        }
    }

    private static func noKey(_ role: RepositoryRole) -> LifeboatError {
        LifeboatError(.internalError, "The \(role.rawValue) role has no key.")
    }
}
