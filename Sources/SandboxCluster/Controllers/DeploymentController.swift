import KubernetesObjects

/// Rolls Deployments out: one ReplicaSet a template, the newest with the replicas.
struct DeploymentController {
    let writes: ControllerWrites
    private static let hashLabel = "pod-template-hash"
    private static let revisionKey = "deployment.kubernetes.io/revision"

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) throws(StatusError) {
        guard let deployment = transaction.object(key) else { return }
        var sets = PodOwnership(writes: writes).claim(.replicaSets, for: deployment, in: &transaction)
        guard !deployment.isTerminating else { return }
        let template = Self.template(of: deployment.value)
        var current = sets.filter { FieldProblems.same(Self.template(of: $0.value), template) }
            .min {
                ($0.value.text("metadata", "creationTimestamp"), $0.name) < (
                    $1.value.text("metadata", "creationTimestamp"), $1.name
                )
            }
        let isPaused = deployment.value["spec", "paused"]?.bool == true
        if current == nil, !isPaused {
            current = try createSet(for: deployment, sets, in: &transaction)
            if let current { sets.append(current) }
        }
        if let current, !isPaused { roll(to: current, of: deployment, sets, in: &transaction) }
        sets = sets.compactMap { transaction.object($0.key) }
        report(deployment, sets, current.flatMap { transaction.object($0.key) }, in: &transaction)
    }

    private static func template(of object: JSONValue) -> JSONValue {
        var template = object["spec", "template"] ?? [:]
        template["metadata", "labels", hashLabel] = nil
        return template
    }

    private func createSet(
        for deployment: StoredObject,
        _ sets: [StoredObject],
        in transaction: inout Transaction
    ) throws(StatusError) -> StoredObject? {
        let hash = PodOwnership.hash(Self.template(of: deployment.value))
        let name = "\(deployment.name)-\(hash)"
        let key = ObjectKey(.replicaSets, namespace: deployment.namespace, name: name)
        var template = deployment.value["spec", "template"] ?? [:]
        template["metadata", "labels", Self.hashLabel] = .string(hash)
        var selector = deployment.value["spec", "selector"] ?? [:]
        selector["matchLabels", Self.hashLabel] = .string(hash)
        let replicas = deployment.value["spec", "replicas"] ?? 1
        var annotations = deployment.value["metadata", "annotations"] ?? [:]
        annotations["kubectl.kubernetes.io/last-applied-configuration"] = nil
        annotations[Self.revisionKey] = .string(String(nextRevision(sets)))
        annotations["deployment.kubernetes.io/desired-replicas"] = .string(String(replicas.int ?? 1))
        annotations["deployment.kubernetes.io/max-replicas"] = .string(String(Self.most(deployment.value)))
        try writes.create(
            [
                "apiVersion": "apps/v1", "kind": "ReplicaSet",
                "metadata": [
                    "name": .string(name), "namespace": .string(deployment.namespace),
                    "labels": template["metadata", "labels"] ?? [:], "annotations": annotations,
                    "ownerReferences": [deployment.value.asController],
                ],
                "spec": ["replicas": replicas, "selector": selector, "template": template],
            ],
            .replicaSets,
            in: &transaction
        )
        return transaction.object(key)
    }

    private func nextRevision(_ sets: [StoredObject]) -> Int {
        (sets.compactMap { Int($0.value.annotations[Self.revisionKey] ?? "") }.max() ?? 0) + 1
    }

    /// The replicas with the surge of a rolling update.
    private static func most(_ deployment: JSONValue) -> Int {
        let replicas = deployment["spec", "replicas"]?.int ?? 1
        guard deployment.text("spec", "strategy", "type") != "Recreate", replicas > 0 else { return replicas }
        let surge = deployment["spec", "strategy", "rollingUpdate", "maxSurge"]
        if let count = surge?.int { return replicas + count }
        let percent = Int(surge?.string?.dropLast() ?? "25") ?? 25
        return replicas + (replicas * percent + 99) / 100
    }

    private func roll(
        to current: StoredObject,
        of deployment: StoredObject,
        _ sets: [StoredObject],
        in transaction: inout Transaction
    ) {
        let replicas = deployment.value["spec", "replicas"] ?? 1
        let others = sets.filter { $0.key != current.key }
        let revision = Int(current.value.annotations[Self.revisionKey] ?? "") ?? 0
        let newest = others.compactMap { Int($0.value.annotations[Self.revisionKey] ?? "") }.max() ?? 0
        writes.change(current.key, in: &transaction) { object in
            object["spec", "replicas"] = replicas
            object["metadata", "annotations", "deployment.kubernetes.io/desired-replicas"] = .string(
                String(replicas.int ?? 1)
            )
            object["metadata", "annotations", "deployment.kubernetes.io/max-replicas"] = .string(
                String(Self.most(deployment.value))
            )
            // A template that comes back is a new revision.
            if revision <= newest {
                object["metadata", "annotations", Self.revisionKey] = .string(String(newest + 1))
            }
        }
        let isReady = (transaction.object(current.key)?.value["status", "readyReplicas"]?.int ?? 0) >= replicas.int ?? 1
        if isReady || deployment.value.text("spec", "strategy", "type") == "Recreate" {
            for other in others where other.value["spec", "replicas"] != 0 {
                writes.change(other.key, in: &transaction) { $0["spec", "replicas"] = 0 }
            }
        }
        let limit = deployment.value["spec", "revisionHistoryLimit"]?.int ?? 10
        let old = others.filter { $0.value["spec", "replicas"] == 0 && ($0.value["status", "replicas"]?.int ?? 0) == 0 }
            .sorted {
                (Int($0.value.annotations[Self.revisionKey] ?? "") ?? 0)
                    < (Int($1.value.annotations[Self.revisionKey] ?? "") ?? 0)
            }
        for extra in old.prefix(max(0, old.count - limit)) { writes.delete(extra.key, in: &transaction) }
    }

    private func report(
        _ deployment: StoredObject,
        _ sets: [StoredObject],
        _ current: StoredObject?,
        in transaction: inout Transaction
    ) {
        func sum(_ sets: [StoredObject], _ field: String) -> Int {
            sets.reduce(0) { $0 + ($1.value["status", field]?.int ?? 0) }
        }
        let now = transaction.now
        writes.change(deployment.key, in: &transaction) { object in
            let wanted = object["spec", "replicas"]?.int ?? 1
            let (total, available) = (sum(sets, "replicas"), sum(sets, "availableReplicas"))
            let updated = sum(current.map { [$0] } ?? [], "replicas")
            for (field, count) in [
                ("replicas", total), ("updatedReplicas", updated), ("readyReplicas", sum(sets, "readyReplicas")),
                ("availableReplicas", available), ("unavailableReplicas", max(0, wanted - available)),
            ] { object["status", field] = count == 0 ? nil : .int(count) }
            object["status", "observedGeneration"] = object["metadata", "generation"] ?? 1
            if let revision = current?.value.annotations[Self.revisionKey] {
                object["metadata", "annotations", Self.revisionKey] = .string(revision)
            }
            let isAvailable = available >= max(0, wanted - (Self.most(object) - wanted))
            let isDone = available >= wanted && updated >= wanted && total == updated
            let name = current?.name ?? ""
            var conditions = object.elements("status", "conditions")
            let time: [String: JSONValue] = ["lastUpdateTime": .string("\(now)")]
            Conditions.set(
                &conditions,
                type: "Available",
                status: isAvailable,
                reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                message: isAvailable
                    ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
                now: now,
                extra: time
            )
            Conditions.set(
                &conditions,
                type: "Progressing",
                status: true,
                reason: isDone ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
                message: "ReplicaSet \"\(name)\" \(isDone ? "has successfully progressed." : "is progressing.")",
                now: now,
                extra: time
            )
            object["status", "conditions"] = .array(conditions)
        }
    }
}
