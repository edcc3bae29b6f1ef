internal import KubernetesAPI
package import KubernetesObjects

/// What a restore will do to one object, and why.
package enum Verdict: Sendable, Equatable {
    case create
    /// It exists and differs: what will be done about it, and where it differs.
    case update(ConflictAction, paths: [String])
    case unchanged
    case skip(rule: String, reason: String)
    /// It exists and differs, and the conflict rule leaves it alone.
    case conflict(paths: [String])
}

/// How an existing object that differs is brought to the snapshot's content.
package enum ConflictAction: String, Sendable { case merge, apply, replace, recreate }

/// One object of a restore.
package struct RestoreStep: Sendable {
    /// The object as it will be, in the target's namespace and version.
    package let identity: ObjectIdentity
    package let verdict: Verdict
    /// When it is its turn: lower waves are done before higher ones begin, lower depths (owners) before higher ones.
    package let wave: Int
    package let depth: Int
    /// What is sent; nil when nothing is.
    let body: [UInt8]?
    /// Set only for objects with owners, whose uids are known when the owners are there.
    let object: JSONValue?
    let existing: JSONValue?
    /// Set when the status is restored too.
    let status: JSONValue?
}

/// The plan of a restore: a verdict on every object, in the order of the waves.
package struct RestorePlan: Sendable {
    package let snapshot: String
    package let steps: [RestoreStep]
    /// What the user should know before: missing APIs, version differences.
    package let notes: [String]
    let discovery: Discovery
    /// Owners that exist in the target already, by identity without version.
    let knownOwners: [OwnerKey: String]
    let requiredOwners: Set<OwnerKey>

    package struct Counts: Sendable {
        package var create = 0
        package var update = 0
        package var unchanged = 0
        package var skip = 0
        package var conflict = 0
    }

    package var counts: Counts {
        var counts = Counts()
        for step in steps {
            switch step.verdict {
            case .create: counts.create += 1
            case .update: counts.update += 1
            case .unchanged: counts.unchanged += 1
            case .skip: counts.skip += 1
            case .conflict: counts.conflict += 1
            }
        }
        return counts
    }

    package var json: JSONValue {
        var document = JSONValue.object(JSONObject())
        document["schemaVersion"] = "lifeboat.dr/v1"
        document["snapshot"] = .string(snapshot)
        document["plan"] = countsDocument
        document["objects"] = .array(steps.map(Self.document))
        document["notes"] = .array(notes.map { .string($0) })
        return document
    }

    var countsDocument: JSONValue {
        let counts = counts
        var document = JSONValue.object(JSONObject())
        document["create"] = .int(counts.create)
        document["update"] = .int(counts.update)
        document["unchanged"] = .int(counts.unchanged)
        document["skip"] = .int(counts.skip)
        document["conflict"] = .int(counts.conflict)
        return document
    }

    private static func document(_ step: RestoreStep) -> JSONValue {
        var document = JSONValue.object(JSONObject())
        document["object"] = .string(step.identity.description)
        document["apiVersion"] = .string(step.identity.groupVersionKind.apiVersion)
        document["wave"] = .int(step.wave)
        switch step.verdict {
        case .create: document["verdict"] = "create"
        case .unchanged: document["verdict"] = "unchanged"
        case .update(let action, let paths):
            document["verdict"] = "update"
            document["action"] = .string(action.rawValue)
            document["paths"] = .array(paths.map { .string($0) })
        case .skip(let rule, let reason):
            document["verdict"] = "skip"
            document["rule"] = .string(rule)
            document["reason"] = .string(reason)
        case .conflict(let paths):
            document["verdict"] = "conflict"
            document["paths"] = .array(paths.map { .string($0) })
            document["remedy"] = "--conflict merge, apply, replace or recreate"
        }
        return document
    }
}

/// An owner as `ownerReferences` name it: the version does not matter.
package struct OwnerKey: Hashable, Sendable {
    let kind: GroupKind
    let namespace: String
    let name: String

    init(kind: GroupKind, namespace: String, name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    init(_ identity: ObjectIdentity) {
        self.init(kind: identity.groupVersionKind.groupKind, namespace: identity.namespace ?? "", name: identity.name)
    }

    /// The owners that an object names; a namespaced object's owner may be cluster-scoped, so both places are looked at.
    static func owners(of object: JSONValue) -> [(reference: JSONValue, keys: [OwnerKey])] {
        let namespace = object["metadata", "namespace"]?.string ?? ""
        return (object["metadata", "ownerReferences"]?.array ?? []).map { owner in
            let kind = GroupVersionKind(
                apiVersion: owner["apiVersion"]?.string ?? "",
                kind: owner["kind"]?.string ?? ""
            ).groupKind
            let name = owner["name"]?.string ?? ""
            let keys = [
                OwnerKey(kind: kind, namespace: namespace, name: name), OwnerKey(kind: kind, namespace: "", name: name),
            ]
            return (owner, namespace.isEmpty ? [keys[1]] : keys)
        }
    }
}
