import KubernetesObjects

/// Keeps the numbered Pods and the claims of a StatefulSet.
struct StatefulSetController {
    let writes: ControllerWrites

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) {
        guard let set = transaction.object(key) else { return }
        let pods = PodOwnership(writes: writes).claim(.pods, for: set, in: &transaction)
        guard !set.isTerminating else { return }
        let revision = RevisionHistory(writes: writes).current(of: set, in: &transaction)
        scale(set, pods, revision.hash, in: &transaction)
        update(set, revision.hash, in: &transaction)
        report(set, revision.name, in: &transaction)
    }

    private func ordinals(_ set: StoredObject) -> Range<Int> {
        let start = set.value["spec", "ordinals", "start"]?.int ?? 0
        return start..<start + max(0, set.value["spec", "replicas"]?.int ?? 1)
    }

    private func owned(_ set: StoredObject, _ transaction: Transaction) -> [StoredObject] {
        transaction.objects(.pods, namespace: set.namespace).filter {
            $0.value.controllerReference?.text("uid") == set.uid
        }
    }

    private func scale(_ set: StoredObject, _ pods: [StoredObject], _ hash: String, in transaction: inout Transaction) {
        let isParallel = set.value.text("spec", "podManagementPolicy") == "Parallel"
        let wanted = ordinals(set)
        for ordinal in wanted {
            let name = "\(set.name)-\(ordinal)"
            let key = ObjectKey(.pods, namespace: set.namespace, name: name)
            createClaims(set, ordinal, in: &transaction)
            if let pod = transaction.object(key) {
                if ["Failed", "Succeeded"].contains(pod.value.text("status", "phase")) {
                    writes.delete(key, in: &transaction)
                } else if !isParallel, !pod.value.isReadyPod {
                    break
                }
                continue
            }
            do throws(StatusError) {
                try writes.create(pod(of: set, ordinal, hash), .pods, in: &transaction)
            } catch { break }
            if !isParallel { break }
        }
        let names = Set(wanted.map { "\(set.name)-\($0)" })
        let extra = pods.filter { !names.contains($0.name) && $0.value.isActivePod }
            .sorted { ordinal($0) > ordinal($1) }
        for pod in extra { writes.delete(pod.key, in: &transaction) }
    }

    private func ordinal(_ pod: StoredObject) -> Int { Int(pod.name.split(separator: "-").last ?? "") ?? 0 }

    private func pod(of set: StoredObject, _ ordinal: Int, _ hash: String) -> JSONValue {
        let name = "\(set.name)-\(ordinal)"
        var pod = PodOwnership.pod(
            of: set,
            labels: [
                "statefulset.kubernetes.io/pod-name": name, "apps.kubernetes.io/pod-index": String(ordinal),
                "controller-revision-hash": hash,
            ],
            name: name
        )
        pod["spec", "hostname"] = .string(name)
        pod["spec", "subdomain"] = set.value["spec", "serviceName"]
        let templates = set.value.elements("spec", "volumeClaimTemplates").map { $0.text("metadata", "name") }
        let volumes: [JSONValue] = templates.map { template in
            [
                "name": .string(template),
                "persistentVolumeClaim": ["claimName": .string("\(template)-\(name)")],
            ]
        }
        let others = pod.elements("spec", "volumes").filter { !templates.contains($0.text("name")) }
        if !(volumes + others).isEmpty { pod["spec", "volumes"] = .array(volumes + others) }
        return pod
    }

    private func createClaims(_ set: StoredObject, _ ordinal: Int, in transaction: inout Transaction) {
        for template in set.value.elements("spec", "volumeClaimTemplates") {
            let name = "\(template.text("metadata", "name"))-\(set.name)-\(ordinal)"
            guard transaction.object(ObjectKey(.claims, namespace: set.namespace, name: name)) == nil else { continue }
            var labels = template["metadata", "labels"] ?? [:]
            for member in set.value["spec", "selector", "matchLabels"]?.object?.members ?? [] {
                labels[member.key] = member.value
            }
            var metadata: JSONValue = [
                "name": .string(name), "namespace": .string(set.namespace), "labels": labels,
            ]
            if let annotations = template["metadata", "annotations"] { metadata["annotations"] = annotations }
            let claim: JSONValue = [
                "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata,
                "spec": template["spec"] ?? [:],
            ]
            // Refused by a quota: the Pod then waits for its claim, as on a real cluster.
            try? writes.create(claim, .claims, in: &transaction)
        }
    }

    /// Replaces Pods of an older revision, the highest ordinal first, one at a time and only while all are ready.
    private func update(_ set: StoredObject, _ hash: String, in transaction: inout Transaction) {
        guard set.value.text("spec", "updateStrategy", "type") == "RollingUpdate" else { return }
        let partition = set.value["spec", "updateStrategy", "rollingUpdate", "partition"]?.int ?? 0
        let pods = owned(set, transaction)
        guard pods.count == ordinals(set).count, pods.allSatisfy({ $0.value.isReadyPod }) else { return }
        let stale = pods.filter { $0.labels["controller-revision-hash"] != hash && ordinal($0) >= partition }
        if let pod = stale.max(by: { ordinal($0) < ordinal($1) }) { writes.delete(pod.key, in: &transaction) }
    }

    private func report(_ set: StoredObject, _ revision: String, in transaction: inout Transaction) {
        let pods = owned(set, transaction).filter { $0.value.isActivePod }
        let ready = pods.filter { $0.value.isReadyPod }.count
        let label = transaction.object(
            ObjectKey(.apps("controllerrevisions"), namespace: set.namespace, name: revision)
        )?.labels["controller-revision-hash"]
        let updated = pods.filter { $0.labels["controller-revision-hash"] == label ?? revision }.count
        let wanted = ordinals(set).count
        writes.change(set.key, in: &transaction) { object in
            object["status", "replicas"] = .int(pods.count)
            object["status", "availableReplicas"] = .int(ready)
            object["status", "collisionCount"] = 0
            object["status", "observedGeneration"] = object["metadata", "generation"] ?? 1
            object["status", "updateRevision"] = .string(revision)
            object["status", "updatedReplicas"] = updated == 0 ? nil : .int(updated)
            object["status", "readyReplicas"] = ready == 0 ? nil : .int(ready)
            if updated == wanted || object.text("status", "currentRevision").isEmpty {
                object["status", "currentRevision"] = .string(revision)
                object["status", "currentReplicas"] = updated == 0 ? nil : .int(updated)
            }
        }
    }
}
