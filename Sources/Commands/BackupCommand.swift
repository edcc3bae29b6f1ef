package import ArgumentParser
internal import Archive
internal import Backup
internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies

/// `lifeboat backup`: takes one snapshot.
package struct BackupCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Take one snapshot of a cluster.",
        discussion: """
            Takes every resource that can be listed and created, but what never belongs into a backup (events, leases and the like; see \
            docs/restore-rules.md). Needs read access only. What could not be read is named in the result, and the exit status is then 3.
            """
    )

    @Option(help: "BackupPolicy document; without it, the whole cluster is taken.")
    package var policy: String?

    @Option(
        name: [.customShort("n"), .customLong("namespace")],
        help: "Only this namespace (or glob) and what it needs from outside; may be given several times."
    )
    package var namespaces: [String] = []

    @Flag(
        help: """
            Take the lists of what the last snapshot has from the API server's watch cache: less than half the work for the server, and \
            what changed in the last moment may come into the next snapshot only.
            """
    )
    package var cachedLists = false

    @Option(
        name: .customLong("tag"),
        help:
            "Mark the snapshot with this, for retention; lifeboat.dr/pin keeps it for ever. May be given several times."
    )
    package var tags: [String] = []

    @OptionGroup package var cluster: ClusterOptions
    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let policy = try loadPolicy()
        let opened = try repository.open()
        var selected = cluster
        selected.context = cluster.context ?? policy.context
        let client = try selected.connect(output)
        defer { client.close() }
        var run = BackupRun(
            client: client,
            repository: opened,
            policy: policy,
            logger: CommandLogging.logger(),
            now: { SystemClock.now() },
            random: { SystemClock.random($0) }
        )
        run.tags = tags
        let options = output
        let result = try await run.run {
            options.progress("\($0.objects) objects, \($0.resourcesDone) of \($0.resourcesTotal) resources")
        }
        Terminal.clearProgress()
        try output.print(ResourceUsage.added(to: result.json)) { BackupText.text(result) }
        guard result.isComplete else { throw StatusOnly(.incomplete) }
    }

    private func loadPolicy() throws -> BackupPolicy {
        var chosen = try policy.map { try PolicyFile.backup($0) } ?? BackupPolicy(name: "whole-cluster")
        if !namespaces.isEmpty { chosen.selection.includedNamespaces = namespaces.map { NamePattern($0) } }
        if cachedLists { chosen.allowsCachedLists = true }
        return chosen
    }
}

/// The result of a backup for people.
enum BackupText {
    static func text(_ result: BackupResult) -> String {
        let added = Figure.bytes(result.bytesAdded)
        var lines = [
            "Snapshot \(result.snapshot.id.prefix(12)) of \(result.cluster.name): \(result.objects) objects, \(result.objectsChanged) changed."
        ]
        lines.append(
            "\(added) added in \(Figure.seconds(result.durationSeconds)); \(result.requests) requests, \(Figure.bytes(result.bytesRead)) read."
        )
        for item in result.incomplete {
            lines.append("✘ not taken: \(item.resource)\(item.namespace.map { " in \($0)" } ?? ""): \(item.reason)")
        }
        return lines.joined(separator: "\n")
    }
}
