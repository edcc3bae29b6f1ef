internal import KubernetesObjects

/// One run of `Repository.check`.
struct RepositoryCheck {
    let repository: Repository
    let level: CheckLevel
    let subset: (part: Int, of: Int)?
    private var problems: [CheckProblem] = []
    private var bytesRead = 0
    /// Blobs that are lost or damaged, and how.
    private var damaged: [BlobID: String] = [:]

    init(repository: Repository, level: CheckLevel, subset: (part: Int, of: Int)?) {
        self.repository = repository
        self.level = level
        self.subset = subset
    }

    mutating func run() throws(LifeboatError) -> CheckReport {
        try checkKeys()
        let (committed, broken) = try repository.chain.load()
        for (name, error) in broken {
            problems.append(
                CheckProblem(
                    path: name,
                    problem: error.message,
                    snapshots: ManifestName.parse(name).map { [Hexadecimal.encode($0.digest)] } ?? []
                )
            )
        }
        for (name, error) in try repository.forgets.load(repository.ring.configuration.id).problems {
            problems.append(CheckProblem(path: name, problem: error.message))
        }
        try checkStoredManifests(committed)
        checkChains(committed, broken.map(\.name))
        let packs = try repository.store.list("p/")
        try checkListing(packs, committed)
        let blobs = try repository.blobs.loadAll()
        for (name, reason) in repository.blobs.failures.sorted(by: { $0.key < $1.key }) {
            problems.append(CheckProblem(path: name, problem: reason))
        }
        if level >= .storage { try checkPacks(packs) }
        var trees = TreeCheck(repository: repository, damaged: damaged, readsNames: level == .data)
        for snapshot in committed.sorted(by: { $0.snapshot.takenAt > $1.snapshot.takenAt }) {
            try trees.check(snapshot)
        }
        for problem in trees.problems {
            // What was said of a pack is said once; the affected snapshots and objects belong to it.
            if let index = problems.firstIndex(where: { $0.path == problem.path }) {
                problems[index].snapshots = problem.snapshots
                problems[index].objects = problem.objects
            } else {
                problems.append(problem)
            }
        }
        return CheckReport(
            level: level,
            snapshots: committed.count,
            blobs: blobs,
            bytesRead: bytesRead,
            problems: problems
        )
    }

    /// The keys that need no secret: certificates, revocations, the list of recipients.
    private mutating func checkKeys() throws(LifeboatError) {
        do throws(LifeboatError) {
            for problem in try repository.keyStore.publicKeys().problems {
                problems.append(CheckProblem(path: "keys/", problem: problem.message))
            }
        } catch {
            guard !error.code.isOfStore else { throw error }
            problems.append(CheckProblem(path: "lifeboat.repo", problem: error.message))
        }
    }

    /// Manifests that were read earlier in this process, read again from the store.
    private mutating func checkStoredManifests(_ committed: [SnapshotChain.Committed]) throws(LifeboatError) {
        for snapshot in committed {
            let bytes = try repository.store.get(snapshot.snapshot.name) ?? []
            bytesRead += bytes.count
            guard Hexadecimal.encode(contentDigest(bytes)) != snapshot.snapshot.id else { continue }
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
    private mutating func checkChains(_ committed: [SnapshotChain.Committed], _ broken: [String]) {
        let names = broken.compactMap { ManifestName.parse($0) }
        for (_, chain) in Dictionary(grouping: committed, by: \.manifest.writer) {
            var known: [UInt64: Set<[UInt8]>] = [:]
            for entry in chain {
                known[entry.manifest.sequence, default: []].insert(Hexadecimal.decode(entry.snapshot.id) ?? [])
            }
            for name in names { known[name.sequence, default: []].insert(name.digest) }
            for entry in chain where entry.manifest.sequence > 1 {
                guard known[entry.manifest.sequence - 1]?.contains(entry.manifest.previous) != true else { continue }
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

    /// Every pack that a manifest names is there with its size.
    private mutating func checkListing(
        _ packs: [StoredObject],
        _ committed: [SnapshotChain.Committed]
    ) throws(LifeboatError) {
        var sizes: [String: Int] = [:]
        for pack in packs {
            sizes[pack.name] = pack.size
            if PackName.digest(pack.name) == nil {
                problems.append(CheckProblem(path: pack.name, problem: "its name is not that of a pack"))
            }
        }
        var reported: Set<String> = []
        for entry in committed {
            for pack in entry.manifest.packs {
                let name = PackName.name(pack.digest)
                let reason: String
                switch sizes[name] {
                case nil: reason = "it is missing"
                case let size? where UInt64(size) != pack.size: reason = "it has \(size) bytes instead of \(pack.size)"
                default: continue
                }
                guard reported.insert(name).inserted else { continue }
                problems.append(CheckProblem(path: name, problem: reason, snapshots: [entry.snapshot.id]))
            }
        }
    }

    private mutating func checkPacks(_ packs: [StoredObject]) throws(LifeboatError) {
        var check = PackCheck(repository: repository, level: level)
        for pack in packs {
            guard let digest = PackName.digest(pack.name) else { continue }
            if let subset, digest[..<4].reduce(0, { $0 << 8 | Int($1) }) % subset.of != subset.part - 1 { continue }
            guard let reason = try check.check(pack) else { continue }
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
    }
}
