package import ArgumentParser
internal import Archive
internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies
internal import Restore

/// `lifeboat restore`: plans and applies.
package struct RestoreCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Rebuild a cluster from a snapshot.",
        discussion: """
            Objects that exist and differ are left alone unless --conflict says otherwise. Nothing is deleted. --dry-run prints the verdict \
            on every object and changes nothing. A second run continues where the first one stopped.
            """
    )

    @Argument(help: "Snapshot: latest, or the first characters of an id.")
    package var snapshot: String

    @Flag(help: "Show the plan and change nothing.")
    package var dryRun = false

    @Option(help: "The newest snapshot that is not younger than this time (RFC 3339).")
    package var at: String?

    @Option(help: "Restore the namespace A as B: A=B; may be given several times.")
    package var namespaceMapping: [String] = []

    @Option(
        name: [.customShort("n"), .customLong("namespace")],
        help: "Only this namespace (or glob); may be given several times."
    )
    package var namespaces: [String] = []

    @Option(help: "What to do with objects that exist and differ: skip, fail, merge, apply, replace or recreate.")
    package var conflict: String?

    @Option(help: "RestorePolicy document.")
    package var policy: String?

    @OptionGroup package var cluster: ClusterOptions
    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let policy = try loadPolicy()
        let time = try at.map { try Timestamp(parsing: $0) }
        let opened = try repository.open()
        let reader = try opened.reader(opened.snapshot(snapshot, at: time))
        let client = try cluster.connect(output)
        defer { client.close() }
        let run = RestoreRun(
            client: client,
            reader: reader,
            policy: policy,
            logger: CommandLogging.logger(),
            now: { SystemClock.now() }
        )
        let options = output
        options.progress("planning")
        let plan = try await run.plan()
        Terminal.clearProgress()
        if dryRun {
            try output.print(plan.json) { RestoreText.text(plan) }
            return
        }
        for line in RestoreText.obstacles(plan) { options.note(line) }
        let result = try await run.apply(plan) { options.progress("restored \($0.done) of \($0.total) objects") }
        Terminal.clearProgress()
        try output.print(ResourceUsage.added(to: result.json)) { RestoreText.text(result) }
        guard result.isComplete else { throw StatusOnly(.incomplete) }
    }

    private func loadPolicy() throws -> RestorePolicy {
        var chosen = try policy.map { try PolicyFile.restore($0) } ?? RestorePolicy(name: "standard")
        if !namespaces.isEmpty { chosen.selection.includedNamespaces = namespaces.map { NamePattern($0) } }
        for mapping in namespaceMapping {
            guard let (from, to) = mapping.splitOnce("="), !from.isEmpty, !to.isEmpty else {
                throw LifeboatError(.usage, "“\(mapping)” is no namespace mapping", remedy: "write it as OLD=NEW")
            }
            chosen.namespaceMapping[from] = to
        }
        if let conflict {
            guard let rule = ConflictRule(rawValue: conflict) else {
                throw LifeboatError(
                    .usage,
                    "“\(conflict)” is no conflict rule",
                    remedy: "choose one of \(ConflictRule.allCases.map(\.rawValue).joined(separator: ", "))"
                )
            }
            chosen.conflict = rule
        }
        return chosen
    }
}
