package import KubernetesObjects

/// A plan in a file: what `--plan-file` writes, and what `--plan` holds a restore to.
///
/// It has the verdict on every object and no content of any, so that no value of a Secret leaves the archive: the contents follow from
/// the snapshot and the request, which never change.
package struct SavedPlan: Sendable {
    package static let kind = "RestorePlan"

    package let document: JSONValue

    /// - Parameters:
    ///   - snapshot: its whole id.
    ///   - request: what the restore was asked for, as its command understands it.
    package init(_ plan: RestorePlan, snapshot: String, request: JSONValue) {
        document = [
            "schemaVersion": "lifeboat.dr/v1", "kind": .string(Self.kind), "snapshot": .string(snapshot),
            "cluster": .string(plan.clusterUID), "request": request, "plan": plan.countsJSON,
            "objects": .array(plan.steps.map(Self.json)),
        ]
    }

    /// - Throws: `usage` when the bytes are no plan.
    package init(parsing bytes: [UInt8], file: String) throws(LifeboatError) {
        guard let document = try? JSONValue(parsing: bytes), document["kind"]?.string == Self.kind,
            document["schemaVersion"] == "lifeboat.dr/v1", document["snapshot"]?.string != nil,
            document["objects"]?.array != nil
        else {
            throw LifeboatError(
                .usage,
                "\(file) is no restore plan",
                remedy: "make one with lifeboat restore SNAPSHOT --dry-run --plan-file FILE"
            )
        }
        self.document = document
    }

    package var snapshot: String { document["snapshot"]?.string ?? "" }
    package var request: JSONValue { document["request"] ?? [:] }

    private static func json(_ step: RestorePlan.Step) -> JSONValue {
        var json: JSONValue = ["object": .string("\(step.identity)"), "verdict": .string(verdict(step.verdict))]
        switch step.verdict {
        // What is changed must be as it was; what is created must still be absent, which the verdict says.
        case .update, .recreate, .conflict, .needsRecreate, .delete:
            if let version = step.existing?.resourceVersion { json["resourceVersion"] = .string(version) }
        case .create, .unchanged, .skip: break
        }
        return json
    }

    private static func verdict(_ verdict: RestorePlan.Verdict) -> String {
        switch verdict {
        case .create: "create"
        case .update(let paths): "update \(paths.sorted().joined(separator: " "))"
        case .unchanged: "unchanged"
        case .skip(let rule): "skip \(rule.id)"
        case .conflict(let paths): "conflict \(paths.sorted().joined(separator: " "))"
        case .needsRecreate(let field): "needs-recreate \(field)"
        case .delete: "delete"
        case .recreate(let paths): "recreate \(paths.sorted().joined(separator: " "))"
        }
    }

    /// Refuses a plan that is not this one, because the cluster changed in between.
    ///
    /// - Throws: `restore.refused` with the first object that is different.
    package func expect(_ plan: RestorePlan) throws(LifeboatError) {
        guard document["cluster"]?.string == plan.clusterUID else {
            throw LifeboatError(
                .restoreRefused,
                "the plan was made for another cluster",
                remedy: "choose the cluster with --kubeconfig and --context, or make a new plan"
            )
        }
        func byObject(_ objects: [JSONValue]) -> [String: JSONValue] {
            Dictionary(objects.map { ($0["object"]?.string ?? "", $0) }, uniquingKeysWith: { first, _ in first })
        }
        let (wanted, found) = (byObject(document["objects"]?.array ?? []), byObject(plan.steps.map(Self.json)))
        let different = Set(wanted.keys).union(found.keys).filter { wanted[$0] != found[$0] }.sorted()
        guard let first = different.first else { return }
        func text(_ value: JSONValue?) -> String { value?["verdict"]?.string ?? "nothing" }
        let change =
            text(wanted[first]) == text(found[first])
            ? "was changed in the cluster" : "was “\(text(wanted[first]))” and is “\(text(found[first]))” now"
        throw LifeboatError(
            .restoreRefused,
            "the cluster is not as the plan found it: \(different.count) objects are different, the first is \(first), which \(change)",
            remedy: "look at a new plan, and apply that"
        )
    }
}
