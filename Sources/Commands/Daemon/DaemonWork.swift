internal import Archive
internal import Backup
internal import Daemon
internal import Drills
internal import KubernetesAPI
internal import KubernetesObjects
internal import Logging
internal import Policies
internal import Readiness
internal import Reports

/// What the daemon's schedules start, with the same parts as the verbs `backup` and `drill run`.
struct DaemonWork: @unchecked Sendable {
    // The parsed options are values that nobody changes after the start; ArgumentParser does not mark them Sendable.
    let repository: Repository
    let options: RepositoryOptions
    let cluster: ClusterOptions
    let output: OutputOptions
    let policies: String
    let reports: String
    let logger: Logger

    var actions: DaemonActions {
        // A writer cannot read the manifests that the figures are counted from.
        let figures: (@Sendable () async throws -> RepositoryFigures)? =
            repository.roles.contains(.reader)
            ? { @Sendable () async throws -> RepositoryFigures in try readFigures() } : nil
        return DaemonActions(
            runBackup: { try await runBackup($0) },
            runDrill: { try await runDrill($0) },
            repositoryFigures: figures
        )
    }

    /// The history lies in the repository as small objects under `h/`; they hold no secret.
    static func history(_ store: any ObjectStore, _ logger: Logger) -> RunHistory {
        RunHistory.objects(
            prefix: "h/",
            list: { prefix in try store.list(prefix).map(\.name) },
            get: { name in try store.getIfReadable(name) },
            skipped: { name in
                logger.warning("a record of the history is damaged and is left out", metadata: ["object": "\(name)"])
            },
            put: { name, bytes in _ = try store.put(name, bytes) }
        )
    }

    private func runBackup(_ policy: BackupPolicy) async throws -> BackupRecord {
        var selected = cluster
        selected.context = cluster.context ?? policy.context
        // Read for every run: credentials and addresses change while a daemon runs.
        let client = try ClusterClient(try selected.configuration())
        defer { client.close() }
        let run = BackupRun(
            client: client,
            repository: repository,
            policy: policy,
            logger: logger,
            now: { SystemClock.now() },
            random: { SystemClock.random($0) },
            toolVersion: LifeboatCommand.version
        )
        let result = try await run.run()
        for item in result.incomplete {
            logger.warning(
                "a resource was not taken",
                metadata: ["resource": "\(item.resource)", "cause": "\(item.reason)"]
            )
        }
        applyRetention(policy, of: result.snapshot)
        return BackupRecord(
            snapshot: result.snapshot.id,
            objects: result.objects,
            objectsChanged: result.objectsChanged,
            bytesRead: result.bytesRead,
            bytesAdded: result.bytesAdded,
            incomplete: result.incomplete.count
        )
    }

    /// A retention that fails makes no backup fail: it is applied again after the next one.
    private func applyRetention(_ policy: BackupPolicy, of snapshot: Snapshot) {
        guard let retention = policy.retention else { return }
        let run = RetentionRun(repository: repository, retention: retention)
        guard run.isPermitted else { return }
        do throws(LifeboatError) {
            let (forgotten, report) = try run.run(policy: policy.name, clusterUID: snapshot.cluster?.uid)
            logger.info(
                "the retention was applied",
                metadata: [
                    "policy": "\(policy.name)", "forgotten": "\(forgotten)", "bytesFreed": "\(report.bytesFreed)",
                    "bytesFreeableLater": "\(report.bytesFreeableLater)",
                ]
            )
            guard !report.isSound else { return }
            logger.error(
                "snapshots lack something: run `lifeboat check`",
                metadata: ["blobsMissing": "\(report.blobsMissing)", "packsUnreadable": "\(report.unreadable.count)"]
            )
        } catch {
            logger.error(
                "the retention was not applied",
                metadata: [
                    "policy": "\(policy.name)", "code": "\(error.code.rawValue)", "cause": "\(error.message)",
                ]
            )
        }
    }

    private func runDrill(_ drill: RestoreDrill) async throws -> DrillRecord {
        let folder = ReportFolder(path: reports)
        var environment = DrillSetup.environment(logger)
        environment.kubeconfig = cluster.kubeconfig
        environment.trigger = "schedule"
        environment.previousReportSHA256 = folder.newestDigest(ofDrill: drill.name)
        environment.backupPolicy = try DrillSetup.backupPolicy(of: drill, in: policies)
        let isRehearsal = drill.source.cluster == .sandbox && drill.source.backupFirst
        let access = isRehearsal ? DrillSetup.memoryAccess() : try DrillSetup.access(options)
        let client = try DrillSetup.sourceClient(drill, cluster, output)
        defer { client?.close() }
        let run = DrillRun(
            drill: drill,
            repository: isRehearsal ? try DrillSetup.open(access) : repository,
            sourceClient: client,
            checklist: try ReadinessChecklist.load(folder: "\(policies)/readiness"),
            environment: environment,
            access: access.access
        )
        let report = try await run.run { [logger] in logger.debug("\($0.title)") }
        if let error = run.recordProof(report) {
            logger.warning(
                "it could not be written down that the snapshot is good",
                metadata: ["cause": "\(error.message)"]
            )
        }
        let files = try folder.write(report)
        logger.info("a drill report was written", metadata: ["report": "\(files.json)"])
        return Self.record(report)
    }

    private static func record(_ report: DrillReport) -> DrillRecord {
        DrillRecord(
            report: report.id,
            snapshot: report.document["recoveryPoint", "snapshotId"]?.string ?? "",
            verdict: DrillRecord.Verdict(rawValue: report.verdict.rawValue) ?? .inconclusive,
            recoveryTimeSeconds: report.recoveryTimeSeconds,
            recoveryPointSeconds: report.recoveryPointSeconds.map { Double($0) },
            checks: report.checks.map { check in
                let isPassed: Bool? = check.status == .pass ? true : check.status == .fail ? false : nil
                return DrillRecord.Check(id: check.id, severity: check.severity.rawValue, isPassed: isPassed)
            }
        )
    }

    private func readFigures() throws -> RepositoryFigures {
        try repository.refreshKeys()
        let statistics = try repository.statistics()
        return RepositoryFigures(
            bytes: statistics.repositoryBytes,
            snapshots: statistics.snapshots,
            deduplicationRatio: statistics.dedupRatio
        )
    }
}
