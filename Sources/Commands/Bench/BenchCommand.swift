package import ArgumentParser

/// `lifeboat bench`: the benchmarks of this project, as ratios to the machine's own limits.
package struct BenchCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure Lifeboat on this machine.",
        subcommands: [
            BenchClusterCommand.self, BenchArchiveCommand.self, BenchVolumesCommand.self, BenchChecklistCommand.self,
            BenchMemoryCommand.self, BenchMeasureCommand.self,
        ]
    )

    package init() {}
}
