package import KubernetesObjects

extension Repository {
    /// Repairs a repository from everything in it that is there twice, and takes away what cannot be trusted.
    ///
    /// Key objects come back from their copies, or are made anew from the key bundle; a few wrong bits of a pack, a manifest or a record are
    /// found and mended; blobs that prove right are copied out of damaged packs, whose bytes are kept in quarantine. A blob that is lost
    /// counts as unknown afterwards, so the next backup stores it again when the cluster still has it. Backups may run meanwhile.
    ///
    /// - Throws: `repository.not-permitted` for a credential that is not reader and maintainer at once; `repository.busy` when
    ///   garbage collections are faster again and again.
    package static func repair(
        _ store: any ObjectStore,
        credential: RepositoryCredential,
        environment: ArchiveEnvironment,
        isDryRun: Bool
    ) throws(LifeboatError) -> RepairReport {
        var passphrase: [UInt8]?
        if case .passphrase(let bytes) = credential { passphrase = bytes }
        let plain = keyStore(store, environment, keepsCopies: false)
        if passphrase == nil {
            // Before anything is changed: an identity has one role, and does not tell which of two key bundles is right.
            let ring = try plain.open(credential)
            try ring.require(.maintainer, to: "repair the repository")
            try ring.require(.reader, to: "prove which blobs are right")
        }
        let keys = try plain.repair(passphrase: passphrase, isDryRun: isDryRun)
        if isDryRun, !keys.restored.isEmpty {
            // Without them the repository may not open.
            var report = RepairReport()
            (report.isDryRun, report.isComplete, report.keys) = (true, false, keys)
            return report
        }
        let repository = try open(store, credential: credential, environment: environment)
        try repository.configuration.require(.gc)
        try repository.ring.require(.maintainer, to: "repair the repository")
        try repository.ring.require(.reader, to: "prove which blobs are right")
        var run = RepairRun(repository, isDryRun: isDryRun)
        try run.run()
        run.report.keys = keys
        // What is known of packs is from before the repair.
        run.report.remaining = try repository.check(.structure).problems
        return run.report
    }

    /// Deletes what repairs keep in quarantine.
    ///
    /// - Returns: how many objects and bytes that was.
    package func discardQuarantine() throws(LifeboatError) -> (objects: Int, bytes: Int) {
        try ring.require(.maintainer, to: "delete what is in quarantine")
        let objects = try store.list(Quarantine.prefix)
        for object in objects { try store.delete(object.name) }
        return (objects.count, objects.reduce(0) { $0 + $1.size })
    }
}
