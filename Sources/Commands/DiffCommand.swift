package import ArgumentParser
internal import Archive
internal import Backup
internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies

/// `lifeboat diff`: two snapshots, or a snapshot and the live cluster.
package struct DiffCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what differs between two snapshots, or between a snapshot and the live cluster.",
        discussion: """
            With --live, fields that the server or a controller owns are left out, and differences that a rebuild always has (cluster IPs, \
            tokens, uids) are shown only with --all. The exit status is 0 whether or not something differs.
            """
    )

    @Argument(help: "Snapshot: latest, or the first characters of an id.")
    package var snapshot: String

    @Argument(help: "The second, newer snapshot.")
    package var other: String?

    @Flag(help: "Compare with the live cluster.")
    package var live = false

    @Flag(help: "With --live: show explained differences too.")
    package var all = false

    @OptionGroup package var cluster: ClusterOptions
    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func validate() throws {
        if live == (other != nil) { throw ValidationError("Give either a second snapshot or --live.") }
    }

    package func run() async throws {
        let opened = try repository.open()
        let difference: SnapshotComparison
        if let other {
            let (first, second) = try Self.pair(snapshot, other, in: opened)
            difference = try SnapshotComparison.between(first, second, in: opened)
        } else {
            let first = try opened.clusterSnapshot(snapshot)
            let client = try cluster.connect(output)
            defer { client.close() }
            let reader = try opened.reader(first)
            // What the backup was not to take is not missing from it.
            let selection = reader.details.selection.flatMap { ObjectSelection(json: $0) } ?? .everything
            let result = try await LiveComparison(client: client, reader: reader, selection: selection).run()
            difference = SnapshotComparison.live(result, showsExplained: all)
        }
        try output.print(difference.json) { difference.text }
    }

    /// Two snapshots to compare; beside one of files, `latest` is the latest of the same volume.
    private static func pair(_ left: String, _ right: String, in opened: Repository) throws(LifeboatError) -> (
        Snapshot, Snapshot
    ) {
        func latest(beside other: Snapshot) throws(LifeboatError) -> Snapshot {
            other.isFiles ? try opened.filesSnapshot("latest", of: other.clusterName) : try opened.snapshot("latest")
        }
        switch (left, right) {
        case ("latest", "latest"): return (try opened.snapshot(left), try opened.snapshot(right))
        case (_, "latest"):
            let first = try opened.snapshot(left)
            return (first, try latest(beside: first))
        case ("latest", _):
            let second = try opened.snapshot(right)
            return (try latest(beside: second), second)
        default: return (try opened.snapshot(left), try opened.snapshot(right))
        }
    }
}
