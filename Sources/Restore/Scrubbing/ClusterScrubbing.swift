internal import KubernetesObjects

/// Definitions, webhooks and what else concerns the cluster as a whole.
enum ClusterScrubbing {
    /// Version 1 refuses webhooks whose side effects are unknown.
    static func webhooks(_ object: inout JSONValue) {
        guard let webhooks = object["webhooks"]?.array else { return }
        let isVersion1 = object["apiVersion"]?.string == "admissionregistration.k8s.io/v1"
        object["webhooks"] = .array(
            webhooks.map { webhook in
                var webhook = webhook
                if isVersion1, !["None", "NoneOnDryRun"].contains(webhook["sideEffects"]?.string) {
                    webhook["sideEffects"] = "None"
                }
                return webhook
            }
        )
    }

    static func definition(_ result: inout ObjectScrubbing.Result) {
        if result.object["spec", "conversion", "webhook", "clientConfig", "caBundle"] != nil {
            result.notes.append("its conversion webhook is trusted by a certificate of the old cluster")
        }
        guard result.object["apiVersion"]?.string == "apiextensions.k8s.io/v1",
            result.object["spec", "preserveUnknownFields"]?.bool == true
        else { return }
        // Version 1 has no such field but on each schema.
        result.object["spec", "preserveUnknownFields"] = false
        result.object["spec", "versions"] = .array(
            (result.object["spec", "versions"]?.array ?? [])
                .map { version in
                    var version = version
                    version["schema", "openAPIV3Schema", "x-kubernetes-preserve-unknown-fields"] = true
                    if version["schema", "openAPIV3Schema", "type"] == nil {
                        version["schema", "openAPIV3Schema", "type"] = "object"
                    }
                    return version
                }
        )
    }

    /// Version 1 keeps the status of newer versions in annotations.
    static func autoscaler(_ object: inout JSONValue) {
        for name in ["conditions", "current-metrics"] {
            object["metadata", "annotations", "autoscaling.alpha.kubernetes.io/\(name)"] = nil
        }
    }
}
