package import KubernetesObjects

/// The waves of a restore: what other things need comes before them.
package enum RestoreOrder {
    /// A custom resource: after everything that its controller may need.
    package static let customResource = 12
    /// Definitions: after this wave the restore waits until the API server serves them.
    package static let definitions = 1

    private static let waves: [String: Int] = [
        "Namespace": 0, "CustomResourceDefinition.apiextensions.k8s.io": 1, "StorageClass.storage.k8s.io": 2,
        "CSIDriver.storage.k8s.io": 2, "PriorityClass.scheduling.k8s.io": 2, "RuntimeClass.node.k8s.io": 2,
        "IngressClass.networking.k8s.io": 2, "FlowSchema.flowcontrol.apiserver.k8s.io": 2,
        "PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io": 2, "PersistentVolume": 3, "ServiceAccount": 4,
        "ClusterRole.rbac.authorization.k8s.io": 4, "Role.rbac.authorization.k8s.io": 4,
        "ClusterRoleBinding.rbac.authorization.k8s.io": 5, "RoleBinding.rbac.authorization.k8s.io": 5, "LimitRange": 6,
        "ConfigMap": 6, "Secret": 6, "PersistentVolumeClaim": 7, "Endpoints": 8, "EndpointSlice.discovery.k8s.io": 8,
        "Service": 9,
        "ControllerRevision.apps": 9, "PodTemplate": 10, "Pod": 10, "ReplicaSet.apps": 10, "ReplicationController": 10,
        "Deployment.apps": 10, "StatefulSet.apps": 10, "DaemonSet.apps": 10, "Job.batch": 10, "CronJob.batch": 10,
        "NetworkPolicy.networking.k8s.io": 11, "Ingress.networking.k8s.io": 11,
        "HorizontalPodAutoscaler.autoscaling": 11,
        "PodDisruptionBudget.policy": 11, "ResourceQuota": 13, "APIService.apiregistration.k8s.io": 14,
        "ValidatingAdmissionPolicy.admissionregistration.k8s.io": 15,
        "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io": 15,
        "MutatingAdmissionPolicy.admissionregistration.k8s.io": 15,
        "MutatingAdmissionPolicyBinding.admissionregistration.k8s.io": 15,
        "ValidatingWebhookConfiguration.admissionregistration.k8s.io": 15,
        "MutatingWebhookConfiguration.admissionregistration.k8s.io": 15,
    ]

    /// The wave of a kind (statements C15 to C28): quotas after what they count, webhooks after what serves them.
    package static func wave(of kind: GroupKind) -> Int { waves[kind.description] ?? customResource }
}
