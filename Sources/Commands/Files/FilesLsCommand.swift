internal import Archive
package import ArgumentParser
internal import KubernetesObjects

/// `lifeboat files ls`: the files of a snapshot.
package struct FilesLsCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the files of a snapshot."
    )

    @Argument(help: "Snapshot: latest, or the first characters of an id.")
    package var snapshot = "latest"

    @Option(help: "With latest: the newest snapshot of the volume with this name.")
    package var name: String?

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let opened = try repository.open()
        let reader = try opened.reader(opened.filesSnapshot(snapshot, of: name))
        try repository.noteUntrusted(opened)
        var table = Table("MODE", "OWNER", "SIZE", "PATH")
        var documents: [JSONValue] = []
        for entry in try reader.entries(FileDocument.resource) {
            let document = try FileDocument(parsing: try reader.bytes(entry))
            let path = (entry.namespace.isEmpty ? "" : "/\(entry.namespace)") + "/\(entry.name)"
            let mode = String(document.mode, radix: 8)
            let target = document.kind == .symlink ? FileNames.text(document.target) : nil
            table.add(
                (document.kind == .directory ? "d" : target == nil ? "-" : "l") + mode,
                "\(document.owner):\(document.group)",
                document.kind == .file ? Figure.bytes(document.size) : "",
                path + (target.map { " → \($0)" } ?? "")
            )
            documents.append([
                "path": .string(path), "type": .string(document.kind.rawValue), "mode": .string("0" + mode),
                "uid": .int(Int(document.owner)), "gid": .int(Int(document.group)),
                "modified": .string(document.modified.description),
                "size": document.kind == .file ? .int(document.size) : .null,
                "target": target.map { .string($0) } ?? .null,
            ])
        }
        try output.print([
            "schemaVersion": "lifeboat.dr/v1", "snapshot": .string(reader.snapshot.id), "files": .array(documents),
        ]) { table.text }
    }
}
