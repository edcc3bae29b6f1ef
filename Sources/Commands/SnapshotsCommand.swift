package import ArgumentParser
internal import Archive
internal import KubernetesObjects

/// `lifeboat snapshots`: lists what can be restored.
package struct SnapshotsCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "snapshots",
        abstract: "List the snapshots of a repository."
    )

    @Option(help: "Only snapshots of the cluster with this name.")
    package var cluster: String?

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let opened = try repository.open()
        let verifications = try opened.verifications()
        var table = Table("ID", "TAKEN AT", "CLUSTER", "OBJECTS", "POLICY", "VERIFIED")
        var documents: [JSONValue] = []
        // Names are sealed: a writer sees snapshots, not what they are of.
        for (snapshot, details) in try opened.describedSnapshots() {
            if let cluster, details?.cluster.name != cluster { continue }
            let name = details?.cluster.name ?? "(sealed)"
            table.add(
                String(snapshot.id.prefix(12)),
                snapshot.takenAt.description,
                name,
                String(snapshot.objects),
                details?.policy ?? "-",
                verifications[snapshot.id].map { "\($0.at) by \($0.kind)" } ?? "-"
            )
            documents.append([
                "id": .string(snapshot.id), "takenAt": .string(snapshot.takenAt.description), "cluster": .string(name),
                "objects": .int(snapshot.objects), "policy": details?.policy.map { .string($0) } ?? .null,
                "verifiedAt": verifications[snapshot.id].map { .string($0.at.description) } ?? .null,
                "verifiedBy": verifications[snapshot.id].map { .string("\($0.kind)") } ?? .null,
            ])
        }
        try output.print(["schemaVersion": "lifeboat.dr/v1", "snapshots": .array(documents)]) {
            documents.isEmpty ? "No snapshots yet: take one with `lifeboat backup`." : table.text
        }
    }
}
