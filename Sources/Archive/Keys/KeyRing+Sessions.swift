package import KubernetesObjects

extension KeyRing {
    /// Starts a session: a fresh key, wrapped for every current reader.
    package func beginSession() throws(LifeboatError) -> Session {
        _ = try usableWriter()
        if let recipientsProblem { throw recipientsProblem }
        var bytes = environment.random(32)
        let key = SessionKey(secret: SecretBytes(erasing: &bytes))
        let id = SessionID(truncating: environment.random(16))
        let stanzas = try stanzas(of: key, id: id, for: publicKeys.recipients.readers)
        return Session(id: id, key: key, sealed: SealedSession(id: id, stanzas: stanzas))
    }

    /// The key of a session, for a reader that it was wrapped for, then or later.
    ///
    /// The ids of sessions are public, and whoever may write can wrap a key of his own under the id of somebody else's session.
    ///
    /// - Parameter isRight: tells the key that was used from any other.
    /// - Throws: `repository.damaged` when a key is there and is not the right one, `repository.key-missing` when none is there for this reader.
    package func openSession(
        _ sealed: SealedSession,
        isRight: (SessionKey) -> Bool = { _ in true }
    ) throws(LifeboatError) -> SessionKey {
        try require(.reader, to: "read snapshots")
        let info = SealedSession.info(configuration.id)
        var isAny = false
        for stanzas in [sealed.stanzas, rewrapped(sealed.id)] {
            for identity in held.readers {
                let secret = identity.unwrap(stanzas, info: info, context: sealed.id.bytes) { secret in
                    guard secret.count == 32 else { return false }
                    isAny = true
                    return isRight(SessionKey(secret: secret))
                }
                if let secret { return SessionKey(secret: secret) }
            }
        }
        if isAny {
            throw LifeboatError(
                .repositoryDamaged,
                "its session key is not the one that it commits to",
                remedy: "run `lifeboat check --read-data`, which names what is affected"
            )
        }
        throw LifeboatError(
            .repositoryKeyMissing,
            "The session \(sealed.id) is not encrypted to this identity.",
            remedy:
                "Use the passphrase or the repository's reader identity, or have its owner rewrap old sessions for you."
        )
    }

    /// Signs a snapshot manifest as the writer.
    package func signManifest(_ signedBytes: [UInt8]) throws(LifeboatError) -> [UInt8] {
        try usableWriter().signingKey.sign(signedBytes, for: .manifest)
    }

    /// Signs a record of garbage collection or retention as the maintainer.
    package func signMaintenance(_ signedBytes: [UInt8]) throws(LifeboatError) -> [UInt8] {
        try require(.maintainer, to: RepositoryRole.maintainer.summary)
        guard let maintainer = held.maintainer else {
            throw LifeboatError(.internalError, "The maintainer role has no key.")
        }
        return try maintainer.signingKey.sign(signedBytes, for: .maintenance)
    }

    /// The stanzas of a session's key for recipients.
    func stanzas(of key: SessionKey, id: SessionID, for recipients: [DataRecipient]) throws(LifeboatError)
        -> [KeyStanza]
    {
        var stanzas: [KeyStanza] = []
        for recipient in recipients {
            stanzas.append(
                try recipient.wrap(key.secret, info: SealedSession.info(configuration.id), context: id.bytes)
            )
        }
        return stanzas
    }

    /// The writer, unless nobody would believe what it writes.
    private func usableWriter() throws(LifeboatError) -> WriterCredential {
        try require(.writer, to: RepositoryRole.writer.summary)
        guard let writer = held.writer else { throw LifeboatError(.internalError, "The writer role has no key.") }
        let remedy = "Export a new writer identity with the passphrase: lifeboat key export --role writer."
        if let revocation = publicKeys.revocations[writer.id] {
            throw LifeboatError(
                .repositoryNotPermitted,
                "The writer “\(writer.name)” (\(writer.id)) was revoked at \(revocation.revokedAt).",
                remedy: remedy
            )
        }
        guard let certificate = publicKeys.writers.first(where: { $0.id == writer.id }) else {
            throw LifeboatError(
                .repositoryKeyMissing,
                "\(KeyObjectName.writer(writer.id)), the certificate of the writer “\(writer.name)”, is missing or damaged.",
                remedy: "Run `lifeboat repair`, which brings it back where there is a copy of it. \(remedy)"
            )
        }
        if let expiresAt = certificate.expiresAt, environment.now() > expiresAt {
            throw LifeboatError(
                .repositoryNotPermitted,
                "The certificate of the writer “\(writer.name)” (\(writer.id)) expired at \(expiresAt).",
                remedy: remedy
            )
        }
        return writer
    }
}
