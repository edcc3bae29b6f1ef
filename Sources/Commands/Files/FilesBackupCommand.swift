internal import Archive
package import ArgumentParser
internal import Backup
internal import Glibc
internal import KubernetesObjects
internal import Policies

/// `lifeboat files backup`: takes one snapshot of files.
package struct FilesBackupCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Take one snapshot of folders, files, disks, or what comes on standard input.",
        discussion: """
            The contents of a single folder are the top of the snapshot; of several paths, each is below its last name. Files that are as \
            the last snapshot of this --name has them are not read. Symbolic links are taken as links. What could not be read, or changed \
            while it was read, is named in the result, and the exit status is then 3; what was deleted meanwhile is \
            passed over. Block devices are read whole each time. Extended attributes of files and folders and hard links are kept.
            """
    )

    @Argument(help: "Folders, files or block devices.")
    package var paths: [String] = []

    @Option(
        help: "Take what comes on standard input, such as the dump of a database, as one file of this name."
    )
    package var stdin: String?

    @Option(
        help: "What the volume is called; snapshots of one name belong together. Without it, the name of this host."
    )
    package var name: String?

    @Option(
        name: .customLong("exclude"),
        help: "Leave out names of this pattern (* and ?), or paths when it has a /; may be given several times."
    )
    package var excludes: [String] = []

    @Flag(help: "Leave out what is on other file systems below the paths.")
    package var oneFileSystem = false

    @Option(
        name: .customLong("tag"),
        help:
            "Mark the snapshot with this, for retention; lifeboat.dr/pin keeps it for ever. May be given several times."
    )
    package var tags: [String] = []

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func validate() throws {
        guard name.map({ !$0.isEmpty }) ?? true, !tags.contains("") else {
            throw ValidationError("--name and --tag are not empty.")
        }
        guard paths.isEmpty != (stdin == nil) else { throw ValidationError("Give paths, or --stdin and no path.") }
        guard let stdin else { return }
        guard excludes.isEmpty, !oneFileSystem else {
            throw ValidationError("--exclude and --one-file-system are for folders, and not for --stdin.")
        }
        guard !stdin.isEmpty, !stdin.utf8.contains(UInt8(ascii: "/")), stdin != ".", stdin != ".." else {
            throw ValidationError("--stdin is the name of one file, without a /.")
        }
    }

    package func run() async throws {
        var backup = FileBackup(
            repository: try repository.open(),
            source: name ?? Self.hostName,
            paths: paths,
            now: { SystemClock.now() }
        )
        backup.excludes = excludes.map { NamePattern($0) }
        backup.staysOnFileSystem = oneFileSystem
        backup.tags = tags
        backup.stream = stdin.map { ($0, STDIN_FILENO) }
        let options = output
        let result = try backup.run { counts in
            guard (counts.files + counts.directories) % 256 == 0 else { return }
            options.progress("\(counts.files) files, \(Figure.bytes(counts.bytesRead)) read")
        }
        Terminal.clearProgress()
        try output.print(ResourceUsage.added(to: result.json)) { Self.text(result) }
        guard result.isComplete else { throw StatusOnly(.incomplete) }
    }

    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func text(_ result: FileBackupResult) -> String {
        let (counts, added) = (result.counts, Figure.bytes(result.bytesAdded))
        var lines = [
            "Snapshot \(result.snapshot.id.prefix(12)) of \(result.source): \(counts.files) files, \(Figure.bytes(counts.bytes)).",
            "\(counts.filesRead) files read, \(Figure.bytes(counts.bytesRead)); \(added) added in \(Figure.seconds(result.durationSeconds)).",
        ]
        for item in result.incomplete { lines.append("✘ \(item.namespace ?? ""): \(item.reason)") }
        for item in result.excluded { lines.append("· left out \(item.namespace ?? ""): \(item.reason)") }
        return lines.joined(separator: "\n")
    }
}
