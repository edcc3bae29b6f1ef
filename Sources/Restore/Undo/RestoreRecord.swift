package import KubernetesObjects

/// Which objects a restore created, kept in the snapshot that it takes before: an object of no cluster, which `lifeboat ls` and
/// `lifeboat get` show and which no restore writes.
package struct RestoreRecord: Sendable, Equatable {
    package static let kind = GroupVersionKind(group: "lifeboat.dr", version: "v1", kind: "RestoreRecord")
    package static let resource = GroupResource(group: "lifeboat.dr", resource: "restorerecords")
    /// How many objects one record names.
    private static let limit = 500

    package let name: String
    package let created: [ObjectIdentity]

    /// The records of the objects that a plan creates, each made when it is asked for.
    static func all(of plan: RestorePlan) -> some Collection<RestoreRecord> {
        let created = plan.steps.indices.filter { plan.steps[$0].verdict == .create }
        return stride(from: 0, to: created.count, by: limit).map { $0 }.lazy
            .map { start in
                RestoreRecord(
                    name: "created-\(start / limit + 1)",
                    created: created[start..<min(start + limit, created.count)].map { plan.steps[$0].identity }
                )
            }
    }

    private init(name: String, created: [ObjectIdentity]) {
        self.name = name
        self.created = created
    }

    package init(of object: JSONValue) {
        name = object["metadata", "name"]?.string ?? ""
        created = object["created"]?.array?.compactMap { ObjectIdentity(of: $0) } ?? []
    }

    var json: JSONValue {
        [
            "apiVersion": .string(Self.kind.apiVersion), "kind": .string(Self.kind.kind),
            "metadata": ["name": .string(name)],
            "created": .array(
                created.map { identity in
                    var metadata: JSONValue = ["name": .string(identity.name)]
                    if let namespace = identity.namespace { metadata["namespace"] = .string(namespace) }
                    return [
                        "apiVersion": .string(identity.groupVersionKind.apiVersion),
                        "kind": .string(identity.groupVersionKind.kind), "metadata": metadata,
                    ]
                }
            ),
        ]
    }
}
