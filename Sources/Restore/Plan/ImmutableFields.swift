package import KubernetesObjects

/// Fields that the API server does not let change: an object that differs there has to be made anew.
package enum ImmutableFields {
    /// The first of the paths that cannot be changed; nil when all can.
    package static func first(in paths: [String], of kind: GroupKind, existing: JSONValue) -> String? {
        paths.first { isImmutable($0, kind, existing) }
    }

    private static func isImmutable(_ path: String, _ kind: GroupKind, _ existing: JSONValue) -> Bool {
        switch (kind.group, kind.kind) {
        case ("", "Service"): path == "/spec/clusterIP" || path.hasPrefix("/spec/clusterIPs/0")
        case ("", "Secret"):
            path == "/type" || path == "/immutable" || path.hasPrefix("/data") && existing["immutable"]?.bool == true
        case ("", "ConfigMap"):
            existing["immutable"]?.bool == true
                && (path.hasPrefix("/data") || path.hasPrefix("/binaryData") || path == "/immutable")
        case ("", "PersistentVolumeClaim"):
            path.hasPrefix("/spec") && !path.hasPrefix("/spec/resources") && path != "/spec/volumeAttributesClassName"
        case ("", "PersistentVolume"):
            path.hasPrefix("/spec")
                && !["/spec/capacity", "/spec/persistentVolumeReclaimPolicy", "/spec/claimRef", "/spec/mountOptions"]
                    .contains { path.hasPrefix($0) }
        case ("", "Pod"): path.hasPrefix("/spec") && !path.hasSuffix("/image") && !path.hasPrefix("/spec/tolerations")
        case ("apps", "StatefulSet"): path.hasPrefix("/spec") && !statefulSet.contains { path.hasPrefix("/spec/\($0)") }
        case ("apps", _): path.hasPrefix("/spec/selector")
        case ("batch", "Job"):
            ["/spec/selector", "/spec/template", "/spec/completions", "/spec/completionMode"]
                .contains { path.hasPrefix($0) }
        case ("rbac.authorization.k8s.io", _): path.hasPrefix("/roleRef")
        case ("storage.k8s.io", "StorageClass"):
            ["/provisioner", "/parameters", "/reclaimPolicy", "/volumeBindingMode"].contains { path.hasPrefix($0) }
        case ("scheduling.k8s.io", "PriorityClass"): path == "/value" || path == "/preemptionPolicy"
        case ("node.k8s.io", "RuntimeClass"): path == "/handler"
        case ("networking.k8s.io", "IngressClass"): path == "/spec/controller"
        case ("apiextensions.k8s.io", _): path == "/spec/scope" || path == "/spec/names/kind"
        case ("snapshot.storage.k8s.io", _): path.hasPrefix("/spec") || path == "/driver"
        default: false
        }
    }

    private static let statefulSet = [
        "replicas", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy", "minReadySeconds", "ordinals",
        "revisionHistoryLimit",
    ]
}
