internal import Crypto
package import KubernetesObjects

/// One run of the garbage collection: it ends the epoch that is open, and begins the next.
///
/// It takes no lock. Writers and other collections may run at any moment, and each may be stopped for any time or for ever between two
/// steps; docs/archive-format.md has the protocol, and docs/model/ a model of it that a model checker walks through.
struct CollectionRun {
    let repository: Repository
    let rules: CollectionRules
    let isDryRun: Bool
    var report = CollectionReport()
    /// Whether this run has seen that every blob which a snapshot needs is there.
    private(set) var isNothingMissing = false

    var id: RepositoryID { repository.ring.configuration.id }

    init(_ repository: Repository, _ rules: CollectionRules, isDryRun: Bool) {
        self.repository = repository
        self.rules = rules
        self.isDryRun = isDryRun
    }

    mutating func run() throws(LifeboatError) {
        while true {
            let before = try repository.collections.loadTrusted(id)
            do throws(LifeboatError) { return try run(before) } catch {
                // What cannot be found may have been deleted by another collection that was faster.
                guard error.code == .repositoryDamaged,
                    try repository.collections.loadTrusted(id).steps != before.steps
                else { throw error }
                report = CollectionReport()
            }
        }
    }

    private mutating func run(_ epochs: CollectionEpochs) throws(LifeboatError) {
        if let condemned = epochs.open {
            let isBegun = epochs[condemned.epoch, .sweep] != nil
            guard isBegun || isDue(condemned) else {
                return try report(waiting: condemned)
            }
            try finish(condemned.epoch, epochs)
            // What would be left after that cannot be told without doing it.
            guard !isDryRun else { return }
        }
        try begin()
    }

    /// Readers have a grace. A time that is further ahead than that is of a clock that was wrong, and would keep space for years.
    private func isDue(_ condemned: CollectionRecord) -> Bool {
        let now = repository.environment.now()
        return rules.graceSeconds <= 0 || now >= due(condemned) || condemned.time - now > rules.graceSeconds
    }

    private func due(_ condemned: CollectionRecord) -> Timestamp { condemned.time.adding(seconds: rules.graceSeconds) }

    /// The manifests that count and are not forgotten, and all that are there.
    struct Manifests {
        var counting: [SnapshotChain.Committed] = []
        /// Digest, name, and what is known of each.
        var all: [(digest: [UInt8], name: String, manifest: SnapshotManifest?)] = []
        /// Digests that forget records name.
        var forgotten: Set<[UInt8]> = []
    }

    /// - Throws: `repository.damaged` when there is a manifest that cannot be read and was not forgotten: nobody knows what it needs.
    func manifests(_ epochs: CollectionEpochs) throws(LifeboatError) -> Manifests {
        // Forget records first: one is deleted only when its manifests are.
        let forgotten = try repository.forgets.load(id).forgotten
        let (committed, problems) = try repository.chain.load()
        if let name = try repository.parity?.missingManifests(epochs, forgotten).lost.first?.name {
            throw LifeboatError(
                .repositoryDamaged,
                "nothing is reclaimed, because \(name) is missing, and its copy is there",
                remedy: "run `lifeboat repair`, which puts it back"
            )
        }
        var manifests = Manifests(forgotten: forgotten)
        for (name, error) in problems {
            // What no manifest is called needs nothing; `check` names it.
            guard let digest = ManifestName.parse(name)?.digest else { continue }
            guard forgotten.contains(digest) else {
                throw LifeboatError(
                    error.code,
                    "nothing is reclaimed, because nobody can tell what \(name) needs: \(error.message)",
                    remedy: error.code == .repositoryUnsupported
                        ? "update Lifeboat"
                        : "run `lifeboat repair`; when that does not help, put it back from a copy of the repository or give it up with `lifeboat forget \(Hexadecimal.encode(digest).prefix(12))`"
                )
            }
            manifests.all.append((digest, name, nil))
        }
        for entry in committed {
            manifests.all.append((entry.snapshot.digest, entry.snapshot.name, entry.manifest))
            guard entry.counts(forgotten, epochs) else { continue }
            guard repository.ring.domains.contains(entry.manifest.domain) else {
                throw LifeboatError(
                    .repositoryKeyMissing,
                    "nothing is reclaimed: snapshot \(entry.snapshot.shortID) is of an unknown domain",
                    remedy: "use the passphrase, or an identity exported after its writer was added"
                )
            }
            manifests.counting.append(entry)
        }
        return manifests
    }

    /// Marks what the manifests need, the newest first: its pages are the ones that others share.
    mutating func live(_ manifests: Manifests, condemned: Set<[UInt8]>) throws(LifeboatError) -> LiveBlobs {
        var live = try LiveBlobs(repository, condemned: condemned)
        for entry in manifests.counting.sorted(by: { $0.snapshot.takenAt > $1.snapshot.takenAt }) {
            try live.mark(entry.manifest.root, of: entry.snapshot.name)
        }
        report.snapshots = manifests.counting.count
        report.blobsMissing = live.missing
        isNothingMissing = live.missing == 0
        for pack in live.packs { if let problem = pack.problem { report.unreadable[pack.object.name] = problem } }
        return live
    }

    func put(_ record: CollectionRecord) throws(LifeboatError) {
        let ring = repository.ring
        try repository.collections.put(record) { (bytes) throws(LifeboatError) in try ring.signMaintenance(bytes) }
    }

    func record(_ epoch: UInt64, _ step: CollectionRecord.Step) -> CollectionRecord {
        CollectionRecord(step: step, repository: id, epoch: epoch, time: repository.environment.now())
    }

    mutating func report(waiting record: CollectionRecord) throws(LifeboatError) {
        let condemned = Set(record.packs)
        let packs = try repository.store.list("p/").filter { PackName.digest($0.name).map(condemned.contains) ?? false }
        report.packsCondemned = packs.count
        report.bytesFreeableLater = packs.reduce(0) { $0 + $1.size }
        report.freeableAt = due(record)
        report.snapshots = try repository.committed().count
    }
}

extension Repository {
    /// Gives back the space of what no snapshot needs, and puts small packs together. It needs no key that reads contents.
    ///
    /// Packs are condemned first and deleted by a later run, when `rules.graceSeconds` have passed; with no grace, by this run.
    ///
    /// - Throws: `repository.not-permitted` for a credential without the role of a maintainer; `repository.damaged` when it cannot be
    ///   told what a snapshot needs. Nothing is deleted then.
    package func collect(_ rules: CollectionRules, isDryRun: Bool = false) throws(LifeboatError) -> CollectionReport {
        try configuration.require(.gc)
        try ring.require(.maintainer, to: RepositoryRole.maintainer.summary)
        try refreshKeys()
        // What this process knows of packs may be older than what is stored.
        let fresh = Repository(store, environment, keyStore, ring, sessionKeys: blobs.sessionKeys)
        var collection = CollectionRun(fresh, rules, isDryRun: isDryRun)
        do throws(LifeboatError) { try collection.run() } catch {
            // Whoever can keep collections from their work must not let the locks of good backups end.
            if !isDryRun { _ = try? fresh.extendLocks() }
            throw error
        }
        collection.report.lockDays = store.lockDays
        collection.report.mayLoseRaces = store.mayLoseRaces
        if !isDryRun {
            collection.report.bytesWritten += try fresh.mergeIndex()
            collection.report.locksExtended = try fresh.extendLocks()
        }
        return collection.report
    }
}
