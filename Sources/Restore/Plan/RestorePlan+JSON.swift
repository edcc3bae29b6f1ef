package import KubernetesObjects

extension RestorePlan {
    /// The counts of a result: create, update, unchanged, skip, conflict and delete.
    package var countsJSON: JSONValue {
        [
            "create": .int(count("create")), "update": .int(count("update")), "unchanged": .int(count("unchanged")),
            "skip": .int(count("skip")), "conflict": .int(count("conflict")), "delete": .int(count("delete")),
        ]
    }

    /// What `restore --dry-run` prints: the counts, and the objects of each verdict.
    package var json: JSONValue {
        var objects: [String: [JSONValue]] = [:]
        for step in steps { objects[step.verdict.name, default: []].append(Self.json(step)) }
        return [
            "schemaVersion": "lifeboat.dr/v1",
            "plan": countsJSON,
            "create": .array(objects["create"] ?? []),
            "update": .array(objects["update"] ?? []),
            "unchanged": .array(objects["unchanged"] ?? []),
            "skipped": .array(objects["skip"] ?? []),
            "conflicts": .array(objects["conflict"] ?? []),
            "delete": .array(objects["delete"] ?? []),
            "failed": .array(failures.map(\.json)),
            "obstacles": .array(obstacles.map(\.json)),
            "warnings": .array(warnings.map { .string($0) }),
        ]
    }

    /// What fails before anything is sent.
    package var failures: [RestoreFailure] {
        lost + unserved.map(RestoreFailure.init)
            + refused.map {
                RestoreFailure(
                    object: "\($0.identity)",
                    code: $0.error.code.rawValue,
                    reason: $0.error.message,
                    remedy: $0.error.remedy
                )
            }
    }

    static func json(_ step: Step) -> JSONValue {
        var json: JSONValue = [
            "apiVersion": .string(step.identity.groupVersionKind.apiVersion),
            "kind": .string(step.identity.groupVersionKind.kind),
            "namespace": step.identity.namespace.map { .string($0) } ?? .null,
            "name": .string(step.identity.name),
            "object": .string("\(step.identity)"),
        ]
        switch step.verdict {
        case .create, .unchanged, .delete: break
        case .update(let paths):
            json["paths"] = .array(paths.map { .string($0) })
        case .recreate(let paths):
            json["paths"] = .array(paths.map { .string($0) })
            json["recreate"] = true
        case .skip(let rule):
            json["rule"] = .string(rule.id)
            json["reason"] = .string(rule.reason)
        case .conflict(let paths):
            json["paths"] = .array(paths.map { .string($0) })
            json["reason"] = "the cluster's object has another content"
            json["flag"] = "--conflict merge"
        case .needsRecreate(let field):
            json["paths"] = [.string(field)]
            json["reason"] = .string("\(field) cannot be changed")
            json["flag"] = "--conflict recreate"
        }
        if !step.notes.isEmpty { json["notes"] = .array(step.notes.map { .string($0) }) }
        return json
    }
}

/// An object that could not be restored, and what to do about it. It holds no values of the object.
package struct RestoreFailure: Sendable, Equatable {
    /// `Deployment.apps shop/web`, or a kind with the number of its objects.
    package let object: String
    package let code: String
    package let reason: String
    package let remedy: String

    package init(object: String, code: String, reason: String, remedy: String) {
        self.object = object
        self.code = code
        self.reason = reason
        self.remedy = remedy
    }

    init(_ kind: RestorePlan.UnservedKind) {
        self.init(
            object: "\(kind.groupVersionKind) (\(kind.objects) objects)",
            code: "restore.kind-not-served",
            reason: kind.reason,
            remedy: kind.remedy
        )
    }

    package var json: JSONValue {
        [
            "object": .string(object), "code": .string(code), "reason": .string(reason),
            "next": .string(remedy),
        ]
    }
}
