package import KubernetesObjects

extension Repository {
    /// Says that snapshots are no longer wanted: they are not listed any more, and no backup compares itself with them. Their bytes stay.
    ///
    /// - Throws: `repository.not-permitted` for a credential without the role of a maintainer.
    package func forget(_ snapshots: [Snapshot]) throws(LifeboatError) {
        _ = try forget(digests: snapshots.map(\.digest))
    }

    /// The same, and takes it back when another forget that ran meanwhile has left some cluster and policy without a complete snapshot:
    /// each of the two may have relied on the one that the other let go. A collection that decides just between the two acts on both.
    ///
    /// - Parameter before: the snapshots by which was decided, as `describedSnapshots` gave them.
    /// - Throws: `repository.busy` when it was taken back. Needs a reader, who sees which snapshots are complete.
    package func forget(
        _ snapshots: [Snapshot],
        decidedBy before: [(snapshot: Snapshot, details: SnapshotDetails?)]
    ) throws(LifeboatError) {
        guard let record = try forget(digests: snapshots.map(\.digest)) else { return }
        let left = Self.groupsWithCompleteSnapshot(try describedSnapshots())
        let bereft = Self.groupsWithCompleteSnapshot(before).filter { left[$0.key] == nil }
        guard let first = bereft.values.sorted().first else { return }
        try forgets.withdraw(record)
        throw LifeboatError(
            .repositoryBusy,
            "another forget ran at the same time, and together they would have left no complete snapshot of \(first), so "
                + "this one has forgotten nothing",
            remedy: "run it again"
        )
    }

    /// The clusters and policies of which there is a complete snapshot, with what to call each.
    private static func groupsWithCompleteSnapshot(
        _ snapshots: [(snapshot: Snapshot, details: SnapshotDetails?)]
    ) -> [String: String] {
        var groups: [String: String] = [:]
        for (_, details) in snapshots {
            guard let details, details.incomplete.isEmpty else { continue }
            // One cluster may have several names.
            groups[details.retentionGroup] = details.cluster.name + (details.policy.map { " by \($0)" } ?? "")
        }
        return groups
    }

    /// Gives up snapshots whose manifests are lost or damaged: checks do not ask for them any more, and no collection is kept from its work.
    ///
    /// - Parameter ids: ids of `lostSnapshots()`.
    package func forget(lost ids: [String]) throws(LifeboatError) {
        _ = try forget(digests: ids.compactMap { Hexadecimal.decode($0) })
    }

    /// The ids of snapshots whose manifests cannot be read or are not there, as other objects show.
    package func lostSnapshots() throws(LifeboatError) -> [String] {
        // One of a newer version is as good as ever, for a newer program.
        let newer = try chain.load().problems.filter { $0.error.code == .repositoryUnsupported }
            .compactMap { ManifestName.parse($0.name).map { Hexadecimal.encode($0.digest) } }
        let known = Set(try committed().map(\.snapshot.id) + newer)
        return Set(try check(.structure).problems.filter { $0.path.hasPrefix("s/") }.flatMap(\.snapshots))
            .subtracting(known).sorted()
    }

    /// - Returns: the name of the record; nil when there was nothing to forget.
    private func forget(digests: [[UInt8]]) throws(LifeboatError) -> String? {
        try ring.configuration.require(.write)
        try ring.require(.maintainer, to: RepositoryRole.maintainer.summary)
        guard !digests.isEmpty else { return nil }
        let ring = ring
        return try forgets.add(
            digests,
            ring.configuration.id,
            at: environment.now()
        ) { (bytes) throws(LifeboatError) in try ring.signMaintenance(bytes) }
    }
}

extension SnapshotDetails {
    /// Snapshots of one group are weighed against each other by a retention: those of one cluster and policy.
    package var retentionGroup: String { "\(cluster.uid) \(policy ?? "")" }
}
