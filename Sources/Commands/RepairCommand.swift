package import ArgumentParser
internal import Archive
internal import KubernetesObjects

/// `lifeboat repair`: everything that can be brought back from what is left.
package struct RepairCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Bring back what is damaged, and take away what cannot be trusted.",
        discussion: """
            Reads the whole repository. Key objects come back from their copies or from the key bundle; a few wrong bits of a pack, a manifest or \
            a record are mended; objects that prove right are copied out of damaged packs, whose bytes are kept in quarantine. What is lost for \
            good is named, and the next backup stores it again when the cluster still has it. Backups and restores may run meanwhile. Needs the \
            passphrase. Look at what it would do with --dry-run first.
            """
    )

    @Flag(help: "Show what would be repaired, and change nothing.")
    package var dryRun = false

    @Flag(help: "Delete what repairs keep in quarantine, and do nothing else.")
    package var discardQuarantine = false

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func validate() throws {
        if dryRun, discardQuarantine {
            throw ValidationError("--dry-run and --discard-quarantine exclude each other.")
        }
    }

    package func run() async throws {
        if discardQuarantine { try discard() } else { try repair() }
    }

    private func repair() throws {
        let report = try Repository.repair(
            repository.store(),
            credential: repository.credential(confirming: false),
            environment: RepositoryOptions.environment,
            isDryRun: dryRun
        )
        try output.print(RepairText.json(report)) { RepairText.lines(report).joined(separator: "\n") }
        // A dry run tells by its status, too, that something is lost; what would be mended is no loss.
        guard report.isWhole || report.isDryRun && report.losesNothing else { throw StatusOnly(.incomplete) }
    }

    private func discard() throws {
        let (objects, bytes) = try repository.open().discardQuarantine()
        try output.print([
            "schemaVersion": "lifeboat.dr/v1", "objectsDeleted": .int(objects), "bytesFreed": .int(bytes),
        ]) { "\(objects) objects deleted from quarantine, \(Figure.bytes(bytes)) freed." }
    }
}
