internal import KubernetesObjects

/// Definitions, webhooks and what else concerns the cluster as a whole.
enum ClusterScrubbing {
    /// Annotations with which cert-manager puts the certificate in anew.
    private static let injections = ["inject-ca-from", "inject-ca-from-secret", "inject-apiserver-ca"]

    /// A certificate of the old cluster is only trusted when whoever answers has it still.
    private static func noteCertificate(_ what: String, _ bundles: [JSONValue?], _ result: inout ObjectScrubbing.Result)
    {
        let annotations = result.object["metadata", "annotations"]
        guard bundles.contains(where: { $0?.string?.isEmpty == false }),
            !injections.contains(where: { annotations?["cert-manager.io/\($0)"] != nil })
        else { return }
        result.notes.append("\(what) is trusted by a certificate of the old cluster")
    }

    static func apiService(_ result: inout ObjectScrubbing.Result) {
        noteCertificate("its server", [result.object["spec", "caBundle"]], &result)
    }

    static func webhooks(_ result: inout ObjectScrubbing.Result) {
        let bundles = (result.object["webhooks"]?.array ?? []).map { $0["clientConfig", "caBundle"] }
        noteCertificate("its webhook", bundles, &result)
        sideEffects(&result.object)
    }

    /// Version 1 refuses webhooks whose side effects are unknown.
    private static func sideEffects(_ object: inout JSONValue) {
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
        let bundle = result.object["spec", "conversion", "webhook", "clientConfig", "caBundle"]
        noteCertificate("its conversion webhook", [bundle], &result)
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
