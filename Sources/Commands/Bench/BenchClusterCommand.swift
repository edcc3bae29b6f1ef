package import ArgumentParser
internal import Drills
internal import KubernetesAPI
internal import KubernetesObjects

/// `lifeboat bench cluster`: backup and restore of many objects on real control planes, beside a bare client.
package struct BenchClusterCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract:
            "Back up and restore many objects on real control planes, beside a bare client that does the same requests.",
        discussion: """
            Starts three empty control planes from KUBEBUILDER_ASSETS, one after the other. The bare client fetches the same LIST pages and throws \
            them away, and posts the same objects. Lifeboat runs as its own process, so that its CPU time and memory are its own; it takes \
            backups with the identity of a writer, as the daemon does.
            """
    )

    @Option(help: "How many objects.")
    package var objects = 10_000

    @Option(help: "How often the backups are taken; their medians count.")
    package var rounds = 5

    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        guard rounds >= 1 else { throw ValidationError("--rounds is at least 1.") }
        let made = BenchObjects.make(count: objects)
        let bench = ClusterBench(objects: made, rounds: rounds, note: { [output] in output.note($0) })
        let result = try await bench.run()
        try output.print(result.json) { result.text }
    }
}
