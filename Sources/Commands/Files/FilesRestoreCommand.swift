internal import Archive
package import ArgumentParser
internal import KubernetesObjects
internal import Restore

/// `lifeboat files restore`: writes the files of a snapshot into a folder.
package struct FilesRestoreCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Write the files of a snapshot into a folder.",
        discussion: """
            Files that are there as the snapshot has them are left alone, so that a restore that was stopped goes on when it is run again. \
            One that is there and differs is a failure unless --overwrite is given. Owners are set when this runs as root; where the system \
            refuses one, the file is restored without it, and without setuid and setgid. Folders that are there keep their owner, \
            permissions and time unless --overwrite is given; the target's own are set when it is new, empty, or was left unfinished by a \
            restore that was stopped. It ends when everything is on the disk. The exit status is 3 when something could not be restored, \
            or not with all that belongs to it.
            """
    )

    @Argument(help: "Snapshot: latest, or the first characters of an id.")
    package var snapshot: String

    @Option(help: "The folder to write into; it is made when it is not there.")
    package var to: String

    @Option(
        name: .customLong("path"),
        help: "Only this path of the snapshot and what is below it; may be given several times."
    )
    package var paths: [String] = []

    @Option(help: "With latest: the newest snapshot of the volume with this name.")
    package var name: String?

    @Flag(help: "Replace files that differ.")
    package var overwrite = false

    @Flag(help: "Say what would be done, and write nothing.")
    package var dryRun = false

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let opened = try repository.open()
        var restore = FileRestore(
            reader: try opened.reader(opened.filesSnapshot(snapshot, of: name)),
            target: to
        )
        try repository.noteUntrusted(opened)
        restore.paths = paths
        restore.overwrites = overwrite
        restore.isDryRun = dryRun
        let options = output
        let result = try restore.run {
            options.progress("\($0.files) files, \(Figure.bytes($0.bytesWritten)) written")
        }
        Terminal.clearProgress()
        try output.print(ResourceUsage.added(to: result.json)) { Self.text(result) }
        guard result.isComplete else { throw StatusOnly(.incomplete) }
    }

    private static func text(_ result: FileRestoreResult) -> String {
        let counts = "\(result.files) files, \(result.directories) folders and \(result.symlinks) links"
        var lines = [
            result.isDryRun
                ? "\(counts), \(Figure.bytes(result.bytesWritten)), would be restored to \(result.target); nothing was changed."
                : "\(counts) restored to \(result.target), \(Figure.bytes(result.bytesWritten)) written.",
            "\(result.unchanged) were there already.",
        ]
        for failure in result.failed { lines.append("✘ \(failure.path): \(failure.reason)") }
        return lines.joined(separator: "\n")
    }
}
