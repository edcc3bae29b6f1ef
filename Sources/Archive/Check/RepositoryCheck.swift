internal import KubernetesObjects

/// One run of `Repository.check`.
struct RepositoryCheck {
    let repository: Repository
    let level: CheckLevel
    let subset: (part: Int, of: Int)?
    var problems: [CheckProblem] = []
    var notices: [CheckProblem] = []
    var bytesRead = 0
    /// The newest list of recipients; nil when the keys cannot be read.
    var recipientsVersion: UInt32?
    /// Blobs that are lost or damaged, and how.
    private var damaged: [BlobID: String] = [:]
    private var unreadable: Set<String> = []
    private var hasUnopened = false

    init(repository: Repository, level: CheckLevel, subset: (part: Int, of: Int)?) {
        self.repository = repository
        self.level = level
        self.subset = subset
    }

    mutating func run() throws(LifeboatError) -> CheckReport {
        try checkKeys()
        let id = repository.ring.configuration.id
        // In the order in which `Repository.committed` reads them, beside a collection that deletes.
        let forgets = try repository.forgets.load(id)
        let (committed, broken) = try repository.chain.load()
        for (name, error) in broken
        where ManifestName.parse(name).map({ !forgets.forgotten.contains($0.digest) }) ?? true {
            problems.append(
                CheckProblem(
                    path: name,
                    problem: error.message,
                    snapshots: ManifestName.parse(name).map { [Hexadecimal.encode($0.digest)] } ?? []
                )
            )
        }
        let collections = try repository.collections.load(id)
        for (name, error) in forgets.problems + collections.problems {
            problems.append(CheckProblem(path: name, problem: error.message))
        }
        try checkStoredManifests(committed)
        checkChains(committed, broken.map(\.name), collections.epochs, forgets.forgotten)
        // What is forgotten, or came too late for a collection, needs nothing any more.
        let counting = committed.filter { $0.counts(forgets.forgotten, collections.epochs) }
        try checkLostManifests(collections.epochs, forgets.forgotten)
        checkKept(collections.epochs, committed, forgets.forgotten)
        try checkVerified(collections.epochs, committed, forgets.forgotten)
        if level >= .storage { try checkCopies() }
        checkDomains(counting)
        checkRecipients(committed)
        let packs = try repository.store.list("p/")
        let absent = try checkListing(packs, counting)
        var index = try IndexCheck(repository)
        let blobs = try repository.blobs.loadAll { index.compare($0, $1) }
        for (name, problem) in index.problems.sorted(by: { $0.key < $1.key }) {
            problems.append(CheckProblem(path: name, problem: problem))
        }
        for (name, reason) in repository.blobs.failures.sorted(by: { $0.key < $1.key }) {
            problems.append(CheckProblem(path: name, problem: reason))
        }
        for (name, problem) in try repository.verificationRecords().problems.sorted(by: { $0.key < $1.key }) {
            problems.append(CheckProblem(path: name, problem: problem))
        }
        if level >= .storage { try checkPacks(packs) }
        var trees = TreeCheck(
            repository: repository,
            damaged: damaged,
            unreadable: unreadable,
            readsNames: level == .data
        )
        for snapshot in counting.sorted(by: { $0.snapshot.takenAt > $1.snapshot.takenAt }) {
            try trees.check(snapshot)
        }
        reportAbsent(absent, trees.problems, hasCollected: collections.epochs.newest > 0)
        for problem in trees.problems {
            // What was said of a pack is said once; the affected snapshots and objects belong to it.
            if let index = problems.firstIndex(where: { $0.path == problem.path }) {
                problems[index].snapshots = problem.snapshots
                problems[index].objects = problem.objects
            } else {
                problems.append(problem)
            }
        }
        var report = CheckReport(
            level: level,
            snapshots: counting.count,
            blobs: blobs,
            bytesRead: bytesRead,
            problems: problems,
            notices: notices
        )
        if level == .data, subset == nil, !hasUnopened {
            let hurt = Set(problems.flatMap(\.snapshots))
            let domains = Set(repository.ring.domains)
            report.proved = counting.filter { domains.contains($0.manifest.domain) && !hurt.contains($0.snapshot.id) }
                .map(\.snapshot.id)
        }
        if let parity = repository.parity {
            report.unprotected = try parity.gaps().unprotected.count + parity.unprotectedManifests().count
        }
        return report
    }

    /// The keys that need no secret: certificates, revocations, the list of recipients.
    private mutating func checkKeys() throws(LifeboatError) {
        do throws(LifeboatError) {
            let keys = try repository.keyStore.publicKeys()
            recipientsVersion = keys.recipients.version
            for problem in keys.problems {
                problems.append(CheckProblem(path: "keys/", problem: problem.message))
            }
            try checkKeyCopies()
        } catch {
            guard !error.code.isOfStore else { throw error }
            problems.append(CheckProblem(path: "lifeboat.repo", problem: error.message))
        }
    }

    /// Manifests that were read earlier in this process, read again from the store.
    private mutating func checkStoredManifests(_ committed: [SnapshotChain.Committed]) throws(LifeboatError) {
        for snapshot in committed {
            let bytes = try read(snapshot.snapshot.name) ?? []
            bytesRead += bytes.count
            guard contentDigest(bytes) != snapshot.snapshot.digest else { continue }
            // A repair stores a copy of one that it could restore.
            let copy = try read(SecondCopy.name(snapshot.snapshot.name)) ?? []
            bytesRead += copy.count
            guard contentDigest(copy) != snapshot.snapshot.digest else {
                notices.append(Self.replaced(snapshot.snapshot.name, snapshots: [snapshot.snapshot.id]))
                continue
            }
            problems.append(
                CheckProblem(
                    path: snapshot.snapshot.name,
                    problem: "its bytes are not those that its name stands for",
                    snapshots: [snapshot.snapshot.id]
                )
            )
        }
    }

    /// Every manifest of a writer but its first refers to one before it, so none can be taken away unseen.
    private mutating func checkChains(
        _ committed: [SnapshotChain.Committed],
        _ broken: [String],
        _ epochs: CollectionEpochs,
        _ forgotten: Set<[UInt8]>
    ) {
        let names = broken.compactMap { ManifestName.parse($0) }
        for (_, chain) in Dictionary(grouping: committed, by: \.manifest.writer) {
            var known: [UInt64: Set<[UInt8]>] = [:]
            for entry in chain {
                known[entry.manifest.sequence, default: []].insert(entry.snapshot.digest)
            }
            for name in names { known[name.sequence, default: []].insert(name.digest) }
            // Of one that a collection is about to delete, nobody remembers what it referred to.
            for entry in chain where entry.manifest.sequence > 1 && !epochs.removed(entry.snapshot.digest) {
                guard known[entry.manifest.sequence - 1]?.contains(entry.manifest.previous) != true,
                    !epochs.removed(entry.manifest.previous), !forgotten.contains(entry.manifest.previous)
                else { continue }
                problems.append(
                    CheckProblem(
                        path: entry.snapshot.name,
                        problem:
                            "the snapshot before it, number \(entry.manifest.sequence - 1) of its writer, is missing",
                        snapshots: [Hexadecimal.encode(entry.manifest.previous)]
                    )
                )
            }
        }
    }

    /// Every manifest that the last collection kept is there, unless it was forgotten since.
    private mutating func checkKept(
        _ epochs: CollectionEpochs,
        _ committed: [SnapshotChain.Committed],
        _ forgotten: Set<[UInt8]>
    ) {
        var known = Set(committed.map(\.snapshot.id))
        for problem in problems { known.formUnion(problem.snapshots) }
        for digest in epochs.decision?.kept ?? [] where !forgotten.contains(digest) {
            let id = Hexadecimal.encode(digest)
            guard !known.contains(id) else { continue }
            problems.append(
                CheckProblem(
                    path: "s/",
                    problem: "the manifest \(id.prefix(12)), which the last garbage collection kept, is missing",
                    snapshots: [id]
                )
            )
        }
    }

    /// Every manifest that was proved to be good since the last collection is there, unless it was forgotten since.
    ///
    /// What was proved before that may have been collected, and nobody remembers it. Nobody signs such a record: it is believed when the code
    /// of another snapshot in it is right, and is a hint when not.
    private mutating func checkVerified(
        _ epochs: CollectionEpochs,
        _ committed: [SnapshotChain.Committed],
        _ forgotten: Set<[UInt8]>
    ) throws(LifeboatError) {
        let manifests = Dictionary(committed.map { ($0.snapshot.digest, $0.manifest) }) { first, _ in first }
        var known = Set(committed.map(\.snapshot.id))
        for problem in problems { known.formUnion(problem.snapshots) }
        let clockTolerance: Int64 = 3600
        let records = try repository.verificationRecords().records.filter { record in
            epochs.decision.map { record.time - $0.time > clockTolerance } ?? true
        }
        // Those that are proven first, so that no other one hides what they say.
        let proven = records.map { isProven($0, manifests) }
        for isProven in [true, false] {
            for (record, isRecordProven) in zip(records, proven) where isRecordProven == isProven {
                let missing = record.entries.map(\.digest)
                    .filter { manifests[$0] == nil && !forgotten.contains($0) && !epochs.removed($0) }
                    .map { Hexadecimal.encode($0) }.filter { !known.contains($0) }
                guard let first = missing.first else { continue }
                known.formUnion(missing)
                let more = missing.count > 1 ? " and of \(missing.count - 1) more" : ""
                let problem = CheckProblem(
                    path: isProven ? "s/" : record.name,
                    problem:
                        "the manifest of \(first.prefix(12))\(more), which was proved to be good at \(record.time), is missing",
                    snapshots: Array(missing.prefix(64))
                )
                if isProven { problems.append(problem) } else { notices.append(problem) }
            }
        }
    }

    /// Whether the code of a snapshot in a record is right, which only who can read that snapshot can make.
    private func isProven(_ record: VerificationRecord, _ manifests: [[UInt8]: SnapshotManifest]) -> Bool {
        record.entries.contains { entry in
            guard let manifest = manifests[entry.digest],
                let key = try? repository.blobs.sessionKey(of: manifest.context)
            else { return false }
            return record.isValid(entry, key)
        }
    }

    /// Every pack that a manifest names is there with its size.
    ///
    /// - Returns: those that are not there, with the snapshots that name them.
    private mutating func checkListing(
        _ packs: [StoredObject],
        _ committed: [SnapshotChain.Committed]
    ) throws(LifeboatError) -> [String: [String]] {
        var sizes: [String: Int] = [:]
        for pack in packs {
            sizes[pack.name] = pack.size
            if PackName.digest(pack.name) == nil {
                problems.append(CheckProblem(path: pack.name, problem: "its name is not that of a pack"))
            }
        }
        var absent: [String: [String]] = [:]
        var reported: Set<String> = []
        for entry in committed {
            for pack in entry.manifest.packs {
                let name = PackName.name(pack.digest)
                guard let size = sizes[name] else {
                    absent[name, default: []].append(entry.snapshot.id)
                    continue
                }
                guard UInt64(size) != pack.size, reported.insert(name).inserted else { continue }
                let reason = "it has \(size) bytes instead of \(pack.size)"
                problems.append(CheckProblem(path: name, problem: reason, snapshots: [entry.snapshot.id]))
            }
        }
        return absent
    }

    /// A pack that a manifest names may have been put together with others; it is missing when its snapshot lacks something.
    private mutating func reportAbsent(_ absent: [String: [String]], _ found: [CheckProblem], hasCollected: Bool) {
        let affected = Set(found.flatMap(\.snapshots))
        for (name, snapshots) in absent.sorted(by: { $0.key < $1.key }) {
            let hurt = snapshots.filter { affected.contains($0) }
            guard !hurt.isEmpty else {
                // No collection took it away.
                let words = "it is missing, and all that is needed of it is in other packs"
                if !hasCollected { notices.append(CheckProblem(path: name, problem: words)) }
                continue
            }
            problems.append(CheckProblem(path: name, problem: "it is missing", snapshots: hurt))
        }
    }

    private mutating func checkPacks(_ packs: [StoredObject]) throws(LifeboatError) {
        var check = PackCheck(repository: repository, level: level)
        for pack in packs {
            guard let digest = PackName.digest(pack.name) else { continue }
            try Cancellation.check()
            if let subset, digest[..<4].reduce(0, { $0 << 8 | Int($1) }) % subset.of != subset.part - 1 { continue }
            guard let reason = try check.check(pack) else {
                if let problem = check.parityProblem {
                    problems.append(CheckProblem(path: ParityStore.name(pack.name), problem: problem))
                }
                continue
            }
            if let index = problems.firstIndex(where: { $0.path == pack.name }) {
                problems[index] = CheckProblem(
                    path: pack.name,
                    problem: reason,
                    snapshots: problems[index].snapshots,
                    objects: problems[index].objects
                )
            } else {
                problems.append(CheckProblem(path: pack.name, problem: reason))
            }
        }
        bytesRead += check.bytesRead
        damaged = check.damaged
        unreadable = check.unreadable
        hasUnopened = check.hasUnopened
    }
}
