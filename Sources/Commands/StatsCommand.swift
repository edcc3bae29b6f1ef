package import ArgumentParser
internal import Archive
internal import KubernetesObjects

/// `lifeboat stats`: how large a repository is and what deduplication saves.
package struct StatsCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show the size of a repository: as a whole, by cluster and kind, by type of blob and by day.",
        discussion: """
            What was added is what the packs of a snapshot had when it was taken; a prune may have put them together since. Kinds are those of the \
            newest snapshot of each cluster; they and the names of clusters need an identity that reads.
            """
    )

    @Option(help: "How many of the largest kinds of each cluster the table has.")
    package var kinds = 10

    @Option(help: "How many of the newest days the table has.")
    package var days = 14

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        guard days >= 0, kinds >= 0 else { throw ValidationError("--days and --kinds are not negative.") }
        let opened = try repository.open()
        try repository.noteUntrusted(opened)
        let statistics = try opened.statistics()
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
            "clusters": .array(statistics.clusters.map(Self.json)),
            "days": .array(
                statistics.days.map {
                    [
                        "day": .string($0.day), "snapshots": .int($0.snapshots), "addedBytes": .int($0.addedBytes),
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
            return ([table.text, types.text] + clusterTables(statistics) + [dayTable(statistics)])
                .joined(separator: "\n\n")
        }
    }

    private static func json(_ cluster: RepositoryStatistics.ClusterSize) -> JSONValue {
        [
            "cluster": .string(cluster.name), "uid": .string(cluster.uid), "snapshots": .int(cluster.snapshots),
            "addedBytes": .int(cluster.addedBytes),
            "kinds": .array(
                cluster.kinds.map {
                    [
                        "kind": .string($0.kind), "objects": .int($0.objects), "rawBytes": .int($0.rawBytes),
                        "storedBytes": .int($0.storedBytes),
                    ]
                }
            ),
        ]
    }

    private func clusterTables(_ statistics: RepositoryStatistics) -> [String] {
        statistics.clusters.map { cluster in
            var table = Table("KIND", "OBJECTS", "STORED", "UNPACKED")
            for kind in cluster.kinds.prefix(kinds) {
                table.add(
                    kind.kind,
                    String(kind.objects),
                    Figure.bytes(kind.storedBytes),
                    Figure.bytes(kind.rawBytes)
                )
            }
            return
                "\(cluster.name): \(cluster.snapshots) snapshots, \(Figure.bytes(cluster.addedBytes)) added.\n\(table.text)"
        }
    }

    private func dayTable(_ statistics: RepositoryStatistics) -> String {
        var table = Table("DAY", "SNAPSHOTS", "ADDED")
        for day in statistics.days.prefix(days) {
            table.add(day.day, String(day.snapshots), Figure.bytes(day.addedBytes))
        }
        return table.text
    }
}
