package import ArgumentParser
internal import Archive
internal import Drills
internal import KubernetesObjects

/// `lifeboat export`: a snapshot as a folder of YAML that kubectl can apply.
package struct ExportCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a snapshot as a folder of YAML files that kubectl can apply.",
        discussion: """
            One file an object: cluster/KIND.GROUP/NAME.yaml and namespaces/NAMESPACE/KIND.GROUP/NAME.yaml. Secrets are written in clear \
            text, readable by you alone.
            """
    )

    @Argument(help: "Snapshot: latest, or the first characters of an id.")
    package var snapshot: String

    @Option(help: "Folder to write to; it must not exist or be empty.")
    package var to: String

    @OptionGroup package var filter: ObjectFilterOptions
    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let opened = try repository.open()
        let reader = try opened.reader(opened.clusterSnapshot(snapshot))
        guard !Environment.exists(to) else {
            throw LifeboatError(.usage, "\(to) exists already", remedy: "give a folder that does not exist")
        }
        let entries = try filter.entries(in: reader)
        for (index, entry) in entries.enumerated() {
            try Task.checkCancellation()
            let folder = "\(to)/\(Self.folder(of: entry))"
            try Environment.makeFolder(folder)
            var value = try JSONValue(parsing: try reader.bytes(entry))
            for field in ["uid", "creationTimestamp", "generation", "managedFields", "selfLink"] {
                value["metadata", field] = nil
            }
            value["status"] = nil
            let text = try YAMLDocuments.print(value)
            try Environment.write(
                Array(text.utf8),
                to: "\(folder)/\(Self.fileName(entry.name)).yaml",
                isPrivate: entry.resource.kind == "Secret"
            )
            if index % 100 == 0 { output.progress("exporting \(index) of \(entries.count)") }
        }
        try output.print([
            "schemaVersion": "lifeboat.dr/v1", "snapshot": .string(reader.snapshot.id), "folder": .string(to),
            "objects": .int(entries.count),
        ]) { "Wrote \(entries.count) objects to \(to)." }
    }

    private static func folder(of entry: SnapshotEntry) -> String {
        let kind = fileName(entry.identity.groupVersionKind.groupKind.description)
        return entry.namespace.isEmpty ? "cluster/\(kind)" : "namespaces/\(fileName(entry.namespace))/\(kind)"
    }

    /// File systems take 255 bytes, of which the extension needs five; names of objects have up to 253.
    private static let longestName = 250

    /// Names of RBAC objects hold colons and may hold anything but a slash; what a path must not hold is escaped. A name that is too
    /// long for a file ends with its digest instead.
    static func fileName(_ name: String) -> String {
        let escaped = name.replacing("%", with: "%25").replacing("/", with: "%2F").replacing("\0", with: "%00")
        if escaped == "." || escaped == ".." { return escaped.replacing(".", with: "%2E") }
        guard escaped.utf8.count > longestName else { return escaped }
        var beginning = escaped.prefix(200)
        while beginning.utf8.count > 200 { beginning.removeLast() }
        return "\(beginning)%~\(DrillReport.sha256(of: Array(name.utf8)).prefix(32))"
    }
}
