internal import KubernetesAPI
import KubernetesObjects

/// Finds what stands in the way of a plan. Pure: the same plan and facts give the same list.
package struct RestoreObstacles {
    let plan: RestorePlan
    let facts: TargetFacts
    /// What is to be created, with the fields that ask for something else.
    let created: [(step: RestorePlan.Step, object: JSONValue)]
    /// The names of the cluster-scoped objects of the plan that will be there, by kind.
    private let restored: [GroupKind: Set<String>]

    package init(_ plan: RestorePlan, _ facts: TargetFacts) {
        self.plan = plan
        self.facts = facts
        var created: [(step: RestorePlan.Step, object: JSONValue)] = []
        var restored: [GroupKind: Set<String>] = [:]
        for step in plan.steps {
            if step.verdict == .create, let needs = step.needs { created.append((step, needs)) }
            if step.resource.isNamespaced { continue }
            if case .skip = step.verdict { continue }
            let key = step.key
            restored[key.groupKind, default: []].insert(key.name)
        }
        (self.created, self.restored) = (created, restored)
    }

    /// In the order in which a person would remove them.
    package func find() -> [RestoreObstacle] {
        permissions() + terminatingNamespaces() + olderRelease() + quotas() + webhooks() + storageClasses()
            + ingressClasses() + secondDefaults() + podClasses() + nodeLabels() + schedulingGates() + devices()
            + sharedDisks() + unreadable()
    }

    /// Whether an object of a cluster-scoped kind is there, or comes with the restore; a kind that cannot be read counts as there.
    func exists(_ kind: GroupKind, _ name: String) -> Bool {
        facts.unreadable[kind] != nil || restored[kind]?.contains(name) == true
            || facts.objects[kind]?.contains { $0.name == name } == true
    }

    /// `3 objects, the first is Deployment.apps shop/web`.
    static func named(_ steps: [RestorePlan.Step], _ what: String) -> String {
        let first = steps.map(\.identity).min().map { "\($0)" } ?? ""
        return steps.count == 1 ? first : "\(steps.count) \(what), the first is \(first)"
    }

    // MARK: The cluster as a whole

    private func permissions() -> [RestoreObstacle] {
        facts.denied.map { permission in
            RestoreObstacle(
                .permission,
                "the identity of this restore",
                "may not \(permission)",
                remedy: "bind a role to it that allows this; roles and bindings also need “escalate” and “bind”"
            )
        }
    }

    private func terminatingNamespaces() -> [RestoreObstacle] {
        (facts.objects[TargetFacts.namespace] ?? []).filter { $0["metadata", "deletionTimestamp"] != nil }
            .compactMap { namespace in
                let name = namespace.name
                let steps = plan.steps.filter { $0.verdict == .create && $0.identity.namespace == name }
                guard !steps.isEmpty else { return nil }
                return RestoreObstacle(
                    .terminatingNamespace,
                    "Namespace \(name)",
                    "is being deleted and takes nothing: \(Self.named(steps, "objects"))",
                    remedy: "wait until it is gone; kubectl get namespace \(name) -o yaml names what holds it up"
                )
            }
    }

    private func olderRelease() -> [RestoreObstacle] {
        guard KubernetesRelease.isOlder(facts.version, than: facts.snapshotVersion) else { return [] }
        return [
            RestoreObstacle(
                .olderRelease,
                "Kubernetes \(facts.version)",
                "is older than \(facts.snapshotVersion) of the snapshot, and drops the fields that it does not know",
                remedy:
                    "restore into a cluster of the release of the snapshot, or look at the result with lifeboat diff"
            )
        ]
    }

    /// A lost cluster does not mind; one that lives and writes to the same disk destroys what is on it, as does the restored one.
    private func sharedDisks() -> [RestoreObstacle] {
        guard let first = facts.foreignDisks.min() else { return [] }
        let count = facts.foreignDisks.count
        return [
            RestoreObstacle(
                .sharedDisk,
                count == 1 ? "\(first)" : "the disks of \(count) volumes, the first is \(first),",
                "may still be written to by the cluster “\(facts.sourceCluster)” of the snapshot, and two writers destroy what is on a disk",
                remedy:
                    "see that the old cluster is gone or has given the volumes up, or leave persistentvolumes and volumesnapshotcontents out by a RestorePolicy"
            )
        ]
    }

    private func unreadable() -> [RestoreObstacle] {
        let unasked = facts.unaskedPermissions.map { reason in
            RestoreObstacle(
                .unreadable,
                "the permissions of this restore",
                "could not be asked for, so that nobody knows what it may do: \(reason)",
                remedy:
                    "see what refuses SelfSubjectAccessReviews; a webhook for all resources should be limited to some"
            )
        }
        return [unasked].compactMap(\.self)
            + facts.unreadable.sorted { "\($0.key)" < "\($1.key)" }
            .map { kind, reason in
                RestoreObstacle(
                    .unreadable,
                    "\(kind)",
                    "could not be listed, so that nobody knows whether it stands in the way: \(reason)",
                    remedy: "allow the identity to list it"
                )
            }
    }
}

extension JSONValue {
    var name: String { self["metadata", "name"]?.string ?? "" }
}
