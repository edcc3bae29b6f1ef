package import Archive
package import KubernetesObjects

/// What a backup did.
package struct BackupResult: Sendable {
    package let snapshot: Snapshot
    package let cluster: ClusterDescription
    package let takenAt: Timestamp
    package let durationSeconds: Double
    package let objects: Int
    package let objectsChanged: Int
    package let objectsRemoved: Int
    /// Bytes of answers of the API server.
    package let bytesRead: Int
    /// Bytes that the repository grew by.
    package let bytesAdded: Int
    package let requests: Int
    /// Resources whose list came from the server's cache.
    package let cachedLists: Int
    /// What could not be read.
    package let incomplete: [LeftOutResource]
    /// What was left out on purpose.
    package let excluded: [LeftOutResource]
    package let warnings: [String]
    package let freshnessNonce: String?

    package var isComplete: Bool { incomplete.isEmpty }

    /// The fields that scripts rely on.
    package var json: JSONValue {
        [
            "schemaVersion": "lifeboat.dr/v1",
            "snapshot": .string(snapshot.id),
            "cluster": [
                "uid": .string(cluster.uid), "name": .string(cluster.name), "version": .string(cluster.version),
                "server": .string(cluster.server),
            ],
            "takenAt": .string("\(takenAt)"),
            "durationSeconds": .number(Self.text(durationSeconds)),
            "objects": .int(objects),
            "objectsChanged": .int(objectsChanged),
            "objectsRemoved": .int(objectsRemoved),
            "bytesRead": .int(bytesRead),
            "bytesAdded": .int(bytesAdded),
            "requests": .int(requests),
            "cachedLists": .int(cachedLists),
            "incomplete": .array(incomplete.map(\.json)),
            "excluded": .array(excluded.map(\.json)),
            "warnings": .array(warnings.map { .string($0) }),
            "freshnessNonce": freshnessNonce.map { .string($0) } ?? .null,
        ]
    }

    /// Three decimals: `0.25` is `0.250`.
    static func text(_ seconds: Double) -> String {
        let thousandths = Int((seconds * 1000).rounded())
        let fraction = String(thousandths % 1000)
        return "\(thousandths / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }
}

extension LeftOutResource {
    package var json: JSONValue {
        [
            "resource": .string(resource), "namespace": namespace.map { .string($0) } ?? .null,
            "reason": .string(reason),
        ]
    }
}

/// How far a backup is.
package struct BackupProgress: Sendable, Equatable {
    package let resourcesDone: Int
    package let resourcesTotal: Int
    /// Objects captured or carried over so far.
    package let objects: Int
    /// The resource that was finished last.
    package let resource: String
}
