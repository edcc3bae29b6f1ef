package import ArgumentParser
internal import Archive
internal import KubernetesObjects
internal import Policies

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
        let isAnyUntrusted = try repository.noteUntrusted(opened) > 0
        let verifications = try opened.verifications()
        var table = Table("ID", "TAKEN AT", "CLUSTER", "OBJECTS", "POLICY", "VERIFIED", "NOTES")
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
                verifications[snapshot.id].map { "\($0.at) by \($0.kind)" } ?? "-",
                details.map(Self.notes) ?? ""
            )
            documents.append([
                "id": .string(snapshot.id), "takenAt": .string(snapshot.takenAt.description), "cluster": .string(name),
                "objects": .int(snapshot.objects), "policy": details?.policy.map { .string($0) } ?? .null,
                "tags": Self.array(details?.tags),
                "incomplete": Self.array(
                    details?.incomplete.map { [$0.resource, $0.namespace].compactMap { $0 }.joined(separator: " ") }
                ),
                "verifiedAt": verifications[snapshot.id].map { .string($0.at.description) } ?? .null,
                "verifiedBy": verifications[snapshot.id].map { .string("\($0.kind)") } ?? .null,
            ])
        }
        try output.print(["schemaVersion": "lifeboat.dr/v1", "snapshots": .array(documents)]) {
            guard documents.isEmpty else { return table.text }
            if let cluster { return "No snapshots of a cluster or volume “\(cluster)”." }
            return isAnyUntrusted
                ? "No snapshots that can be trusted." : "No snapshots yet: take one with `lifeboat backup`."
        }
    }

    private static func array(_ texts: [String]?) -> JSONValue {
        guard let texts else { return .null }
        return .array(texts.map { .string($0) })
    }

    private static func notes(_ details: SnapshotDetails) -> String {
        let pin = RetentionPlan.pin
        let incomplete = details.incomplete.isEmpty ? [] : ["incomplete"]
        let pinned = details.tags.contains(pin) ? ["pinned"] : []
        return (incomplete + pinned + details.tags.filter { $0 != pin }).joined(separator: ", ")
    }
}

extension SnapshotDetails {
    /// The labels as they were given, in order.
    var tags: [String] { labels.sorted { $0.key < $1.key }.map { $0.value.isEmpty ? $0.key : "\($0.key)=\($0.value)" } }
}
