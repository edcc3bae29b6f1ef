package import ArgumentParser
internal import Archive
internal import FoundationEssentials
internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies
internal import Readiness
internal import Restore

/// `lifeboat restore`: plans and applies.
package struct RestoreCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Rebuild a cluster, or parts of it, from a snapshot.",
        discussion: """
            Objects that exist and differ are left alone unless --conflict says otherwise. Nothing is deleted unless --prune and \
            --confirm-deletions ask for it. --dry-run prints the verdict on every object, and what stands in the way, and changes nothing; \
            --plan-file keeps the plan, and --plan applies exactly that. A second run continues where the first one stopped. Before it \
            changes anything, a restore takes a snapshot of what it will touch: lifeboat restore --undo brings that back.
            """
    )

    @Argument(
        help: "Snapshot: latest, or the first characters of an id; none with --plan, --undo and --finalize-volumes."
    )
    package var snapshot: String?

    @OptionGroup package var restore: RestoreOptions

    @Flag(help: "Show the plan and change nothing.")
    package var dryRun = false

    @Option(help: "File to keep the plan in. It has the verdict on every object and the content of none.")
    package var planFile: String?

    @Option(help: "Apply the plan of this file, and refuse when the cluster is not as the plan found it.")
    package var plan: String?

    @Flag(
        help:
            "Bring back what the last restore of this cluster changed, or the one that the named snapshot was taken before."
    )
    package var undo = false

    @Flag(help: "Take no snapshot of what the restore changes, so that it cannot be undone.")
    package var noUndo = false

    @Flag(
        help:
            "Give restored volumes the reclaim policy that they had, once volume and claim are bound to each other; takes no snapshot."
    )
    package var finalizeVolumes = false

    @Flag(help: "Restore what can be read of a damaged snapshot, and name what is left out; else nothing is restored.")
    package var skipDamaged = false

    @Option(help: "Delete this many objects: the number that the plan of --prune shows.")
    package var confirmDeletions: Int = 0

    @Option(help: "The newest snapshot that is not younger than this time (RFC 3339).")
    package var at: String?

    @OptionGroup package var cluster: ClusterOptions
    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package mutating func validate() throws {
        guard !finalizeVolumes else {
            guard snapshot == nil, plan == nil, planFile == nil, at == nil, !undo, !noUndo, confirmDeletions == 0,
                restore.isWhole
            else {
                throw ValidationError("--finalize-volumes is for what was restored before; it takes --dry-run only.")
            }
            return
        }
        guard undo ? plan == nil : (snapshot == nil) != (plan == nil) else {
            throw ValidationError("Give a snapshot, or --plan with the file of a plan, or --undo.")
        }
        guard plan == nil || planFile == nil && at == nil else {
            throw ValidationError("--plan applies a plan that was made; it goes without --plan-file and --at.")
        }
        guard !undo || planFile == nil && at == nil && restore.isWhole else {
            throw ValidationError(
                "--undo brings back all that a restore changed; it takes no selection, mapping or rule."
            )
        }
    }

    package mutating func run() async throws {
        if finalizeVolumes {
            try await VolumeFinalization(output: output, dryRun: dryRun).run(try cluster.connect(output))
            return
        }
        let saved = try plan.map { try Self.saved($0) }
        if let saved { try restore.take(saved.request) }
        var policy = try restore.restorePolicy()
        let opened = try repository.open()
        let client = try cluster.connect(output)
        defer { client.close() }
        let chosen = try await choose(saved, opened, client)
        if undo {
            policy.conflict = .replace
            policy.isUndo = true
            output.note("Undoing the restore before which \(chosen.shortID) was taken, at \(chosen.takenAt)")
        }
        var run = RestoreRun(
            client: client,
            reader: try opened.reader(chosen),
            policy: policy,
            logger: CommandLogging.logger(),
            now: { SystemClock.now() }
        )
        run.resealing = SecretResealing { (data, certificate, label) throws(LifeboatError) in
            try SealedSecretSealing.seal(data, certificate: certificate, label: label) { SystemClock.random($0) }
        }
        run.skipsDamaged = skipDamaged
        let options = output
        options.progress("planning")
        let plan = try await run.plan()
        Terminal.clearProgress()
        try saved?.expect(plan)
        if let planFile { try keep(plan, of: chosen.id, planFile) }
        if dryRun {
            try output.print(plan.json) { RestoreText.text(plan) }
            return
        }
        try run.confirm(plan, confirmDeletions)
        for line in RestoreText.obstacles(plan) { options.note(line) }
        let before = try await snapshotBefore(run, plan, opened)
        let rate = ProgressRate()
        var result = try await run.apply(plan, confirmedDeletions: confirmDeletions) { options.progress(rate.text($0)) }
        Terminal.clearProgress()
        result.undo = before?.id
        if policy.runsCommands {
            options.progress("running hooks")
            try await run.runHooks(of: plan, &result)
            Terminal.clearProgress()
        }
        if policy.readiness.isWanted {
            options.progress("waiting for the workloads")
            let readiness = RestoreReadiness(client: client, reader: run.reader, policy: policy)
            let (late, note) = try await readiness.wait(for: plan)
            Terminal.clearProgress()
            result.failed += late
            result.notes.append(note)
        }
        try output.print(ResourceUsage.added(to: result.json)) { RestoreText.text(result) }
        guard result.isComplete else { throw StatusOnly(.incomplete) }
    }

    private func choose(_ saved: SavedPlan?, _ opened: Repository, _ client: ClusterClient) async throws -> Snapshot {
        if undo, snapshot == nil { return try await RestoreRun.snapshotToUndo(in: opened, client) }
        let time = try at.map { try Timestamp(parsing: $0) }
        let chosen = try opened.clusterSnapshot(saved?.snapshot ?? snapshot ?? "latest", at: time)
        guard !undo || chosen.isBeforeRestore else {
            throw LifeboatError(
                .usage,
                "\(chosen.shortID) is no snapshot that a restore took before it began",
                remedy:
                    "leave it out to undo the last restore, or choose one of “before-restore” of `lifeboat snapshots`"
            )
        }
        return chosen
    }

    /// What a restore cannot undo it does not change, unless that was asked for.
    private func snapshotBefore(
        _ run: RestoreRun,
        _ plan: RestorePlan,
        _ opened: Repository
    ) async throws -> Snapshot? {
        guard !noUndo else { return nil }
        guard opened.roles.contains(.writer) else {
            guard plan.changesObjects else {
                output.note("This credential may not write snapshots, so that the restore cannot be undone.")
                return nil
            }
            throw LifeboatError(
                .restoreRefused,
                "the restore changes objects, and this credential may not write the snapshot that could undo it",
                remedy: "use a credential with the writer's role, or say --no-undo"
            )
        }
        output.progress("taking a snapshot of what is changed")
        do throws(LifeboatError) {
            let before = try await run.snapshotBefore(plan, in: opened, toolVersion: LifeboatCommand.version)
            Terminal.clearProgress()
            return before
        } catch {
            // A repository that can only be read is enough to fill gaps.
            guard !plan.changesObjects, error.code.isOfStore else { throw error }
            Terminal.clearProgress()
            output.note("The repository cannot be written to, so that the restore cannot be undone: \(error.message)")
            return nil
        }
    }

    private static func saved(_ path: String) throws -> SavedPlan {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw LifeboatError(.usage, "\(path) cannot be read", remedy: "check the path and its permissions")
        }
        return try SavedPlan(parsing: Array(bytes), file: path)
    }

    private func keep(_ plan: RestorePlan, of snapshot: String, _ path: String) throws {
        let document = SavedPlan(plan, snapshot: snapshot, request: try restore.json()).document
        guard
            FileManager.default.createFile(
                atPath: path,
                contents: Data(document.prettyPrinted().utf8),
                attributes: [.posixPermissions: 0o600]
            )
        else { throw LifeboatError(.usage, "\(path) cannot be written", remedy: "choose another file") }
        output.note("Plan: \(path). Apply it with: lifeboat restore --plan \(path)")
    }
}

/// How fast a restore goes and how long it will still take.
private struct ProgressRate: Sendable {
    private let start = SystemClock.seconds()

    /// `restored 1200 of 10000 objects, 830 a second, 11 s left`.
    func text(_ progress: RestoreProgress) -> String {
        let counts = "restored \(progress.done) of \(progress.total) objects"
        let seconds = SystemClock.seconds() - start
        guard seconds >= 1, progress.done > 0 else { return counts }
        let rate = Double(progress.done) / seconds
        let left = Double(progress.total - progress.done) / rate
        let failed = progress.failed > 0 ? ", \(progress.failed) to be tried again" : ""
        return "\(counts), \(Int(rate)) a second, \(Int(left.rounded(.up))) s left\(failed)"
    }
}
