package import ArgumentParser
internal import Archive
internal import KubernetesObjects

/// `lifeboat stats`: how large a repository is and what deduplication saves.
package struct StatsCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show the size of a repository."
    )

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let statistics = try repository.open().statistics()
        try output.print([
            "schemaVersion": "lifeboat.dr/v1", "repositoryBytes": .int(statistics.repositoryBytes),
            "snapshots": .int(statistics.snapshots),
            "blobs": .int(statistics.blobs), "logicalBytes": .int(statistics.logicalBytes),
            "dedupRatio": .number(Figure.decimal(statistics.dedupRatio, 3)),
            "types": .array(
                statistics.types.map {
                    [
                        "type": .string($0.type), "blobs": .int($0.blobs), "storedBytes": .int($0.storedBytes),
                        "rawBytes": .int($0.rawBytes),
                    ]
                }
            ),
        ]) {
            var table = Table("WHAT", "VALUE")
            table.add("repository", Figure.bytes(statistics.repositoryBytes))
            table.add("snapshots", String(statistics.snapshots))
            table.add("blobs", String(statistics.blobs))
            table.add("objects of all snapshots", Figure.bytes(statistics.logicalBytes))
            table.add("smaller by", "\(Figure.decimal(statistics.dedupRatio, 1)) ×")
            var types = Table("TYPE", "BLOBS", "STORED", "UNPACKED")
            for type in statistics.types {
                types.add(type.type, String(type.blobs), Figure.bytes(type.storedBytes), Figure.bytes(type.rawBytes))
            }
            return table.text + "\n\n" + types.text
        }
    }
}
