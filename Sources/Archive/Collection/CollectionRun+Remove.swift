internal import KubernetesObjects

extension CollectionRun {
    /// How often a removal is begun when other collections come in between.
    private static let removalAttempts = 8

    /// Deletes packs that cannot be trusted, in an epoch of their own, so that no writer relies on them and no other collection on what was
    /// copied out of them.
    ///
    /// What is needed of them and was not copied is lost already; nothing else is decided and nothing else deleted. An epoch that is open is
    /// ended first. When it was not decided yet, nothing of it is deleted, for where pages are lost nobody can tell what it may delete.
    ///
    /// - Returns: those that are gone.
    mutating func remove(_ packs: [[UInt8]]) throws(LifeboatError) -> Set<[UInt8]> {
        let packs = packs.sorted { $0.lexicographicallyPrecedes($1) }
        for _ in 0..<Self.removalAttempts {
            let epochs = try repository.collections.loadTrusted(id)
            if let open = epochs.open {
                try end(open.epoch, epochs, deleting: [])
                continue
            }
            var record = record(epochs.newest + 1, .condemn)
            record.packs = packs
            record.unreferenced = epochs[epochs.newest, .condemn]?.unreferenced ?? []
            try put(record)
            let now = try repository.collections.loadTrusted(id)
            guard now[record.epoch, .condemn]?.packs == packs else { continue }
            try end(record.epoch, now, deleting: packs)
            let left = Set(try repository.store.list("p/").compactMap { PackName.digest($0.name) })
            if left.isDisjoint(with: packs) { return Set(packs) }
        }
        throw LifeboatError(
            .repositoryBusy,
            "other garbage collections came in between \(Self.removalAttempts) times, so damaged packs are still there",
            remedy: "run `lifeboat repair` again when no prune runs"
        )
    }

    /// Decides an epoch, unless it is decided, and carries out what was decided.
    private mutating func end(
        _ epoch: UInt64,
        _ before: CollectionEpochs,
        deleting packs: [[UInt8]]
    ) throws(LifeboatError) {
        if before[epoch, .keep] == nil {
            try put(record(epoch, .sweep))
            try put(try decision(epoch, before, deleting: packs))
        }
        try carryOut(epoch)
    }

    private func decision(
        _ epoch: UInt64,
        _ before: CollectionEpochs,
        deleting packs: [[UInt8]]
    ) throws(LifeboatError) -> CollectionRecord {
        let forgotten = try repository.forgets.load(id).forgotten
        let (committed, problems) = try repository.chain.load()
        var decision = record(epoch, .keep)
        decision.packs = packs
        // A manifest that cannot be read may come back from a copy of the repository, and counts then.
        decision.kept =
            (committed.filter { $0.counts(forgotten, before) }.map(\.snapshot.digest)
            + problems.compactMap { ManifestName.parse($0.name)?.digest }.filter { !forgotten.contains($0) })
            .sorted { $0.lexicographicallyPrecedes($1) }
        let parents = Set(committed.map(\.manifest.previous))
        decision.absent = parents.filter { before.removed($0) }.sorted { $0.lexicographicallyPrecedes($1) }
        return decision
    }
}
