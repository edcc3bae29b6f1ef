package import Archive
internal import Backup
package import KubernetesAPI
package import KubernetesObjects
internal import Logging
package import Policies
package import Readiness

/// Rehearses a disaster: rebuilds a cluster from a snapshot somewhere else, looks whether the rebuild works, and reports it.
package struct DrillRun: Sendable {
    package let drill: RestoreDrill
    package let repository: Repository
    /// The cluster of the drill's source context; nil when it is lost or never needed.
    package let sourceClient: ClusterClient?
    package let checklist: ReadinessChecklist
    package let environment: DrillEnvironment
    /// How to open the repository again; without it the controls of the archive are not made.
    package let access: RepositoryAccess?

    package init(
        drill: RestoreDrill,
        repository: Repository,
        sourceClient: ClusterClient?,
        checklist: ReadinessChecklist,
        environment: DrillEnvironment,
        access: RepositoryAccess? = nil
    ) {
        self.drill = drill
        self.repository = repository
        self.sourceClient = sourceClient
        self.checklist = checklist
        self.environment = environment
        self.access = access
    }

    /// Runs the drill.
    ///
    /// Once the target stands, everything that goes wrong is a finding of the report, and the target is always taken away.
    ///
    /// - Throws: what makes a drill impossible: no snapshot, a target that is not to be had or is the source, a cancellation.
    package func run(progress: (@Sendable (DrillProgress) -> Void)? = nil) async throws(LifeboatError) -> DrillReport {
        let journal = DrillJournal(environment, progress: progress)
        let startedAt = environment.now()
        let source = try await DrillSourceCluster.open(drill, client: sourceClient, environment)
        var isSourceLost = false
        do throws(LifeboatError) {
            try await prepare(source, journal)
            await source?.lose()
            isSourceLost = true
            let reader = try openSnapshot(journal)
            journal.update {
                $0.declaredAt = environment.elapsed()
                $0.declaredOn = environment.now()
            }
            let target = try await provision(journal)
            try await rehearse(reader, target, journal)
        } catch {
            if !isSourceLost { await source?.lose() }
            throw error
        }
        return DrillReportBuilder(
            drill: drill,
            environment: environment,
            repository: repository,
            state: journal.state,
            startedAt: startedAt
        ).report()
    }

    // MARK: Before the target stands

    /// Takes the backup, when the drill takes one, and remembers who the source is.
    private func prepare(_ source: DrillSourceCluster?, _ journal: DrillJournal) async throws(LifeboatError) {
        guard let source else { return }
        do throws(ClusterError) {
            let uid = try await TargetCluster.uid(of: source.client)
            journal.update {
                $0.source.append(TargetGuard.Cluster(uid: uid, server: source.client.configuration.server))
            }
        } catch {
            // A source that is down is the disaster itself; the snapshot names it as well.
            guard !drill.source.backupFirst else { throw error.lifeboatError }
            environment.logger.warning("the source cluster does not answer: \(error.message)")
        }
        guard drill.source.backupFirst else { return }
        try await journal.step("backup", "Take a backup with a new nonce", isRecovery: false) {
            () async throws(LifeboatError) in
            let result = try await source.backUp(into: repository, drill, environment)
            journal.update { $0.snapshot = result.snapshot }
            return ((), "\(result.objects) objects in snapshot \(result.snapshot.shortID)")
        }
    }

    private func openSnapshot(_ journal: DrillJournal) throws(LifeboatError) -> SnapshotReader {
        let snapshot: Snapshot
        if let taken = journal.state.snapshot {
            snapshot = taken
        } else {
            try repository.refreshKeys()
            snapshot = try repository.clusterSnapshot(drill.source.snapshot)
        }
        let reader = try repository.reader(snapshot)
        let cluster = reader.details.cluster
        journal.update {
            $0.snapshot = snapshot
            $0.details = reader.details
            $0.source.append(TargetGuard.Cluster(uid: cluster.uid, server: cluster.server))
        }
        return reader
    }

    private func provision(_ journal: DrillJournal) async throws(LifeboatError) -> TargetCluster {
        try await journal.step("provision", "Provide an empty cluster") { () async throws(LifeboatError) in
            let target: TargetCluster =
                switch drill.target {
                case .sandbox: try await Sandbox.start(environment).target
                case .controlPlane: try await ControlPlane.start(environment).target
                case .context(let name): try ContextTarget.open(name, environment)
                case .command(let provision, let tearDown):
                    try await CommandTarget.open(provision: provision, tearDown: tearDown, environment)
                case .namespaces:
                    throw LifeboatError(
                        .drillTargetUnavailable,
                        "the drill \(drill.name) wants namespaces of a live cluster as its target, which holds no cluster-scoped objects",
                        remedy: "use the target sandbox, control-plane, context:NAME or a command"
                    )
                }
            do throws(LifeboatError) {
                return (target, try await admit(target, journal))
            } catch {
                _ = await target.tearDown()
                throw error
            }
        }
    }

    /// Refuses the source as a target, and notes what the target is.
    private func admit(_ target: TargetCluster, _ journal: DrillJournal) async throws(LifeboatError) -> String {
        do throws(ClusterError) {
            let uid = try await TargetCluster.uid(of: target.client)
            let version = try await target.client.serverVersion().gitVersion
            journal.update {
                $0.targetKind = target.kind
                $0.targetUID = uid
                $0.targetVersion = version
                $0.isolation = target.isolation
                $0.isThrowaway = target.isThrowaway
            }
        } catch {
            throw error.lifeboatError
        }
        let state = journal.state
        try TargetGuard.check(
            source: state.source,
            target: TargetGuard.Cluster(uid: state.targetUID, server: target.client.configuration.server),
            isThrowaway: target.isThrowaway,
            name: target.kind
        )
        return "\(target.kind), Kubernetes \(state.targetVersion)"
    }

    // MARK: Once it stands

    /// Restores and checks; whatever fails is kept for the report. The target is taken away however this ends.
    private func rehearse(_ reader: SnapshotReader, _ target: TargetCluster, _ journal: DrillJournal)
        async throws(LifeboatError)
    {
        let rehearsal = DrillRehearsal(run: self, reader: reader, target: target, journal: journal)
        var cancelled: LifeboatError?
        do throws(LifeboatError) {
            try await rehearsal.runWithinTimeout()
        } catch {
            if error.code == .cancelled { cancelled = error }
            journal.update { $0.failure = error }
        }
        let isKept = drill.keepsTarget && cancelled == nil && !target.isThrowaway
        // Taking the target away must not be cut short by the cancellation that ended the drill.
        let residue = await Task { isKept ? ["the target \(target.kind) was kept"] : await target.tearDown() }.value
        journal.update {
            $0.residue = residue
            $0.isCleanedUp = !isKept && (residue.isEmpty || !target.isThrowaway)
        }
        if let cancelled { throw cancelled }
    }
}
