import KubernetesObjects

/// Keeps as many Pods as a ReplicaSet asks for.
struct ReplicaSetController {
    let writes: ControllerWrites

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) {
        guard let set = transaction.object(key) else { return }
        let ownership = PodOwnership(writes: writes)
        var pods = ownership.claim(.pods, for: set, in: &transaction).filter { $0.value.isActivePod }
        var refusal: StatusError?
        if !set.isTerminating {
            let wanted = set.value["spec", "replicas"]?.int ?? 1
            if pods.count > wanted {
                for pod in PodOwnership.deletionOrder(pods).prefix(pods.count - wanted) {
                    writes.delete(pod.key, in: &transaction)
                }
            }
            var missing = wanted - pods.count
            while missing > 0, refusal == nil {
                do throws(StatusError) {
                    try writes.create(PodOwnership.pod(of: set), .pods, in: &transaction)
                } catch { refusal = error }
                missing -= 1
            }
            pods = transaction.objects(.pods, namespace: set.namespace).filter {
                $0.value.controllerReference?.text("uid") == set.uid && $0.value.isActivePod
            }
        }
        report(pods, refusal, on: key, in: &transaction)
    }

    private func report(
        _ pods: [StoredObject],
        _ refusal: StatusError?,
        on key: ObjectKey,
        in transaction: inout Transaction
    ) {
        let now = transaction.now
        let ready = pods.filter { $0.value.isReadyPod }.count
        writes.change(key, in: &transaction) { object in
            let templateLabels = object["spec", "template", "metadata", "labels"]?.stringMap ?? [:]
            let labeled = pods.filter { pod in templateLabels.allSatisfy { pod.labels[$0.key] == $0.value } }.count
            object["status", "replicas"] = .int(pods.count)
            for (field, count) in [
                ("fullyLabeledReplicas", labeled), ("readyReplicas", ready), ("availableReplicas", ready),
            ] { object["status", field] = count == 0 ? nil : .int(count) }
            object["status", "observedGeneration"] = object["metadata", "generation"] ?? 1
            var conditions = object.elements("status", "conditions").filter { $0.text("type") != "ReplicaFailure" }
            if let refusal {
                Conditions.set(
                    &conditions,
                    type: "ReplicaFailure",
                    status: true,
                    reason: "FailedCreate",
                    message: refusal.message,
                    now: now
                )
                // The time of the first failure stays, or each look would be a change.
                let old = object.elements("status", "conditions").first { $0.text("type") == "ReplicaFailure" }
                if let old, let time = old["lastTransitionTime"] {
                    conditions[conditions.count - 1]["lastTransitionTime"] = time
                }
            }
            object["status", "conditions"] = conditions.isEmpty ? nil : .array(conditions)
        }
    }
}
