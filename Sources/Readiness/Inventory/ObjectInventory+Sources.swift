package import Archive
package import KubernetesAPI
package import KubernetesObjects

extension ObjectInventory {
    /// The objects of a snapshot, read kind by kind as checks ask for them.
    package static func snapshot(_ reader: SnapshotReader) throws(LifeboatError) -> ObjectInventory {
        let resources = try reader.resources()
        let kinds = Set(resources.map { GroupKind(group: $0.group, kind: $0.kind) })
        return ObjectInventory(source: "snapshot \(reader.snapshot.shortID)", kinds: kinds) { kind throws(UnreadableKind) in
            var objects: [JSONValue] = []
            do {
                for resource in resources where resource.group == kind.group && resource.kind == kind.kind {
                    for entry in try reader.entries(resource) { objects.append(try JSONValue(parsing: try reader.bytes(entry))) }
                }
            } catch {
                throw UnreadableKind(kind: kind, reason: "\(error)")
            }
            return objects
        }
    }

    /// The objects of a live cluster, read at once; a kind that may not be listed is unreadable, never empty.
    package static func live(_ client: ClusterClient) async throws(ClusterError) -> ObjectInventory {
        let discovery = try await client.discover()
        var objects: [JSONValue] = []
        var unreadable: [GroupKind: String] = [:]
        for resource in discovery.preferred where resource.verbs.contains("list") {
            do {
                objects += try await list(resource, client)
            } catch {
                if error.kind == .unreachable || error.kind == .unauthorized || error.kind == .cancelled { throw error }
                unreadable[resource.groupVersionKind.groupKind] = error.message
            }
        }
        return ObjectInventory(
            objects,
            source: "cluster \(client.configuration.contextName)",
            served: Set(discovery.resources.map(\.groupVersionKind)),
            unreadable: unreadable
        )
    }

    private static func list(_ resource: APIResource, _ client: ClusterClient) async throws(ClusterError) -> [JSONValue] {
        var objects: [JSONValue] = []
        for try await page in client.list(resource) {
            if page.isRestart { objects.removeAll() }
            for item in page.items {
                guard var object = try? JSONValue(parsing: page.bytes.span, range: item.range) else {
                    throw ClusterError(.malformedAnswer, message: "\(item.name) is not valid JSON", method: "GET", path: resource.resource)
                }
                object["apiVersion"] = .string(resource.groupVersionKind.apiVersion)
                object["kind"] = .string(resource.kind)
                objects.append(object)
            }
        }
        return objects
    }
}
