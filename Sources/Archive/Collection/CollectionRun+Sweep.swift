internal import KubernetesObjects

extension CollectionRun {
    /// Decides what of an epoch is deleted, and deletes it. Whoever runs it again after it was stopped goes on where it ended.
    mutating func finish(_ epoch: UInt64, _ before: CollectionEpochs) throws(LifeboatError) {
        guard let condemned = before[epoch, .condemn] else { return }
        var decision = before[epoch, .keep]
        if decision == nil {
            if !isDryRun { try put(record(epoch, .sweep)) }
            // Only now: a manifest that is not in this list was stored after the sweep was announced, and its writer will see that.
            decision = try decide(epoch, condemned, before)
            if isDryRun {
                report.packsDeleted = decision?.packs.count ?? 0
                report.bytesFreed = try size(decision?.packs ?? [])
                report.manifestsDeleted = decision?.removed.count ?? 0
                return
            }
            if let decision { try put(decision) }
        }
        if try carryOut(epoch) { try tidy() }
    }

    /// Deletes what was decided, and ends the epoch.
    ///
    /// - Returns: false when others have ended it.
    @discardableResult
    mutating func carryOut(_ epoch: UInt64) throws(LifeboatError) -> Bool {
        let now = try repository.collections.loadTrusted(id)
        // Without these looks a collection that was stopped for long could act on records that others have dealt with.
        guard !now.hasNewer(than: epoch), now[epoch, .condemn] != nil, let accepted = now[epoch, .keep] else {
            report.isOvertaken = true
            return false
        }
        try delete(accepted)
        try put(record(epoch, .done))
        return true
    }

    private mutating func decide(
        _ epoch: UInt64,
        _ condemned: CollectionRecord,
        _ before: CollectionEpochs
    ) throws(LifeboatError) -> CollectionRecord {
        let manifests = try manifests(before)
        let chosen = Set(condemned.packs)
        let live = try live(manifests, condemned: chosen)
        let counts = live.table.liveCounts(packs: live.packs.count)
        var decision = record(epoch, .keep)
        decision.packs = live.packs.indices
            .filter { chosen.contains(live.packs[$0].digest) && counts[$0] == 0 && live.packs[$0].problem == nil }
            .map { live.packs[$0].digest }
        decision.kept = manifests.counting.map(\.snapshot.digest)
            .sorted { $0.lexicographicallyPrecedes($1) }
        let removed = superfluous(manifests)
        decision.removed = removed.map(\.digest).sorted { $0.lexicographicallyPrecedes($1) }
        let gone = Set(removed.map(\.digest))
        let parents = Set(manifests.all.filter { !gone.contains($0.digest) }.compactMap { $0.manifest?.previous })
        // What was given up as lost is written down here, for its forget record names nothing that is there.
        decision.absent = parents.filter { before.removed($0) || manifests.forgotten.contains($0) }
            .sorted { $0.lexicographicallyPrecedes($1) }
        return decision
    }

    private func size(_ packs: [[UInt8]]) throws(LifeboatError) -> Int {
        let chosen = Set(packs)
        return try repository.store.list("p/")
            .reduce(0) { $0 + (PackName.digest($1.name).map(chosen.contains) ?? false ? $1.size : 0) }
    }

    private mutating func delete(_ decision: CollectionRecord) throws(LifeboatError) {
        let packs = Set(decision.packs)
        for object in try repository.store.list("p/") {
            guard let digest = PackName.digest(object.name), packs.contains(digest) else { continue }
            try repository.store.delete(object.name)
            report.packsDeleted += 1
            report.bytesFreed += object.size
        }
        let removed = Set(decision.removed)
        for object in try repository.store.list("s/") {
            guard let digest = ManifestName.parse(object.name)?.digest, removed.contains(digest) else { continue }
            try repository.store.delete(SecondCopy.name(object.name))
            try repository.store.delete(object.name)
            report.manifestsDeleted += 1
            report.bytesFreed += object.size
        }
    }

    /// Deletes records that nobody needs any more. They are small, and what is left is deleted by the next collection.
    private func tidy() throws(LifeboatError) {
        let repository = repository
        let existing = { () throws(LifeboatError) in
            Set(try repository.store.list("s/").compactMap { ManifestName.parse($0.name)?.digest })
        }
        // Before the records that say that nobody wants them.
        let (forgotten, epochs) = (
            try repository.forgets.load(id).forgotten, try repository.collections.load(id).epochs
        )
        for name in try repository.parity?.missingManifests(epochs, forgotten).givenUp ?? [] {
            try repository.store.delete(SecondCopy.name(name))
        }
        try repository.forgets.deleteObsolete(id, existing: existing)
        try repository.deleteObsoleteVerifications(existing: existing)
        for record in try repository.collections.loadTrusted(id).obsolete {
            try repository.store.delete(SecondCopy.name(record.name))
            try repository.store.delete(record.name)
        }
        // Copies before records: what is being stored is not taken for what was left.
        let copies = try repository.store.list(SecondCopy.name("g/")).map(\.name)
        let records = Set(try repository.store.list("g/").map(\.name))
        let done = try repository.collections.load(id).epochs.newestDone
        for copy in copies {
            guard let name = SecondCopy.original(copy), !records.contains(name),
                let epoch = CollectionRecord.parse(name)?.epoch, epoch < done
            else { continue }
            try repository.store.delete(copy)
        }
        for name in try repository.sessionIntents().expired { try repository.store.delete(name) }
        // Parity goes before its pack; what is left is of a writer that was stopped for long, and whose pack was collected meanwhile. While
        // something is missing, it may also be what brings that back.
        guard isNothingMissing else { return }
        for pack in try repository.parity?.gaps().gone ?? [] {
            try repository.store.delete(ParityStore.name(pack))
        }
    }
}
