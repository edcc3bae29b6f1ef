package import KubernetesObjects

extension JSONValue {
    /// `metadata.name`; empty when the object has none.
    package var objectName: String { self["metadata", "name"]?.string ?? "" }
    /// `metadata.namespace`; nil for a cluster-scoped object.
    package var objectNamespace: String? {
        self["metadata", "namespace"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
    package var objectKind: String { self["kind"]?.string ?? "" }
    package var labels: [String: String] { self["metadata", "labels"]?.stringMap ?? [:] }
    package var annotations: [String: String] { self["metadata", "annotations"]?.stringMap ?? [:] }

    /// Whether a controller made this object, so that its owner is the one to look at.
    package var hasController: Bool {
        self["metadata", "ownerReferences"]?.array?.contains { $0["controller"]?.bool == true } ?? false
    }

    /// A condition of the status by its type.
    package func condition(_ type: String) -> JSONValue? {
        self["status", "conditions"]?.array?.first { $0["type"]?.string == type }
    }

    package func hasCondition(_ type: String) -> Bool { condition(type)?["status"]?.string == "True" }

    /// Whether the controller has seen the object's latest generation, as far as the object says.
    package var isObserved: Bool {
        guard let generation = self["metadata", "generation"]?.int,
            let observed = self["status", "observedGeneration"]?.int
        else { return true }
        return observed >= generation
    }
}

extension GroupKind {
    package static let pod = GroupKind(group: "", kind: "Pod")
    package static let node = GroupKind(group: "", kind: "Node")
    package static let namespace = GroupKind(group: "", kind: "Namespace")
    package static let service = GroupKind(group: "", kind: "Service")
    package static let endpoints = GroupKind(group: "", kind: "Endpoints")
    package static let endpointSlice = GroupKind(group: "discovery.k8s.io", kind: "EndpointSlice")
    package static let configMap = GroupKind(group: "", kind: "ConfigMap")
    package static let secret = GroupKind(group: "", kind: "Secret")
    package static let serviceAccount = GroupKind(group: "", kind: "ServiceAccount")
    package static let claim = GroupKind(group: "", kind: "PersistentVolumeClaim")
    package static let volume = GroupKind(group: "", kind: "PersistentVolume")
    package static let storageClass = GroupKind(group: "storage.k8s.io", kind: "StorageClass")
    package static let csiDriver = GroupKind(group: "storage.k8s.io", kind: "CSIDriver")
    package static let priorityClass = GroupKind(group: "scheduling.k8s.io", kind: "PriorityClass")
    package static let deployment = GroupKind(group: "apps", kind: "Deployment")
    package static let statefulSet = GroupKind(group: "apps", kind: "StatefulSet")
    package static let daemonSet = GroupKind(group: "apps", kind: "DaemonSet")
    package static let replicaSet = GroupKind(group: "apps", kind: "ReplicaSet")
    package static let job = GroupKind(group: "batch", kind: "Job")
    package static let cronJob = GroupKind(group: "batch", kind: "CronJob")
    package static let replicationController = GroupKind(group: "", kind: "ReplicationController")
    package static let ingress = GroupKind(group: "networking.k8s.io", kind: "Ingress")
    package static let ingressClass = GroupKind(group: "networking.k8s.io", kind: "IngressClass")
    package static let networkPolicy = GroupKind(group: "networking.k8s.io", kind: "NetworkPolicy")
    package static let disruptionBudget = GroupKind(group: "policy", kind: "PodDisruptionBudget")
    package static let autoscaler = GroupKind(group: "autoscaling", kind: "HorizontalPodAutoscaler")
    package static let customResourceDefinition = GroupKind(
        group: "apiextensions.k8s.io",
        kind: "CustomResourceDefinition"
    )
    package static let apiService = GroupKind(group: "apiregistration.k8s.io", kind: "APIService")
    package static let validatingWebhooks = GroupKind(
        group: "admissionregistration.k8s.io",
        kind: "ValidatingWebhookConfiguration"
    )
    package static let mutatingWebhooks = GroupKind(
        group: "admissionregistration.k8s.io",
        kind: "MutatingWebhookConfiguration"
    )
    package static let role = GroupKind(group: "rbac.authorization.k8s.io", kind: "Role")
    package static let clusterRole = GroupKind(group: "rbac.authorization.k8s.io", kind: "ClusterRole")
    package static let roleBinding = GroupKind(group: "rbac.authorization.k8s.io", kind: "RoleBinding")
    package static let clusterRoleBinding = GroupKind(group: "rbac.authorization.k8s.io", kind: "ClusterRoleBinding")
    package static let sealedSecret = GroupKind(group: "bitnami.com", kind: "SealedSecret")
    package static let gatewayClass = GroupKind(group: "gateway.networking.k8s.io", kind: "GatewayClass")
}
