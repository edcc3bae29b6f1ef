package import KubernetesObjects

/// What anyone can know of a repository's keys without holding one: certificates, revocations and recipients.
package struct PublicKeys: Sendable {
    package let writers: [SigningCertificate]
    package let maintainers: [SigningCertificate]
    package let revocations: [WriterID: WriterRevocation]
    package let recipients: RecipientList
    /// Key objects that could not be used, each with its cause. They are never trusted.
    package let problems: [LifeboatError]
    /// The names of all key objects. What a name stands for does not change, but for a repair.
    let names: Set<String>
    /// Why nothing may be encrypted: there is no list of recipients, or the next one cannot be used and an older one would be a step back.
    let recipientsProblem: LifeboatError?

    /// Whether the same writers, maintainers and recipients are trusted, and the same revocations known.
    func saysTheSame(as other: PublicKeys) -> Bool {
        writers == other.writers && maintainers == other.maintainers && revocations == other.revocations
            && recipients == other.recipients
    }

    /// Checks that a snapshot manifest was signed by a writer who might write it.
    ///
    /// - Throws: `repository.damaged`, saying which of the checks failed.
    package func verifyManifest(
        _ signedBytes: [UInt8],
        signature: [UInt8],
        writer: WriterID,
        domain: DomainID,
        sequence: UInt64,
        digest: [UInt8],
        takenAt: Timestamp
    ) throws(LifeboatError) {
        let what = "Snapshot \(sequence) of the writer \(writer)"
        guard let certificate = writers.first(where: { $0.id == writer }) else {
            throw untrusted(what, "the repository has no valid certificate of this writer")
        }
        guard certificate.domain == domain else {
            throw untrusted(what, "the certificate is for the domain \(certificate.domain?.description ?? "none")")
        }
        if let expiresAt = certificate.expiresAt, takenAt > expiresAt {
            throw untrusted(what, "the certificate expired at \(expiresAt)")
        }
        if let revocation = revocations[writer], !revocation.trusts(sequence, digest) {
            throw untrusted(what, "the writer was revoked at \(revocation.revokedAt)")
        }
        guard SigningKey.isValid(signature, of: signedBytes, for: .manifest, by: certificate.publicKey) else {
            throw untrusted(what, "its signature is not valid")
        }
    }

    /// Checks that a record of garbage collection or retention was signed by a maintainer.
    package func verifyMaintenance(_ signedBytes: [UInt8], signature: [UInt8]) throws(LifeboatError) {
        let isSigned = maintainers.contains {
            SigningKey.isValid(signature, of: signedBytes, for: .maintenance, by: $0.publicKey)
        }
        guard isSigned else {
            throw untrusted("A maintenance record", "no maintainer of this repository signed it")
        }
    }

    private func untrusted(_ what: String, _ cause: String) -> LifeboatError {
        LifeboatError(
            .repositoryDamaged,
            "\(what) is not trusted: \(cause).",
            remedy: "Take an older snapshot, and find out who wrote this one."
        )
    }
}

extension PublicKeys {
    /// Reads all public key objects. One that is damaged is left out and told of, so that it stops no restore.
    static func load(_ objects: KeyObjects, _ configuration: RepositoryConfiguration) throws(LifeboatError)
        -> PublicKeys
    {
        var writers: [SigningCertificate] = []
        var maintainers: [SigningCertificate] = []
        var revoked: [WriterRevocation] = []
        var lists: [RecipientList] = []
        var problems: [LifeboatError] = []
        var unusable: [UInt32: LifeboatError] = [:]
        let names = try objects.list(KeyObjectName.prefix).sorted()
        for name in names {
            let listVersion =
                name.hasPrefix(KeyObjectName.recipientsPrefix)
                ? UInt32(name.dropFirst(KeyObjectName.recipientsPrefix.count)) : nil
            var problem: LifeboatError?
            if name.hasPrefix(KeyObjectName.writerPrefix) || name.hasPrefix(KeyObjectName.maintainerPrefix)
                || listVersion != nil
            {
                guard let bytes = try objects.get(name) else { continue }
                do throws(LifeboatError) {
                    if listVersion != nil {
                        lists.append(try RecipientList(parsing: bytes, name: name, configuration))
                    } else if name.hasSuffix(KeyObjectName.revocationSuffix) {
                        revoked.append(try WriterRevocation(parsing: bytes, name: name, configuration))
                    } else if name.hasPrefix(KeyObjectName.writerPrefix) {
                        writers.append(try .init(parsing: bytes, name: name, role: .writer, configuration))
                    } else {
                        maintainers.append(try .init(parsing: bytes, name: name, role: .maintainer, configuration))
                    }
                } catch { problem = error }
            }
            if let problem { problems.append(problem) }
            if let listVersion { unusable[listVersion] = problem }
        }
        let revocations = try combined(revoked, objects, configuration, &problems)
        // The copy of one that is gone or damaged, so that an older one does not count again: whoever was removed would get new snapshots.
        for copy in try objects.list(SecondCopy.name(KeyObjectName.recipientsPrefix)) {
            guard let name = SecondCopy.original(copy), let bytes = try objects.get(copy),
                let list = try? RecipientList(parsing: bytes, name: name, configuration)
            else { continue }
            lists.append(list)
        }
        let recipients = lists.max { $0.version < $1.version }
        let missing = damagedKeyObject(KeyObjectName.recipientsPrefix + "1", "it is missing")
        let recipientsProblem = recipients.map { unusableNext(after: $0.version, unusable) } ?? unusable[1] ?? missing
        return PublicKeys(
            writers: writers.sorted { ($0.issuedAt, $0.id) < ($1.issuedAt, $1.id) },
            maintainers: maintainers,
            revocations: revocations,
            recipients: recipients ?? RecipientList(version: 0, entries: []),
            problems: problems,
            names: Set(names),
            recipientsProblem: recipientsProblem
        )
    }

    /// Why nothing may be encrypted to a list: the next one is there and cannot be used, and may have left somebody out.
    ///
    /// Versions follow one another but for names that somebody else had taken, so one far above is of somebody who is not the root. That a
    /// newer one is gone is told by what is signed: manifests and identity files have the version that their writers knew.
    private static func unusableNext(after version: UInt32, _ unusable: [UInt32: LifeboatError]) -> LifeboatError? {
        let following = (1...64).map { version &+ $0 }
        guard let next = following.first(where: { unusable[$0] != nil }), let cause = unusable[next] else { return nil }
        return LifeboatError(
            cause.code,
            cause.message,
            remedy:
                "Run `lifeboat repair`. If that does not help, and nobody has changed the recipients after version \(version), the "
                + "object is not of the root: delete it, and find out who wrote it."
        )
    }

    /// What is revoked of each writer: by revocations, and by copies of those that are gone or damaged, which can only take trust away.
    private static func combined(
        _ revoked: [WriterRevocation],
        _ objects: KeyObjects,
        _ configuration: RepositoryConfiguration,
        _ problems: inout [LifeboatError]
    ) throws(LifeboatError) -> [WriterID: WriterRevocation] {
        var all = revoked
        for copy in try objects.list(SecondCopy.name(KeyObjectName.writerPrefix))
        where copy.hasSuffix(KeyObjectName.revocationSuffix) {
            guard let name = SecondCopy.original(copy), let bytes = try objects.get(copy),
                let revocation = try? WriterRevocation(parsing: bytes, name: name, configuration)
            else { continue }
            all.append(revocation)
        }
        var revocations: [WriterID: WriterRevocation] = [:]
        for (writer, own) in Dictionary(grouping: all, by: \.writer) {
            let versions = Set(own.map(\.version)).union(own.flatMap(\.skipped))
            if let last = versions.max(), let gap = (1...last).first(where: { !versions.contains($0) }) {
                problems.append(damagedKeyObject(KeyObjectName.revocation(writer, gap), "it is missing"))
            }
            revocations[writer] = own.dropFirst().reduce(own[0]) { $0.and($1) }
        }
        return revocations
    }
}
