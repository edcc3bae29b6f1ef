internal import KubernetesObjects

/// What of an object has to be known to see what stands in its way; the objects themselves would fill the memory. Pure.
enum ObstacleNeeds {
    private static let podFields = [
        "priorityClassName", "runtimeClassName", "nodeSelector", "schedulingGates", "resourceClaims",
    ]

    /// The annotation by which a class is the default one.
    static func defaultMark(_ kind: GroupKind) -> String {
        "\(kind.kind.lowercased()).kubernetes.io/is-default-class"
    }

    /// The object with the fields that obstacles are found by; nil when it has none of them.
    static func of(_ object: JSONValue, _ kind: GroupKind) -> JSONValue? {
        var needs: JSONValue = [:]
        func keep(_ path: String...) {
            if let value = object.value(at: path[...]) { needs.set(value, at: path[...]) }
        }
        switch kind.kind {
        case "Service" where kind.group.isEmpty:
            keep("spec", "type")
            keep("spec", "ports")
        case "PersistentVolumeClaim" where kind.group.isEmpty:
            keep("spec")
            keep("metadata", "annotations", "volume.beta.kubernetes.io/storage-class")
        case "Namespace" where kind.group.isEmpty: keep("metadata", "labels")
        case "StorageClass", "IngressClass":
            keep("metadata", "annotations", defaultMark(kind))
        case "Ingress": keep("spec", "ingressClassName")
        case "ResourceClaim" where kind.group == "resource.k8s.io": keep("spec", "devices")
        case "ResourceClaimTemplate" where kind.group == "resource.k8s.io": keep("spec", "spec", "devices")
        default:
            guard let path = PodSpecPath.of(kind)?.split(separator: "/").map(String.init) else { return nil }
            for field in podFields {
                let whole = path + [field]
                if let value = object.value(at: whole[...]) { needs.set(value, at: whole[...]) }
            }
            keep("spec", "volumeClaimTemplates")
        }
        return needs.object?.isEmpty == false ? needs : nil
    }
}
