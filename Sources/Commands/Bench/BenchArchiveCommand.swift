package import ArgumentParser

/// `lifeboat bench archive`: sizes and costs of snapshots, beside tools for files.
package struct BenchArchiveCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract:
            "Snapshot a cluster again and again at 1 % churn, beside restic and borg on the same objects as YAML.",
        discussion: """
            The cluster is the embedded sandbox, or with --control-plane a real one from KUBEBUILDER_ASSETS. restic and borg are run when they are \
            installed. Every program runs as a process of its own and is measured in the same way.
            """
    )

    @Option(help: "How many objects to load, at least; controllers add theirs.")
    package var objects = 8_000

    @Option(help: "How many snapshots.")
    package var snapshots = 31

    @Flag(help: "Use a real control plane.")
    package var controlPlane = false

    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        guard snapshots >= 2 else { throw ValidationError("--snapshots is at least 2.") }
        let bench = ArchiveBench(
            objects: objects,
            snapshots: snapshots,
            usesControlPlane: controlPlane,
            note: { [output] in output.note($0) }
        )
        let result = try await bench.run()
        try output.print(result.json) { result.text }
    }
}
