package import KubernetesObjects

/// Something that a backup did not take although it should have.
package struct IncompleteResource: Hashable, Sendable {
    package let resource: String
    /// Empty when it concerns all namespaces.
    package let namespace: String
    package let reason: String

    package init(resource: String, namespace: String = "", reason: String) {
        self.resource = resource
        self.namespace = namespace
        self.reason = reason
    }
}

/// How far a backup has come.
package struct BackupProgress: Sendable, CustomStringConvertible {
    package let objects: Int
    package let resourcesDone: Int
    package let resources: Int

    package var description: String { "\(objects) objects, \(resourcesDone) of \(resources) resources" }
}

/// What a backup did.
package struct BackupResult: Sendable {
    package let snapshot: String
    package let cluster: String
    package let takenAt: Timestamp
    package let durationSeconds: Double
    package let objects: Int
    package let objectsChanged: Int
    /// Bytes received from the API server.
    package let bytesRead: Int
    /// Bytes that the repository grew by.
    package let bytesAdded: Int
    package let requests: Int
    package let incomplete: [IncompleteResource]
    /// Resources that are never taken, with the reason.
    package let excluded: [IncompleteResource]
    package let freshnessNonce: String?

    package var json: JSONValue {
        var document = JSONValue.object(JSONObject())
        document["schemaVersion"] = "lifeboat.dr/v1"
        document["snapshot"] = .string(snapshot)
        document["cluster"] = .string(cluster)
        document["takenAt"] = .string(takenAt.description)
        document["durationSeconds"] = .number("\(durationSeconds)")
        document["objects"] = .int(objects)
        document["objectsChanged"] = .int(objectsChanged)
        document["bytesRead"] = .int(bytesRead)
        document["bytesAdded"] = .int(bytesAdded)
        document["requests"] = .int(requests)
        document["incomplete"] = .array(incomplete.map(Self.document))
        document["excluded"] = .array(excluded.map(Self.document))
        return document
    }

    private static func document(_ item: IncompleteResource) -> JSONValue {
        var document = JSONValue.object(JSONObject())
        document["resource"] = .string(item.resource)
        document["namespace"] = .string(item.namespace)
        document["reason"] = .string(item.reason)
        return document
    }
}
