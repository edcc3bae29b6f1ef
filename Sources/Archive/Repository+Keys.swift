package import KubernetesObjects

/// Roles and recipients, for the verb `key`.
extension Repository {
    /// The text of a new identity file for a role: what a daemon, a maintainer or a drill is given instead of the
    /// passphrase.
    package func exportIdentity(_ role: RepositoryRole, name: String = "daemon") throws(LifeboatError) -> [UInt8] {
        try keyStore.exportIdentity(role, name: name, from: ring)
    }

    /// The text of an identity file for a writer with a domain of its own: it shares nothing with other writers.
    package func addWriter(name: String) throws(LifeboatError) -> [UInt8] {
        try keyStore.addWriter(name: name, from: ring)
    }

    /// Takes back a writer's right to write snapshots after `lastSequence`; nil distrusts all that it wrote.
    ///
    /// Of the snapshots up to there, those that are there now and can be trusted stay; no other one with such a number ever counts.
    package func revokeWriter(_ id: WriterID, lastSequence: UInt64?) throws(LifeboatError) {
        var trusted: Set<[UInt8]> = []
        if let lastSequence {
            let forgotten = try forgets.load(ring.configuration.id).forgotten
            let (committed, problems) = try chain.load()
            for (name, error) in problems where error.code.isOfStore {
                // It may be one of those that are to count, and a revocation cannot be taken back.
                guard let named = ManifestName.parse(name), named.writer == id, named.sequence <= lastSequence,
                    !forgotten.contains(named.digest)
                else { continue }
                let reference = Hexadecimal.encode(named.digest).prefix(12)
                throw LifeboatError(
                    error.code,
                    "\(name) cannot be read, and may be a snapshot that is to count: \(error.message)",
                    remedy:
                        "see that it can be read; when the writer stored it to get in the way, give it up with `lifeboat forget \(reference)` first, or trust none of its snapshots with --all"
                )
            }
            for entry in committed
            where entry.manifest.writer == id && entry.manifest.sequence <= lastSequence {
                trusted.insert(entry.snapshot.digest)
            }
        }
        try keyStore.revokeWriter(id, lastSequence: lastSequence, trusted: trusted, from: ring)
    }

    /// Who may write and maintain, whose word has ended, and to whom new snapshots are encrypted.
    package func publicKeys() throws(LifeboatError) -> PublicKeys { try keyStore.publicKeys() }

    /// The numbers of the newest snapshots that can be trusted, of each writer that has some.
    package func lastSequences() throws(LifeboatError) -> [WriterID: UInt64] {
        Dictionary(try chain.load().committed.map { ($0.manifest.writer, $0.manifest.sequence) }, uniquingKeysWith: max)
    }

    /// To whom new snapshots are encrypted.
    package func recipients() throws(LifeboatError) -> RecipientList { try keyStore.publicKeys().recipients }

    /// Who may write, with the certificates that say so.
    package func writers() throws(LifeboatError) -> [SigningCertificate] { try keyStore.publicKeys().writers }

    /// Encrypts snapshots to one more age recipient from now on.
    ///
    /// - Returns: how many files of before it cannot read although it was to.
    /// - Parameter rewraps: whether it may read the snapshots of before, too. No pack is touched for that. A recipient
    ///   that is in the list already gets what it lacks: that is how a run that was killed in between is completed.
    @discardableResult
    package func addRecipient(
        _ recipient: String,
        name: String,
        rewraps: Bool = false
    ) throws(LifeboatError) -> Int {
        let id = try DataRecipient(name: name, access: .data, parsing: recipient).id
        if !rewraps || !ring.publicKeys.recipients.readers.contains(where: { $0.id == id }) {
            replaceRing(try keyStore.addRecipient(recipient, name: name, from: ring))
        }
        return rewraps ? try rewrap(for: id) : 0
    }

    /// Lets a recipient read all snapshots of before it was added.
    @discardableResult
    package func rewrap(for recipient: RecipientID) throws(LifeboatError) -> Int {
        _ = try blobs.loadAll()
        let contexts = try committed().map(\.manifest.context) + blobs.contexts
        return try keyStore.rewrap(contexts.sorted { $0.session.id < $1.session.id }, for: recipient, from: ring)
    }

    /// Stops encrypting new snapshots to a recipient. What it could read, it still can.
    package func removeRecipient(_ id: RecipientID) throws(LifeboatError) {
        replaceRing(try keyStore.removeRecipient(id, from: ring))
    }

    /// Gives the repository another passphrase. The old one still opens old copies of the key bundle, which hold the same keys.
    package func changePassphrase(to passphrase: [UInt8]) throws(LifeboatError) {
        try keyStore.changePassphrase(to: passphrase, from: ring)
    }

    /// What to print and lock away, so that the repository can be opened when this program is gone.
    package func recoverySheet() throws(LifeboatError) -> String { try keyStore.recoverySheet(from: ring) }
}
