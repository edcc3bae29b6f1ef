internal import Archive
internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies
internal import Readiness
internal import Restore

/// The part of a drill that runs on its target: restore, wait, check.
struct DrillRehearsal: Sendable {
    let run: DrillRun
    let reader: SnapshotReader
    let target: TargetCluster
    let journal: DrillJournal

    private var drill: RestoreDrill { run.drill }
    private var environment: DrillEnvironment { run.environment }

    /// - Throws: `cluster.timeout` when the drill takes longer than it may.
    func runWithinTimeout() async throws(LifeboatError) {
        do {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await rehearse()
                    return true
                }
                group.addTask {
                    try await environment.sleep(Double(drill.timeoutSeconds))
                    return false
                }
                defer { group.cancelAll() }
                guard try await group.next() == true else {
                    throw LifeboatError(
                        .clusterTimeout,
                        "the drill took longer than its timeout of \(drill.timeoutSeconds) seconds",
                        remedy: "look at the step that took the time, or raise spec.timeout"
                    )
                }
            }
        } catch let error as LifeboatError {
            throw error
        } catch {
            throw LifeboatError(.cancelled, "the drill was cancelled")
        }
    }

    private func rehearse() async throws(LifeboatError) {
        let snapshot = try await fetch()
        if !drill.damage.isEmpty {
            try await restore("baseline", isRecovery: false)
            try await DrillDamageRun(client: target.client, journal: journal, sleep: environment.sleep).apply(
                drill.damage
            )
            // The loss of a part begins when the part is lost.
            journal.update { $0.declaredAt = environment.elapsed() }
        }
        try await restore("restore", isRecovery: true)
        try await converge(snapshot)
        try await validate(snapshot)
    }

    /// Reads every object of the snapshot, so that what cannot be read is found before anything is written.
    private func fetch() async throws(LifeboatError) -> ObjectInventory {
        try await journal.step("fetch", "Read the snapshot") { () async throws(LifeboatError) in
            let inventory = try ObjectInventory.snapshot(reader)
            var (count, bytes) = (0, 0)
            for entry in try reader.entries() {
                count += 1
                bytes += entry.rawLength
            }
            for kind in inventory.kinds {
                do throws(UnreadableKind) {
                    _ = try inventory.objects(kind)
                } catch {
                    // What the backup could not read is a finding of the checks; what the archive cannot give back is not.
                    let isKnown = reader.details.incomplete.contains { error.reason.contains($0.reason) }
                    if !isKnown { throw LifeboatError(.repositoryDamaged, "\(kind) cannot be read: \(error.reason)") }
                }
            }
            let (objects, size) = (count, bytes)
            journal.update {
                $0.objects = objects
                $0.bytes = size
            }
            return (inventory, "\(objects) objects, \(SizeText.of(size))")
        }
    }

    private func restore(_ id: String, isRecovery: Bool) async throws(LifeboatError) {
        let isBaseline = id == "baseline"
        let restore = RestoreRun(
            client: target.client,
            reader: reader,
            // What is damaged is a whole cluster; the drill's own policy is for its repair.
            policy: isBaseline ? RestorePolicy(name: drill.name) : drill.restore,
            logger: environment.logger,
            now: environment.now,
            elapsed: environment.elapsed,
            sleep: environment.sleep
        )
        let plan = try await journal.step(
            isBaseline ? "baseline-plan" : "plan",
            isBaseline ? "Plan the cluster that is damaged" : "Plan the restore",
            isRecovery: isRecovery
        ) { () async throws(LifeboatError) in
            let plan = try await restore.plan()
            journal.update { $0.plan = plan }
            try TargetGuard.checkVolumes(plan.volumesOfDisks(), drill, name: target.kind)
            return (plan, "\(plan.count("create")) to create, \(plan.skipped.count) left out")
        }
        try await journal.step(
            isBaseline ? "baseline-apply" : "apply",
            isBaseline ? "Build the cluster that is damaged" : "Restore",
            isRecovery: isRecovery
        ) { () async throws(LifeboatError) in
            let result = try await restore.apply(plan)
            if !isBaseline { journal.update { $0.restored = result } }
            let counts = "\(result.created) created, \(result.updated) updated, \(result.unchanged) unchanged"
            return ((), "\(counts), \(result.failed.count) failed")
        }
    }

    private func converge(_ snapshot: ObjectInventory) async throws(LifeboatError) {
        guard drill.restore.readiness.isWanted else {
            journal.update { $0.convergence = .notWanted }
            return
        }
        try await journal.step("converge", "Wait for the workloads") { () async throws(LifeboatError) in
            // Workloads that were not ready before the disaster hold nothing up.
            let unready = Set(((try? snapshot.workloadReadiness()) ?? []).filter { !$0.isReady }.map(\.identity))
            let wait = ConvergenceWait(
                client: target.client,
                elapsed: environment.elapsed,
                sleep: environment.sleep,
                isAwaited: { !unready.contains($0) }
            )
            let result = try await wait.run(deadlineSeconds: Double(drill.restore.readiness.timeoutSeconds))
            journal.update { $0.convergence = result }
            let detail =
                switch result {
                case .ready(let count): "\(count) workloads are ready"
                case .notTested: "the cluster has no nodes"
                case .notWanted: "not asked for"
                case .late(let late):
                    "\(late.count) workloads did not become ready, the first is \(late.first.map { "\($0)" } ?? "")"
                }
            return ((), detail)
        }
    }

    private func validate(_ snapshot: ObjectInventory) async throws(LifeboatError) {
        let rebuilt = try await journal.step("validate", "Compare and check") { () async throws(LifeboatError) in
            let rebuilt = try await look()
            let marker =
                environment.backupPolicy?.freshnessMarker
                ?? (drill.source.backupFirst ? DrillSourceCluster.marker : nil)
            let freshness = FreshnessProof.look(for: reader.details.freshnessNonce, marker: marker, in: rebuilt)
            let form = RestoredForm(policy: drill.restore, resources: try reader.resources())
            let completeness = try compare(snapshot, rebuilt, form)
            let checks = try run.checklist.selecting(drill.checks.runs)
            let probes = drill.checks.probes ? try await ProbePlan(rebuilt).answers() : nil
            let (before, after) = (
                checks.evaluate(snapshot, reference: snapshot, now: environment.now()),
                checks.evaluate(rebuilt, reference: snapshot, probes: probes, now: environment.now())
            )
            journal.update {
                $0.freshness = freshness
                $0.completeness = completeness
                $0.before = before
                $0.after = after
                $0.hasNodes = rebuilt.hasNodes
                $0.answeredAt = environment.elapsed()
            }
            let detail =
                "\(completeness.objects) objects compared, \(completeness.differences.count) unexplained differences"
            return (rebuilt, "\(detail); \(after.outcomes.count) readiness checks")
        }
        try await proveControls(snapshot, rebuilt)
    }

    private func look() async throws(LifeboatError) -> ObjectInventory {
        let versions = try reader.resources().map(\.groupVersionKind)
        do throws(ClusterError) {
            return try await ObjectInventory.live(target.client, versions: versions)
        } catch {
            throw error.lifeboatError
        }
    }

    private func compare(_ snapshot: ObjectInventory, _ rebuilt: ObjectInventory, _ form: RestoredForm)
        throws(LifeboatError) -> Completeness
    {
        do throws(UnreadableKind) {
            return try comparison(snapshot, form).compare(with: rebuilt)
        } catch {
            throw LifeboatError(.clusterMalformedAnswer, "\(error.kind) could not be compared: \(error.reason)")
        }
    }

    private func comparison(_ snapshot: ObjectInventory, _ form: RestoredForm) throws(UnreadableKind)
        -> InventoryComparison
    {
        let isOlder = KubernetesRelease.isOlder(journal.state.targetVersion, than: reader.details.cluster.version)
        return try InventoryComparison(snapshot: snapshot, isClusterOlder: isOlder, expected: expected(form))
    }

    /// What must be there: what the drill restores, and in a cluster that was damaged also everything that was not.
    private func expected(_ form: RestoredForm) -> @Sendable (JSONValue) -> JSONValue? {
        let isWhole = !drill.damage.isEmpty
        return { object in
            if let restored = form.of(object) { return restored }
            return isWhole ? object : nil
        }
    }

    /// The deliberate faults, which no time of the recovery is counted for.
    private func proveControls(_ snapshot: ObjectInventory, _ rebuilt: ObjectInventory) async throws(LifeboatError) {
        guard !drill.negativeControls.isEmpty else { return }
        let form = RestoredForm(policy: drill.restore, resources: try reader.resources())
        try await journal.step("negative-controls", "Make faults that must be found", isRecovery: false) {
            () async throws(LifeboatError) in
            let state = journal.state
            guard let comparison = try? comparison(snapshot, form),
                let point = state.snapshot
            else { return ((), "the snapshot could not be compared") }
            let controls = NegativeControls(
                comparison: comparison,
                rebuilt: rebuilt,
                checklist: run.checklist,
                now: environment.now()
            )
            let proof = state.freshness ?? FreshnessProof(expected: nil, found: nil)
            let results = drill.negativeControls.map {
                controls.run($0, freshness: proof, access: run.access, snapshot: point)
            }
            journal.update { $0.controls = results }
            return ((), "\(results.count { $0.isFound == true }) of \(results.count) faults were found")
        }
    }
}
