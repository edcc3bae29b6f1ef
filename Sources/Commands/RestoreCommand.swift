package import ArgumentParser
internal import Archive
internal import FoundationEssentials
internal import KubernetesAPI
internal import KubernetesObjects
internal import Restore

/// `lifeboat restore`: plans and applies.
package struct RestoreCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Rebuild a cluster, or parts of it, from a snapshot.",
        discussion: """
            Objects that exist and differ are left alone unless --conflict says otherwise. Nothing is deleted. --dry-run prints the verdict \
            on every object, and what stands in the way, and changes nothing; --plan-file keeps the plan, and --plan applies exactly that. \
            A second run continues where the first one stopped.
            """
    )

    @Argument(help: "Snapshot: latest, or the first characters of an id; not with --plan.")
    package var snapshot: String?

    @OptionGroup package var restore: RestoreOptions

    @Flag(help: "Show the plan and change nothing.")
    package var dryRun = false

    @Option(help: "File to keep the plan in. It has the verdict on every object and the content of none.")
    package var planFile: String?

    @Option(help: "Apply the plan of this file, and refuse when the cluster is not as the plan found it.")
    package var plan: String?

    @Option(help: "The newest snapshot that is not younger than this time (RFC 3339).")
    package var at: String?

    @OptionGroup package var cluster: ClusterOptions
    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package mutating func validate() throws {
        guard (snapshot == nil) != (plan == nil) else {
            throw ValidationError("Give a snapshot, or --plan with the file of a plan.")
        }
        guard plan == nil || planFile == nil && at == nil else {
            throw ValidationError("--plan applies a plan that was made; it goes without --plan-file and --at.")
        }
    }

    package mutating func run() async throws {
        let saved = try plan.map { try Self.saved($0) }
        if let saved { try restore.take(saved.request) }
        let policy = try restore.restorePolicy()
        let time = try at.map { try Timestamp(parsing: $0) }
        let opened = try repository.open()
        let chosen = try opened.snapshot(saved?.snapshot ?? snapshot ?? "latest", at: time)
        let client = try cluster.connect(output)
        defer { client.close() }
        let run = RestoreRun(
            client: client,
            reader: try opened.reader(chosen),
            policy: policy,
            logger: CommandLogging.logger(),
            now: { SystemClock.now() }
        )
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
        for line in RestoreText.obstacles(plan) { options.note(line) }
        let rate = ProgressRate()
        let result = try await run.apply(plan) { options.progress(rate.text($0)) }
        Terminal.clearProgress()
        try output.print(ResourceUsage.added(to: result.json)) { RestoreText.text(result) }
        guard result.isComplete else { throw StatusOnly(.incomplete) }
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
