package import Archive
package import KubernetesObjects

extension ObjectInventory {
    /// The objects of a snapshot. Kinds that the backup could not read stay unreadable: their absence proves nothing.
    package static func snapshot(_ reader: SnapshotReader) throws(LifeboatError) -> ObjectInventory {
        var resources: [GroupKind: [StoredResource]] = [:]
        for resource in try reader.resources() {
            resources[resource.groupVersionKind.groupKind, default: []].append(resource)
        }
        let byKind = resources
        let incomplete = reader.details.incomplete
        return ObjectInventory(source: "snapshot \(reader.snapshot.shortID)", kinds: Set(byKind.keys)) {
            kind throws(UnreadableKind) in
            var objects: [JSONValue] = []
            for resource in byKind[kind] ?? [] {
                if let left = incomplete.first(where: { $0.resource == resource.groupResource.description }) {
                    throw UnreadableKind(kind: kind, reason: "the backup could not read it: \(left.reason)")
                }
                do {
                    for entry in try reader.entries(resource) {
                        objects.append(try JSONValue(parsing: try reader.bytes(entry)))
                    }
                } catch {
                    throw UnreadableKind(kind: kind, reason: "\(error)")
                }
            }
            return objects
        }
    }
}
