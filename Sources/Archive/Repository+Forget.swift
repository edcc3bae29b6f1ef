package import KubernetesObjects

extension Repository {
    /// Says that snapshots are no longer wanted: they are not listed any more, and no backup compares itself with them. Their bytes stay.
    ///
    /// - Throws: `repository.not-permitted` for a credential without the role of a maintainer.
    package func forget(_ snapshots: [Snapshot]) throws(LifeboatError) {
        try forget(digests: snapshots.map(\.digest))
    }

    /// Gives up snapshots whose manifests are lost or damaged: checks do not ask for them any more, and no collection is kept from its work.
    ///
    /// - Parameter ids: ids of `lostSnapshots()`.
    package func forget(lost ids: [String]) throws(LifeboatError) {
        try forget(digests: ids.compactMap { Hexadecimal.decode($0) })
    }

    /// The ids of snapshots whose manifests cannot be read or are not there, as other objects show.
    package func lostSnapshots() throws(LifeboatError) -> [String] {
        let known = Set(try committed().map(\.snapshot.id))
        return Set(try check(.structure).problems.filter { $0.path.hasPrefix("s/") }.flatMap(\.snapshots))
            .subtracting(known).sorted()
    }

    private func forget(digests: [[UInt8]]) throws(LifeboatError) {
        try ring.configuration.require(.write)
        try ring.require(.maintainer, to: RepositoryRole.maintainer.summary)
        guard !digests.isEmpty else { return }
        let ring = ring
        try forgets.add(
            digests,
            ring.configuration.id,
            at: environment.now()
        ) { (bytes) throws(LifeboatError) in try ring.signMaintenance(bytes) }
    }
}
