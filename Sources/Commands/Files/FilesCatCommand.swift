internal import Archive
package import ArgumentParser
internal import Glibc
internal import KubernetesObjects

/// `lifeboat files cat`: one file of a snapshot on standard output.
package struct FilesCatCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "cat",
        abstract: "Write one file of a snapshot to standard output.",
        discussion:
            "Such as a dump of a database that `files backup --stdin` took: lifeboat files cat latest all.sql --name db-dump | psql"
    )

    @Argument(help: "Snapshot: latest, or the first characters of an id.")
    package var snapshot: String

    @Argument(help: "The path of the file in the snapshot, as `files ls` shows it.")
    package var path: String

    @Option(help: "With latest: the newest snapshot of the volume with this name.")
    package var name: String?

    @OptionGroup package var repository: RepositoryOptions

    package init() {}

    package func run() async throws {
        let opened = try repository.open()
        let reader = try opened.reader(opened.filesSnapshot(snapshot, of: name))
        guard let entry = try reader.file(at: path) else {
            throw LifeboatError(
                .objectNotFound,
                "snapshot \(reader.snapshot.shortID) has no file \(path)",
                remedy: "list its files with `lifeboat files ls \(reader.snapshot.shortID)`"
            )
        }
        let document = try FileDocument(parsing: try reader.bytes(entry))
        guard document.kind == .file else {
            throw LifeboatError(
                .usage,
                "\(path) is a \(document.kind.rawValue), and not a file",
                remedy:
                    "bring it back with `lifeboat files restore \(reader.snapshot.shortID) --path \(path) --to FOLDER`"
            )
        }
        guard let content = try reader.content(entry) else { return try Self.write(document.content ?? []) }
        for chunk in content.chunks { try Self.write(try reader.bytes(chunk)) }
    }

    private static func write(_ bytes: [UInt8]) throws(LifeboatError) {
        guard Terminal.output(bytes) else {
            throw LifeboatError(
                .storageFailed,
                "cannot write to standard output: \(String(cString: strerror(errno)))",
                remedy: "look at what reads it, or whether the disk is full"
            )
        }
    }
}
