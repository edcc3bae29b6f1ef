/// The resources of Kubernetes itself, in the order of discovery.
enum BuiltInResources {
    static let all: [ServedResource] = core + workloads + policies + access + cluster + reviews

    private static let core = [
        make("", "v1", "bindings", "Binding", namespaced: true, verbs: ["create"]),
        make("", "v1", "componentstatuses", "ComponentStatus", short: ["cs"], verbs: ["get", "list"]),
        make("", "v1", "configmaps", "ConfigMap", namespaced: true, short: ["cm"]),
        make("", "v1", "endpoints", "Endpoints", namespaced: true, singular: "endpoints", short: ["ep"]),
        make("", "v1", "events", "Event", namespaced: true, short: ["ev"]),
        make("", "v1", "limitranges", "LimitRange", namespaced: true, short: ["limits"]),
        make("", "v1", "namespaces", "Namespace", short: ["ns"], status: true, without: ["deletecollection"]),
        make("", "v1", "nodes", "Node", short: ["no"], status: true),
        make(
            "",
            "v1",
            "persistentvolumeclaims",
            "PersistentVolumeClaim",
            namespaced: true,
            short: ["pvc"],
            status: true
        ),
        make("", "v1", "persistentvolumes", "PersistentVolume", short: ["pv"], status: true),
        make("", "v1", "pods", "Pod", namespaced: true, short: ["po"], categories: ["all"], status: true),
        make("", "v1", "podtemplates", "PodTemplate", namespaced: true),
        make(
            "",
            "v1",
            "replicationcontrollers",
            "ReplicationController",
            namespaced: true,
            short: ["rc"],
            categories: ["all"],
            status: true,
            scale: ServedResource.Scale()
        ),
        make("", "v1", "resourcequotas", "ResourceQuota", namespaced: true, short: ["quota"], status: true),
        make("", "v1", "secrets", "Secret", namespaced: true),
        make("", "v1", "serviceaccounts", "ServiceAccount", namespaced: true, short: ["sa"]),
        make("", "v1", "services", "Service", namespaced: true, short: ["svc"], categories: ["all"], status: true),
    ]

    private static let workloads = [
        make("apps", "v1", "controllerrevisions", "ControllerRevision", namespaced: true),
        make(
            "apps",
            "v1",
            "daemonsets",
            "DaemonSet",
            namespaced: true,
            short: ["ds"],
            categories: ["all"],
            status: true
        ),
        scalable("deployments", "Deployment", short: ["deploy"]),
        scalable("replicasets", "ReplicaSet", short: ["rs"]),
        scalable("statefulsets", "StatefulSet", short: ["sts"]),
        make("batch", "v1", "jobs", "Job", namespaced: true, categories: ["all"], status: true),
        make("batch", "v1", "cronjobs", "CronJob", namespaced: true, short: ["cj"], categories: ["all"], status: true),
        autoscaler("v2"),
        autoscaler("v1"),
    ]

    private static let policies = [
        make(
            "policy",
            "v1",
            "poddisruptionbudgets",
            "PodDisruptionBudget",
            namespaced: true,
            short: ["pdb"],
            status: true
        ),
        make("networking.k8s.io", "v1", "ingressclasses", "IngressClass"),
        make("networking.k8s.io", "v1", "ingresses", "Ingress", namespaced: true, short: ["ing"], status: true),
        make("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", namespaced: true, short: ["netpol"]),
        make("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", namespaced: true),
        make("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", short: ["pc"]),
        make("coordination.k8s.io", "v1", "leases", "Lease", namespaced: true),
        make("events.k8s.io", "v1", "events", "Event", namespaced: true, short: ["ev"]),
    ]

    private static let access = [
        make("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding"),
        make("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole"),
        make("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", namespaced: true),
        make("rbac.authorization.k8s.io", "v1", "roles", "Role", namespaced: true),
        make(
            "certificates.k8s.io",
            "v1",
            "certificatesigningrequests",
            "CertificateSigningRequest",
            short: ["csr"],
            status: true
        ),
    ]

    private static let cluster = [
        make("storage.k8s.io", "v1", "csidrivers", "CSIDriver"),
        make("storage.k8s.io", "v1", "csinodes", "CSINode"),
        make("storage.k8s.io", "v1", "csistoragecapacities", "CSIStorageCapacity", namespaced: true),
        make("storage.k8s.io", "v1", "storageclasses", "StorageClass", short: ["sc"]),
        make("storage.k8s.io", "v1", "volumeattachments", "VolumeAttachment", status: true),
        make("node.k8s.io", "v1", "runtimeclasses", "RuntimeClass"),
        make("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration"),
        make("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration"),
        make(
            "admissionregistration.k8s.io",
            "v1",
            "validatingadmissionpolicies",
            "ValidatingAdmissionPolicy",
            status: true
        ),
        make(
            "admissionregistration.k8s.io",
            "v1",
            "validatingadmissionpolicybindings",
            "ValidatingAdmissionPolicyBinding"
        ),
        make(
            "apiextensions.k8s.io",
            "v1",
            "customresourcedefinitions",
            "CustomResourceDefinition",
            short: ["crd", "crds"],
            categories: ["api-extensions"],
            status: true
        ),
        make(
            "apiregistration.k8s.io",
            "v1",
            "apiservices",
            "APIService",
            categories: ["api-extensions"],
            status: true
        ),
        make("flowcontrol.apiserver.k8s.io", "v1", "flowschemas", "FlowSchema", status: true),
        make(
            "flowcontrol.apiserver.k8s.io",
            "v1",
            "prioritylevelconfigurations",
            "PriorityLevelConfiguration",
            status: true
        ),
    ]

    private static let reviews = [
        make("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", verbs: ["create"]),
        make("authentication.k8s.io", "v1", "tokenreviews", "TokenReview", verbs: ["create"]),
        make(
            "authorization.k8s.io",
            "v1",
            "localsubjectaccessreviews",
            "LocalSubjectAccessReview",
            namespaced: true,
            verbs: ["create"]
        ),
        make("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", verbs: ["create"]),
        make("authorization.k8s.io", "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", verbs: ["create"]),
        make("authorization.k8s.io", "v1", "subjectaccessreviews", "SubjectAccessReview", verbs: ["create"]),
    ]

    private static func scalable(_ resource: String, _ kind: String, short: [String]) -> ServedResource {
        make(
            "apps",
            "v1",
            resource,
            kind,
            namespaced: true,
            short: short,
            categories: ["all"],
            status: true,
            scale: ServedResource.Scale()
        )
    }

    private static func autoscaler(_ version: String) -> ServedResource {
        var resource = make(
            "autoscaling",
            version,
            "horizontalpodautoscalers",
            "HorizontalPodAutoscaler",
            namespaced: true,
            short: ["hpa"],
            categories: ["all"],
            status: true
        )
        resource.storageVersion = "v2"
        return resource
    }

    private static func make(
        _ group: String,
        _ version: String,
        _ resource: String,
        _ kind: String,
        namespaced: Bool = false,
        singular: String? = nil,
        short: [String] = [],
        categories: [String] = [],
        status: Bool = false,
        scale: ServedResource.Scale? = nil,
        verbs: Set<String> = ServedResource.allVerbs,
        without: Set<String> = []
    ) -> ServedResource {
        ServedResource(
            group: group,
            version: version,
            resource: resource,
            singular: singular ?? kind.lowercased(),
            kind: kind,
            isNamespaced: namespaced,
            verbs: verbs.subtracting(without),
            shortNames: short,
            categories: categories,
            hasStatus: status,
            scale: scale,
            storageVersion: version
        )
    }
}
