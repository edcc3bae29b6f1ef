package import ArgumentParser

/// `lifeboat import`: takes over what another tool has backed up.
package struct ImportCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Read the backups of another tool as snapshots.",
        subcommands: [ImportVeleroCommand.self]
    )

    package init() {}
}
