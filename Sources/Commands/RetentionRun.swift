internal import Archive
internal import KubernetesObjects
internal import Policies

/// What a retention is asked about: the snapshots of a repository as this credential sees them.
struct RetentionCandidates {
    /// Only snapshots of the cluster with this name.
    var clusterName: String?
    /// Only snapshots of the cluster with this uid.
    var clusterUID: String?
    /// Only snapshots of this policy.
    var policy: String?

    /// - Throws: `repository.not-permitted` when the credential does not read what is sealed in a manifest.
    func select(
        _ snapshots: [(snapshot: Snapshot, details: SnapshotDetails?)],
        of repository: Repository
    ) throws(LifeboatError) -> [RetentionPlan.Candidate] {
        var candidates: [RetentionPlan.Candidate] = []
        let verified = try repository.verifications(needsAll: true)
        let lock = repository.lockDays.map { Int64($0) * 86_400 }
        for (snapshot, details) in snapshots {
            guard let details else {
                throw LifeboatError(
                    .repositoryNotPermitted,
                    "this identity cannot read which snapshots are complete and pinned, such as \(snapshot.shortID)",
                    remedy: "use the passphrase, which reads them and may forget"
                )
            }
            if let clusterName, details.cluster.name != clusterName { continue }
            if let clusterUID, details.cluster.uid != clusterUID { continue }
            if let policy, details.policy != policy { continue }
            candidates.append(
                RetentionPlan.Candidate(
                    id: snapshot.id,
                    takenAt: snapshot.takenAt,
                    sequence: snapshot.sequence,
                    group: details.retentionGroup,
                    tags: Set(details.labels.flatMap { [$0.key, "\($0.key)=\($0.value)"] }),
                    isComplete: details.incomplete.isEmpty,
                    isVerified: verified[snapshot.id] != nil,
                    lockedUntil: lock.map { snapshot.takenAt.adding(seconds: $0) }
                )
            )
        }
        return candidates
    }
}

/// Lets snapshots of one policy go as its retention says, and gives space back: what the daemon does after a backup.
struct RetentionRun {
    let repository: Repository
    let retention: RetentionPolicy

    /// Whether the credential may do it: it takes a reader to see which snapshots are complete, and a maintainer to forget.
    var isPermitted: Bool { repository.roles.isSuperset(of: [.reader, .maintainer]) }

    /// - Returns: how many snapshots were forgotten, and what the collection did.
    func run(policy: String, clusterUID: String?) throws(LifeboatError) -> (forgotten: Int, CollectionReport) {
        let decision: Result<Int, LifeboatError>
        do throws(LifeboatError) { decision = .success(try forget(policy, clusterUID)) } catch {
            decision = .failure(error)
        }
        // Whoever can keep a retention from its work must not keep locks from being extended, which the collection does.
        let report = try repository.collect(CollectionRules())
        return (try decision.get(), report)
    }

    private func forget(_ policy: String, _ clusterUID: String?) throws(LifeboatError) -> Int {
        try repository.refreshKeys()
        let described = try repository.describedSnapshots()
        let candidates = try RetentionCandidates(clusterUID: clusterUID, policy: policy)
            .select(described, of: repository)
        let removed = Set(RetentionPlan(retention, candidates, now: SystemClock.now()).removed.map(\.id))
        try repository.forget(described.map(\.snapshot).filter { removed.contains($0.id) }, decidedBy: described)
        return removed.count
    }
}
