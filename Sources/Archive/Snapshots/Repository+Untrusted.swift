package import KubernetesObjects

/// A manifest that is there, or of which a copy is, and on which nobody can rely.
package struct UntrustedManifest: Sendable {
    package let name: String
    package let problem: String
    let writer: WriterID
    let sequence: UInt64

    /// The beginning of the id of its snapshot.
    package var shortID: String { String(name.suffix(64).prefix(12)) }
}

extension Repository {
    /// Manifests that are damaged or lost, of a newer version, or of a writer that cannot be verified.
    ///
    /// Those that were forgotten, and those of writers that were revoked, are nobody's loss and are left out.
    package func untrustedManifests() throws(LifeboatError) -> [UntrustedManifest] { try untrusted().manifests }

    /// The same, and the records that say which snapshots are forgotten, or what was collected, and that cannot be read here: snapshots
    /// that are forgotten may be listed then, and it must be told.
    package func untrusted() throws(LifeboatError) -> (manifests: [UntrustedManifest], unreadable: [String]) {
        let trust = try trust()
        return (trust.untrusted, trust.unreadable)
    }

    /// What is known of all manifests at one time.
    private struct Trust {
        let committed: [SnapshotChain.Committed]
        let untrusted: [UntrustedManifest]
        let unreadable: [String]
        /// The digests of all that are there, whatever is wrong with them.
        let there: Set<[UInt8]>
        let forgotten: Set<[UInt8]>
        let epochs: CollectionEpochs
    }

    private func trust() throws(LifeboatError) -> Trust {
        let (forgotten, forgetProblems) = try forgets.load(ring.configuration.id)
        let (committed, problems) = try chain.load()
        let (epochs, collectionProblems) = try collections.load(ring.configuration.id)
        var found = problems.map { (name: $0.name, problem: $0.error.message) }
        for lost in try parity?.missingManifests(epochs, forgotten).lost ?? [] {
            found.append((lost.name, "it is missing, and its copy is there"))
        }
        let revocations = ring.publicKeys.revocations
        let untrusted = found.compactMap { name, problem -> UntrustedManifest? in
            guard let parsed = ManifestName.parse(name), !forgotten.contains(parsed.digest),
                !epochs.removed(parsed.digest), revocations[parsed.writer] == nil
            else { return nil }
            return UntrustedManifest(name: name, problem: problem, writer: parsed.writer, sequence: parsed.sequence)
        }
        let names = committed.map(\.snapshot.name) + found.map(\.name)
        return Trust(
            committed: committed,
            untrusted: untrusted,
            unreadable: (forgetProblems + collectionProblems).filter { $0.error.code.isOfStore }.map(\.name),
            there: Set(names.compactMap { ManifestName.parse($0)?.digest }),
            forgotten: forgotten,
            epochs: epochs
        )
    }

    /// Refuses to call a snapshot the latest when a manifest on which nobody can rely may be of a newer one: silently restoring what is
    /// older would be worse than to ask.
    ///
    /// - Parameters:
    ///   - chosen: the newest that can be trusted; nil when there is none.
    ///   - moment: what was taken after it is not asked for.
    func requireNewest(_ chosen: Snapshot?, at moment: Timestamp? = nil) throws(LifeboatError) {
        let trust = try trust()
        let writers = Dictionary(grouping: trust.committed.map(\.snapshot), by: \.writer)
        let ordered = Self.inOrder(trust.committed.map(\.snapshot))
        for manifest in trust.untrusted {
            let own = writers[manifest.writer] ?? []
            // A writer's numbers grow with time, but for imports and backups that ran side by side.
            let isOlder = own.contains { snapshot in
                snapshot.sequence > manifest.sequence && ordered.contains(snapshot.id)
                    && chosen.map { snapshot.takenAt <= $0.takenAt } ?? false
            }
            let isLater = own.contains { snapshot in
                snapshot.sequence < manifest.sequence && moment.map { snapshot.takenAt > $0 } ?? false
            }
            let plausible = SnapshotChain.plausibleNumbers(after: own.map(\.sequence).max())
            guard !isOlder, !isLater, plausible.contains(manifest.sequence) else { continue }
            throw Self.doubtful(chosen, "\(manifest.name) cannot be relied on (\(manifest.problem))", manifest.shortID)
        }
        // What was taken after the decision was taken after all that it kept.
        guard let decision = trust.epochs.decision, moment == nil,
            chosen.map({ decision.kept.contains($0.digest) || $0.takenAt < decision.time }) ?? true
        else { return }
        // Whatever came before a snapshot that is no later is no later either.
        let earlier = trust.committed.filter { entry in
            ordered.contains(entry.snapshot.id) && chosen.map { entry.snapshot.takenAt <= $0.takenAt } ?? false
        }
        let known = trust.there.union(earlier.map(\.manifest.previous))
        let missing = decision.kept.filter { !known.contains($0) && !trust.forgotten.contains($0) }
        guard !missing.isEmpty else { return }
        // A backup and a collection may have come since the manifests were listed.
        let there = Set(try store.list("s/").compactMap { ManifestName.parse($0.name)?.digest })
        guard let lost = missing.first(where: { !there.contains($0) }) else { return }
        let id = String(Hexadecimal.encode(lost).prefix(12))
        throw Self.doubtful(chosen, "the manifest \(id), which the last garbage collection kept, is missing", id)
    }

    /// The ids of the snapshots of which no trusted one with a lower number of the same writer was taken later.
    private static func inOrder(_ snapshots: [Snapshot]) -> Set<String> {
        var ids: Set<String> = []
        for own in Dictionary(grouping: snapshots, by: \.writer).values {
            var last: Timestamp?
            for snapshot in own.sorted(by: { $0.sequence < $1.sequence })
            where last.map({ snapshot.takenAt >= $0 }) ?? true {
                ids.insert(snapshot.id)
                last = snapshot.takenAt
            }
        }
        return ids
    }

    private static func doubtful(_ chosen: Snapshot?, _ what: String, _ id: String) -> LifeboatError {
        let other = chosen.map { "name the snapshot, such as \($0.shortID) of \($0.takenAt), or " } ?? ""
        return LifeboatError(
            .repositoryDamaged,
            "it cannot be told which snapshot is the latest: \(what)",
            remedy:
                "run `lifeboat repair`; when that does not help, \(other)give that one up with `lifeboat forget \(id)`"
        )
    }
}
