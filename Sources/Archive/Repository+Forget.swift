package import KubernetesObjects

extension Repository {
    /// Says that snapshots are no longer wanted: they are not listed any more, and no backup compares itself with them. Their bytes stay.
    ///
    /// - Throws: `repository.not-permitted` for a credential without the role of a maintainer.
    package func forget(_ snapshots: [Snapshot]) throws(LifeboatError) {
        try ring.configuration.require(.write)
        try ring.require(.maintainer, to: RepositoryRole.maintainer.summary)
        guard !snapshots.isEmpty else { return }
        let ring = ring
        try forgets.add(
            snapshots.map(\.digest),
            ring.configuration.id,
            at: environment.now()
        ) { (bytes) throws(LifeboatError) in try ring.signMaintenance(bytes) }
    }
}
