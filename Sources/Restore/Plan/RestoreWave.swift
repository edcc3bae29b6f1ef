package import KubernetesObjects

/// The order in which kinds are created: each wave may need those before it.
package enum RestoreWave: Int, CaseIterable, Sendable, Comparable {
    case namespaces
    /// Awaited until they are established, so that their objects have a place to go.
    case definitions
    case clusterSettings
    case volumes
    /// Roles before the bindings that name them, and service accounts before the pods that use them.
    case roles
    case bindings
    /// Sealing keys among them, before the controller that reads them once at its start.
    case configuration
    case claims
    case services
    case workloads
    case customResources
    /// What limits or watches workloads comes when they are there: a quota must not refuse its own namespace's content.
    case limits
    /// What intercepts requests comes last: until its backend runs it would refuse everything else.
    case interception

    package static func < (left: RestoreWave, right: RestoreWave) -> Bool { left.rawValue < right.rawValue }

    package static func wave(of kind: GroupKind) -> RestoreWave {
        switch kind.group {
        case "": core(kind.kind)
        case "apiextensions.k8s.io": .definitions
        case "storage.k8s.io", "scheduling.k8s.io", "node.k8s.io", "resource.k8s.io", "flowcontrol.apiserver.k8s.io":
            .clusterSettings
        case "snapshot.storage.k8s.io", "groupsnapshot.storage.k8s.io":
            kind.kind.hasSuffix("Class") ? .clusterSettings : kind.kind.hasSuffix("Content") ? .volumes : .configuration
        case "rbac.authorization.k8s.io": kind.kind.hasSuffix("Binding") ? .bindings : .roles
        case "apps", "batch": .workloads
        case "discovery.k8s.io": .services
        case "networking.k8s.io":
            ["IngressClass", "ServiceCIDR"].contains(kind.kind) ? .clusterSettings : .limits
        case "policy", "autoscaling", "extensions": .limits
        case "admissionregistration.k8s.io", "apiregistration.k8s.io": .interception
        default: .customResources
        }
    }

    private static func core(_ kind: String) -> RestoreWave {
        switch kind {
        case "Namespace": .namespaces
        case "PersistentVolume": .volumes
        case "ServiceAccount": .roles
        case "ConfigMap", "Secret", "LimitRange", "PodTemplate": .configuration
        case "PersistentVolumeClaim": .claims
        case "Service", "Endpoints": .services
        case "ResourceQuota": .limits
        default: .workloads
        }
    }
}
