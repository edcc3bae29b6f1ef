import KubernetesObjects

/// Keeps one Pod of a DaemonSet on each node that it selects.
struct DaemonSetController {
    let writes: ControllerWrites

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) {
        guard let set = transaction.object(key) else { return }
        let pods = PodOwnership(writes: writes).claim(.pods, for: set, in: &transaction)
        guard !set.isTerminating else { return }
        let revision = RevisionHistory(writes: writes).current(of: set, in: &transaction)
        let selector = set.value["spec", "template", "spec", "nodeSelector"]?.stringMap ?? [:]
        let nodes = transaction.objects(.nodes).filter { node in
            selector.allSatisfy { node.labels[$0.key] == $0.value }
        }
        var seen: Set<String> = []
        for pod in pods where pod.value.isActivePod {
            let node = Self.node(of: pod.value)
            let isStale = pod.labels["controller-revision-hash"] != revision.hash
            let isReplaced = isStale && set.value.text("spec", "updateStrategy", "type") == "RollingUpdate"
            if isReplaced || !nodes.contains(where: { $0.name == node }) || !seen.insert(node).inserted {
                writes.delete(pod.key, in: &transaction)
                if isReplaced { seen.remove(node) }
            }
        }
        for node in nodes where !seen.contains(node.name) {
            do throws(StatusError) {
                try writes.create(pod(of: set, on: node.name, revision.hash), .pods, in: &transaction)
            } catch { break }
        }
        report(set, nodes.count, revision.hash, in: &transaction)
    }

    /// The node on which a Pod runs or, before that, the only one on which it may.
    static func node(of pod: JSONValue) -> String {
        if let name = pod["spec", "nodeName"]?.string { return name }
        return requiredNode(of: pod) ?? ""
    }

    static func requiredNode(of pod: JSONValue) -> String? {
        let terms = pod.elements(
            "spec",
            "affinity",
            "nodeAffinity",
            "requiredDuringSchedulingIgnoredDuringExecution",
            "nodeSelectorTerms"
        )
        return terms.flatMap { $0.elements("matchFields") }.first { $0.text("key") == "metadata.name" }?
            .elements("values").first?.string
    }

    private func pod(of set: StoredObject, on node: String, _ hash: String) -> JSONValue {
        var pod = PodOwnership.pod(
            of: set,
            labels: ["controller-revision-hash": hash, "pod-template-generation": "1"]
        )
        pod["spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"] = [
            "nodeSelectorTerms": [
                ["matchFields": [["key": "metadata.name", "operator": "In", "values": [.string(node)]]]]
            ]
        ]
        let keys = [
            ("not-ready", "NoExecute"), ("unreachable", "NoExecute"), ("disk-pressure", "NoSchedule"),
            ("memory-pressure", "NoSchedule"), ("pid-pressure", "NoSchedule"), ("unschedulable", "NoSchedule"),
        ]
        let tolerations: [JSONValue] = keys.map { key, effect in
            ["key": .string("node.kubernetes.io/\(key)"), "operator": "Exists", "effect": .string(effect)]
        }
        pod["spec", "tolerations"] = .array(pod.elements("spec", "tolerations") + tolerations)
        return pod
    }

    private func report(_ set: StoredObject, _ nodes: Int, _ hash: String, in transaction: inout Transaction) {
        let pods = transaction.objects(.pods, namespace: set.namespace).filter {
            $0.value.controllerReference?.text("uid") == set.uid && $0.value.isActivePod
        }
        let ready = pods.filter { $0.value.isReadyPod }.count
        let updated = pods.filter { $0.labels["controller-revision-hash"] == hash }.count
        writes.change(set.key, in: &transaction) { object in
            object["status", "currentNumberScheduled"] = .int(pods.count)
            object["status", "desiredNumberScheduled"] = .int(nodes)
            object["status", "numberMisscheduled"] = 0
            object["status", "numberReady"] = .int(ready)
            object["status", "observedGeneration"] = object["metadata", "generation"] ?? 1
            object["status", "updatedNumberScheduled"] = updated == 0 ? nil : .int(updated)
            object["status", "numberAvailable"] = ready == 0 ? nil : .int(ready)
            object["status", "numberUnavailable"] = nodes > ready ? .int(nodes - ready) : nil
        }
    }
}
