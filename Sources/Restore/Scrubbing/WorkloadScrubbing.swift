internal import KubernetesObjects

/// Pods, the workloads that make them, and jobs.
enum WorkloadScrubbing {
    /// What the scheduler, the kubelet and admission had put into a pod, and the tokens of the old cluster.
    static func pod(_ object: inout JSONValue) {
        for field in ["nodeName", "priority", "ephemeralContainers"] { object["spec", field] = nil }
        let account = object["spec", "serviceAccountName"]?.string ?? "default"
        let tokens = Set(
            (object["spec", "volumes"]?.array ?? []).compactMap { $0["name"]?.string }
                .filter { $0.hasPrefix(account + "-token-") || $0.hasPrefix("kube-api-access-") }
        )
        guard !tokens.isEmpty else { return }
        filter(&object, ["spec", "volumes"]) { !tokens.contains($0["name"]?.string ?? "") }
        for list in ["containers", "initContainers"] {
            guard let containers = object["spec", list]?.array else { continue }
            object["spec", list] = .array(
                containers.map { container in
                    var container = container
                    filter(&container, ["volumeMounts"]) { !tokens.contains($0["name"]?.string ?? "") }
                    return container
                }
            )
        }
    }

    /// Keeps the elements of a list that pass; an empty list goes.
    private static func filter(_ object: inout JSONValue, _ path: [String], _ keeps: (JSONValue) -> Bool) {
        guard let elements = object.value(at: path[...])?.array else { return }
        let kept = elements.filter(keeps)
        object.set(kept.isEmpty ? nil : .array(kept), at: path[...])
    }

    static func workload(_ object: inout JSONValue) {
        object["metadata", "annotations", "deprecated.daemonset.template.generation"] = nil
    }

    /// Jobs select their pods by the uid of the job, which is a new one; those with `manualSelector` by what the user wrote.
    static func batch(_ object: inout JSONValue, _ kind: String) {
        guard kind == "Job", object["spec", "manualSelector"]?.bool != true else { return }
        for label in ["controller-uid", "batch.kubernetes.io/controller-uid"] {
            object["metadata", "labels", label] = nil
            object["spec", "selector", "matchLabels", label] = nil
            object["spec", "template", "metadata", "labels", label] = nil
        }
        if object["spec", "selector", "matchLabels"]?.object?.isEmpty == true {
            object["spec", "selector", "matchLabels"] = nil
        }
        if object["spec", "selector"]?.object?.isEmpty == true { object["spec", "selector"] = nil }
    }
}
