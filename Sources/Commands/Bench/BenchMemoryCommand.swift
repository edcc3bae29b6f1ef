package import ArgumentParser

/// `lifeboat bench memory`: the peak memory of the verbs whose work grows with a repository.
package struct BenchMemoryCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "memory",
        abstract: "Measure the peak memory of backups of many objects, and of a garbage collection of many blobs.",
        discussion: """
            The cluster is the embedded sandbox in this process, which takes up to 10 GB for a million objects; the measured program is a \
            process of its own. The repository for the collection is made of small documents, half of them in forgotten snapshots.
            """
    )

    @Option(help: "How many objects the cluster has; 0 leaves this part out.")
    package var objects = 1_000_000

    @Option(help: "How many blobs the collection deals with; 0 leaves this part out.")
    package var blobs = 20_000_000

    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let bench = MemoryBench(objects: objects, blobs: blobs, note: { [output] in output.note($0) })
        let result = try await bench.run()
        try output.print(result.json) { result.text }
    }
}
