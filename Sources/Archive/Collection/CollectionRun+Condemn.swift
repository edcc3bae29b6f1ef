internal import KubernetesObjects

extension CollectionRun {
    /// Finds what may be deleted, copies what is worth keeping out of wasteful packs, and condemns the rest.
    mutating func begin() throws(LifeboatError) {
        let epochs = try repository.collections.loadTrusted(id)
        // In the listing that the number of the new epoch comes from: another collection may have begun one since this run looked. Two that
        // are open at once could each delete the one copy of a blob that the other relies on.
        if let open = epochs.open { return try report(waiting: open) }
        // The table of blobs is gone when this returns: an epoch that ends in this run needs its own.
        guard let chosen = try choose(epochs) else { return }
        let epoch = epochs.newest + 1
        var record = record(epoch, .condemn)
        record.packs = chosen.packs.map(\.digest).sorted { $0.lexicographicallyPrecedes($1) }
        record.unreferenced = chosen.unreferenced
        try put(record)
        let now = try repository.collections.loadTrusted(id)
        // Another collection may have been faster; its record is the one that counts.
        guard !now.hasNewer(than: epoch), let accepted = now[epoch, .condemn] else {
            report.isOvertaken = true
            return
        }
        if rules.graceSeconds <= 0 {
            try finish(epoch, now)
        } else {
            let accepted = Set(accepted.packs)
            report(chosen.packs.filter { accepted.contains($0.digest) })
        }
    }

    private typealias SizedPack = (digest: [UInt8], size: Int)

    /// Finds what is to be condemned, and copies out of it what snapshots need.
    ///
    /// - Returns: nil when there is nothing to write down.
    private mutating func choose(
        _ epochs: CollectionEpochs
    ) throws(LifeboatError) -> (packs: [SizedPack], unreferenced: [CollectionRecord.Unreferenced])? {
        let manifests = try manifests(epochs)
        let live = try live(manifests, condemned: [])
        let plan = self.plan(live, manifests, epochs, running: try repository.sessionIntents().running)
        report.bytesUnreferenced = plan.unreferencedBytes
        var condemned = plan.empty
        if isDryRun {
            condemned += plan.rewritten.flatMap { $0 }
            report.packsRewritten = plan.rewritten.reduce(0) { $0 + $1.count }
        } else {
            for sources in plan.rewritten {
                let copied = try copy(sources, live)
                report.packsRewritten += copied.count
                condemned += copied
            }
        }
        let packs: [SizedPack] = condemned.map { (live.packs[$0].digest, live.packs[$0].object.size) }
        guard !isDryRun else {
            report(packs)
            if rules.graceSeconds <= 0 { try reportRemoved(superfluous(manifests).map(\.name)) }
            return nil
        }
        let isWorthSaying = !packs.isEmpty || hasNews(plan, epochs) || !superfluous(manifests).isEmpty
        return isWorthSaying ? (packs, plan.unreferenced) : nil
    }

    /// Manifests that a run without a grace would delete.
    private mutating func reportRemoved(_ names: [String]) throws(LifeboatError) {
        let removed = Set(names)
        for object in try repository.store.list("s/") where removed.contains(object.name) {
            report.manifestsDeleted += 1
            report.bytesFreed += object.size
        }
    }

    private mutating func report(_ condemned: [SizedPack]) {
        guard !condemned.isEmpty else { return }
        let bytes = condemned.reduce(0) { $0 + $1.size }
        guard rules.graceSeconds > 0 else {
            // Only a dry run comes here: without a grace, what is condemned is deleted by the same run.
            (report.packsDeleted, report.bytesFreed) = (condemned.count, bytes)
            return
        }
        report.packsCondemned = condemned.count
        report.bytesFreeableLater = bytes
        report.freeableAt = repository.environment.now().adding(seconds: rules.graceSeconds)
    }

    private func plan(
        _ live: LiveBlobs,
        _ manifests: Manifests,
        _ epochs: CollectionEpochs,
        running: Set<SessionID>
    ) -> CollectionPlan {
        let counts = live.table.liveCounts(packs: live.packs.count)
        let named = Set(manifests.all.flatMap { $0.manifest?.packs.map(\.digest) ?? [] })
        let known = epochs[epochs.newest, .condemn]?.unreferenced ?? []
        let since = Dictionary(known.map { ($0.pack, $0.since) }) { first, _ in first }
        let packs = live.packs.enumerated()
            .map { number, pack in
                CollectionPlan.Pack(
                    digest: pack.digest,
                    size: pack.object.size,
                    domain: pack.domain,
                    blobs: pack.blobs,
                    live: counts[number],
                    chunkBytes: pack.chunkBytes,
                    liveChunkBytes: pack.liveChunkBytes,
                    isReadable: pack.problem == nil,
                    isNamed: named.contains(pack.digest),
                    contexts: pack.contexts,
                    isOfRunningSession: pack.session.map(running.contains) ?? false,
                    unreferencedSince: since[pack.digest]
                )
            }
        return CollectionPlan(packs, rules, now: repository.environment.now())
    }

    /// Whether packs are spared for the first time, which must be written down to know it the next time.
    private func hasNews(_ plan: CollectionPlan, _ epochs: CollectionEpochs) -> Bool {
        let known = Set(epochs[epochs.newest, .condemn]?.unreferenced ?? [])
        return !known.isSuperset(of: plan.unreferenced)
    }

    /// Manifests that do not count or are forgotten, but for the last of each writer: the next one refers to it.
    func superfluous(_ manifests: Manifests) -> [(digest: [UInt8], name: String)] {
        let counting = Set(manifests.counting.map(\.snapshot.name))
        var last: [WriterID: UInt64] = [:]
        for entry in manifests.all {
            guard let name = ManifestName.parse(entry.name) else { continue }
            last[name.writer] = max(last[name.writer] ?? 0, name.sequence)
        }
        return manifests.all
            .filter { entry in
                guard let name = ManifestName.parse(entry.name), !counting.contains(entry.name) else { return false }
                return last[name.writer] != name.sequence
            }
            .map { ($0.digest, $0.name) }
    }

    /// Copies the live blobs of packs of one domain into new packs.
    ///
    /// - Returns: the packs that are not needed any more. One that is not what its name says is left as it is.
    private mutating func copy(_ sources: [Int], _ live: LiveBlobs) throws(LifeboatError) -> [Int] {
        guard let id = sources.first.flatMap({ live.packs[$0].domain }) else { return [] }
        let domain = try repository.ring.domain(id)
        var copied: [Int] = []
        var pending: [Int] = []
        var copy = PackCopy(self.id, domain, random: repository.environment.random)
        for number in sources {
            try Cancellation.check()
            let pack = live.packs[number]
            guard let contents = try contents(of: pack, domain) else { continue }
            let selection = PackCopy.Selection(contents) { live.isLive($0, in: number) }
            if !copy.hasRoom(for: selection), !copy.isEmpty {
                var full = PackCopy(self.id, domain, random: repository.environment.random)
                swap(&full, &copy)
                copied += try store(consume full, of: pending, live)
                pending = []
            }
            // One that fits into no pack beside the context of the copy stays as it is.
            guard copy.hasRoom(for: selection) else { continue }
            copy.append(selection)
            pending.append(number)
        }
        if !copy.isEmpty { copied += try store(copy, of: pending, live) }
        return copied
    }

    /// Stores a pack of copies.
    ///
    /// - Returns: its sources, without those in which blobs do not prove right: they are left as they are.
    private mutating func store(
        _ copy: consuming PackCopy,
        of sources: [Int],
        _ live: LiveBlobs
    ) throws(LifeboatError) -> [Int] {
        guard let id = sources.first.flatMap({ live.packs[$0].domain }) else { return [] }
        do throws(LifeboatError) {
            report.bytesWritten += try repository.store(copy, id)
            return sources
        } catch {
            // Either memory fails, or a writer has stored what it cannot prove.
            guard error.code == .internalError else { throw error }
            var sound: [Int] = []
            for number in sources where try isSound(live.packs[number].object.name) { sound.append(number) }
            guard sound.count < sources.count else { throw error }
            return try self.copy(sound, live)
        }
    }

    /// Whether all blobs of a pack prove right that this credential opens.
    private mutating func isSound(_ name: String) throws(LifeboatError) -> Bool {
        guard case .success(let bytes?) = try repository.store.getAlone(name) else { return false }
        guard let problem = try PackExamination(bytes, name, repository).problem else { return true }
        report.unreadable[name] = problem
        return false
    }

    /// A whole pack; nil, with the reason in the report, when it is not what its name stands for.
    private mutating func contents(
        of pack: LiveBlobs.Pack,
        _ domain: DomainSecrets
    ) throws(LifeboatError) -> PackContents? {
        guard case .success(let bytes?) = try repository.store.getAlone(pack.object.name),
            contentDigest(bytes) == pack.digest
        else {
            report.unreadable[pack.object.name] = "its bytes are not those that its name stands for"
            return nil
        }
        do throws(MalformedBytes) {
            return try PackContents(bytes) { (header) throws(MalformedBytes) in
                header.contexts[0].trailerKey(domain)
            }
        } catch {
            report.unreadable[pack.object.name] = error.reason
            return nil
        }
    }
}
