package import ArgumentParser
internal import Archive
internal import KubernetesObjects

/// `lifeboat ls`: the objects of a snapshot.
package struct LsCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the objects of a snapshot."
    )

    @Argument(help: "Snapshot: latest, or the first characters of an id.")
    package var snapshot = "latest"

    @OptionGroup package var filter: ObjectFilterOptions
    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let opened = try repository.open()
        let reader = try opened.reader(opened.snapshot(snapshot))
        let entries = try filter.entries(in: reader)
        try output.print([
            "schemaVersion": "lifeboat.dr/v1", "snapshot": .string(reader.snapshot.id),
            "objects": .array(entries.map(Self.document)),
        ]) {
            var table = Table("KIND", "NAMESPACE", "NAME", "SIZE")
            for entry in entries {
                table.add(
                    entry.identity.groupVersionKind.groupKind.description,
                    entry.namespace.isEmpty ? "-" : entry.namespace,
                    entry.name,
                    Figure.bytes(entry.rawLength)
                )
            }
            return table.text
        }
    }

    private static func document(_ entry: SnapshotEntry) -> JSONValue {
        [
            "apiVersion": .string(entry.identity.groupVersionKind.apiVersion), "kind": .string(entry.resource.kind),
            "namespace": .string(entry.namespace), "name": .string(entry.name), "id": .string(entry.id.description),
        ]
    }
}
