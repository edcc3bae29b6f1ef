import KubernetesObjects

/// Objects of API versions that a cluster does not serve, in a version that it does
/// (https://kubernetes.io/docs/reference/using-api/deprecation-guide/). Pure.
enum APIConversion {
    /// The kind under which later or earlier releases serve the same objects, in another group.
    static func otherGroups(_ kind: GroupKind) -> [GroupKind] {
        switch (kind.group, kind.kind) {
        case ("extensions", "Deployment"), ("extensions", "DaemonSet"), ("extensions", "ReplicaSet"):
            [GroupKind(group: "apps", kind: kind.kind)]
        case ("extensions", "Ingress"), ("extensions", "NetworkPolicy"):
            [GroupKind(group: "networking.k8s.io", kind: kind.kind)]
        case ("extensions", "PodSecurityPolicy"): [GroupKind(group: "policy", kind: kind.kind)]
        case ("networking.k8s.io", "Ingress"): [GroupKind(group: "extensions", kind: kind.kind)]
        case ("events.k8s.io", "Event"): [GroupKind(group: "", kind: kind.kind)]
        default: []
        }
    }

    /// What to do about objects of kinds that are gone and have no successor of the same form; nil for others.
    static func replacement(of kind: GroupKind) -> String? {
        switch (kind.group, kind.kind) {
        case ("policy", "PodSecurityPolicy"), ("extensions", "PodSecurityPolicy"):
            "Kubernetes 1.25 removed it: label the namespaces for Pod Security admission, or use a policy engine"
        case ("settings.k8s.io", "PodPreset"): "Kubernetes 1.20 removed it: use a mutating webhook or policy"
        case ("auditregistration.k8s.io", "AuditSink"):
            "Kubernetes 1.19 removed it: give the API server an audit webhook"
        case ("servicecatalog.k8s.io", _):
            "the service catalogue was retired and needs Kubernetes 1.21 or older: use an operator of the service"
        default: nil
        }
    }

    struct Result {
        var object: JSONValue
        var notes: [String] = []
    }

    /// The object in the version of the cluster. An object that has it already, or a kind whose versions have one form, changes its
    /// apiVersion only.
    static func convert(_ object: JSONValue, to target: GroupVersionKind) -> Result {
        var result = Result(object: object)
        guard let source = ObjectIdentity(of: object)?.groupVersionKind, source.apiVersion != target.apiVersion else {
            return result
        }
        result.object["apiVersion"] = .string(target.apiVersion)
        result.notes = ["the cluster does not serve \(source.apiVersion): it is created as \(target.apiVersion)"]
        switch (target.group, target.kind) {
        case ("networking.k8s.io", "Ingress"), ("extensions", "Ingress"):
            IngressConversion.convert(&result, isOld: source.version != "v1", toOld: target.version != "v1")
        case ("autoscaling", "HorizontalPodAutoscaler"):
            AutoscalerConversion.convert(&result, from: source.version, to: target.version)
        case ("apiextensions.k8s.io", "CustomResourceDefinition"):
            if source.version == "v1beta1" { DefinitionConversion.toVersion1(&result.object) }
        case ("policy", "PodDisruptionBudget"): budget(&result, from: source.version)
        case ("discovery.k8s.io", "EndpointSlice"):
            EndpointSliceConversion.convert(
                &result.object,
                isOld: source.version != "v1",
                toOld: target.version != "v1"
            )
        case ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"):
            priorityLevel(&result.object, target.version)
        case ("node.k8s.io", "RuntimeClass"):
            if source.version == "v1alpha1", let spec = result.object["spec"] {
                result.object["handler"] = spec["runtimeHandler"]
                for field in ["overhead", "scheduling"] { result.object[field] = spec[field] }
                result.object["spec"] = nil
            }
        default: break
        }
        return result
    }

    /// An empty selector selects nothing in v1beta1 and everything in v1.
    private static func budget(_ result: inout Result, from version: String) {
        guard version == "v1beta1", result.object["spec", "selector"]?.object?.isEmpty == true else { return }
        result.object["spec", "selector"] = nil
        result.notes.append("its empty selector selected nothing, and selects nothing now as well")
    }

    /// `assuredConcurrencyShares` is called `nominalConcurrencyShares` since v1beta3.
    private static func priorityLevel(_ object: inout JSONValue, _ version: String) {
        let names = ["assuredConcurrencyShares", "nominalConcurrencyShares"]
        let (wanted, other) =
            ["v1alpha1", "v1beta1", "v1beta2"].contains(version) ? (names[0], names[1]) : (names[1], names[0])
        guard let shares = object["spec", "limited", other] else { return }
        object["spec", "limited", other] = nil
        object["spec", "limited", wanted] = shares
    }
}
