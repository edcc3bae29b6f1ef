package import KubernetesObjects

/// How a cluster differs from a snapshot: each difference either has a reason that comes with every rebuild, or it has none.
package struct LiveDifference: Sendable {
    /// A field of an object that both have.
    package struct ChangedPath: Sendable, Equatable {
        /// A JSON pointer; the values stay out of it, because they may be secret.
        package let path: String
        /// Why it may differ; nil when nothing explains it.
        package let explanation: String?
    }

    /// An object that only one side has.
    package struct OneSided: Sendable, Equatable {
        package let identity: ObjectIdentity
        package let explanation: String?
    }

    /// An object whose sides differ.
    package struct Changed: Sendable, Equatable {
        package let identity: ObjectIdentity
        package let paths: [ChangedPath]
        package var isExplained: Bool { paths.allSatisfy { $0.explanation != nil } }
    }

    /// In the cluster and not in the snapshot.
    package var added: [OneSided] = []
    /// In the snapshot and not in the cluster.
    package var removed: [OneSided] = []
    package var changed: [Changed] = []
    /// How many objects were compared field by field.
    package var compared = 0
    /// Resources of the snapshot that the cluster does not serve.
    package var unserved: [String] = []

    package init() {}

    /// Whether every difference has a reason.
    package var isExplained: Bool { unexplained == 0 }

    /// How many objects differ without a reason.
    package var unexplained: Int {
        added.count { $0.explanation == nil } + removed.count { $0.explanation == nil }
            + changed.count { !$0.isExplained } + unserved.count
    }

    /// Where the object of the cluster differs from that of the snapshot.
    package static func paths(
        old: JSONValue,
        new: JSONValue,
        _ key: ObjectKey,
        _ context: SkipContext
    ) -> [ChangedPath] {
        let (before, after) = (ServerOwnedFields.comparable(old), ServerOwnedFields.comparable(new))
        guard before != after else { return [] }
        let rule = SkipRule.rule(for: old, key, in: context)
        return ObjectDifference.paths(before, after).map { path in
            let reason =
                rule?.reason
                ?? (path == "/apiVersion" ? "the cluster serves another version of the kind" : nil)
                ?? ExplainedDifference.reason(at: path, of: key.groupKind, old: before, new: after)
            return ChangedPath(path: path, explanation: reason)
        }
    }

    /// The fields that scripts rely on; `unexplained` first says whether there is anything to look at.
    package var json: JSONValue {
        [
            "schemaVersion": "lifeboat.dr/v1",
            "unexplained": .int(unexplained),
            "compared": .int(compared),
            "added": .array(added.sorted { $0.identity < $1.identity }.map(Self.json)),
            "removed": .array(removed.sorted { $0.identity < $1.identity }.map(Self.json)),
            "changed": .array(
                changed.sorted { $0.identity < $1.identity }
                    .map { change in
                        var json = Self.json(change.identity)
                        json["paths"] = .array(change.paths.map { .string($0.path) })
                        json["explained"] = .bool(change.isExplained)
                        json["explanations"] = .object(
                            JSONObject(
                                change.paths.map {
                                    .init(key: $0.path, value: $0.explanation.map { .string($0) } ?? .null)
                                }
                            )
                        )
                        return json
                    }
            ),
            "unserved": .array(unserved.map { .string($0) }),
        ]
    }

    private static func json(_ entry: OneSided) -> JSONValue {
        var json = json(entry.identity)
        json["explanation"] = entry.explanation.map { .string($0) } ?? .null
        return json
    }

    private static func json(_ identity: ObjectIdentity) -> JSONValue {
        [
            "apiVersion": .string(identity.groupVersionKind.apiVersion),
            "kind": .string(identity.groupVersionKind.kind),
            "namespace": identity.namespace.map { .string($0) } ?? .null,
            "name": .string(identity.name),
        ]
    }
}
