internal import Archive
package import ArgumentParser
internal import KubernetesObjects
internal import Policies

/// Which objects of a snapshot a verb shows.
package struct ObjectFilterOptions: ParsableArguments {
    @Option(name: [.short, .long], help: "Only objects of this namespace.")
    package var namespace: String?

    @Option(
        name: [.short, .customLong("resource")],
        help:
            "Only this resource or kind, such as deployments, deployments.apps or Deployment; may be given several times."
    )
    package var kinds: [String] = []

    package init() {}

    func entries(in reader: SnapshotReader) throws -> [SnapshotEntry] {
        try reader.resources()
            .filter { resource in kinds.isEmpty || kinds.contains { Self.matches(resource, $0) } }
            .flatMap { try reader.entries($0, namespace: namespace) }
            .sorted { $0.identity < $1.identity }
    }

    /// Whether `text` names the resource as kubectl takes it: plural, plural.group, kind or kind.group, in any case.
    static func matches(_ resource: StoredResource, _ text: String) -> Bool {
        ObjectChoice.isName(text, plural: resource.resource, kind: resource.kind, group: resource.group)
    }
}
