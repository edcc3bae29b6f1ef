package import KubernetesObjects

/// An object that a restore could not bring back.
package struct RestoreFailure: Sendable {
    package let object: ObjectIdentity
    package let code: String
    package let reason: String
}

/// How far a restore has come.
package struct RestoreProgress: Sendable, CustomStringConvertible {
    package let done: Int
    package let total: Int

    package var description: String { "restored \(done) of \(total) objects" }
}

/// What a restore did.
package struct RestoreResult: Sendable {
    package let snapshot: String
    package internal(set) var created = 0
    package internal(set) var updated = 0
    package internal(set) var unchanged = 0
    package internal(set) var skipped: [(object: ObjectIdentity, rule: String, reason: String)] = []
    package internal(set) var conflicts: [(object: ObjectIdentity, paths: [String])] = []
    package internal(set) var failed: [RestoreFailure] = []
    package internal(set) var notes: [String] = []
    package internal(set) var durationSeconds = 0.0
    package internal(set) var requests = 0
    let plan: JSONValue

    package var json: JSONValue {
        var document = JSONValue.object(JSONObject())
        document["schemaVersion"] = "lifeboat.dr/v1"
        document["snapshot"] = .string(snapshot)
        document["plan"] = plan
        document["created"] = .int(created)
        document["updated"] = .int(updated)
        document["unchanged"] = .int(unchanged)
        document["skipped"] = .array(skipped.map { Self.document($0.object, "rule", $0.rule, $0.reason) })
        document["conflicts"] = .array(
            conflicts.map { Self.document($0.object, "rule", "differs", $0.paths.prefix(20).joined(separator: " ")) }
        )
        document["failed"] = .array(failed.map { Self.document($0.object, "code", $0.code, $0.reason) })
        document["notes"] = .array(notes.map { .string($0) })
        document["durationSeconds"] = .number("\(durationSeconds)")
        document["requests"] = .int(requests)
        return document
    }

    private static func document(_ object: ObjectIdentity, _ field: String, _ value: String, _ reason: String)
        -> JSONValue
    {
        var document = JSONValue.object(JSONObject())
        document["object"] = .string(object.description)
        document[field] = .string(value)
        document["reason"] = .string(reason)
        return document
    }
}
