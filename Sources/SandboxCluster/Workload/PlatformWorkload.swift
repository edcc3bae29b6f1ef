import KubernetesObjects

/// Namespaces with their guard rails, and storage.
enum PlatformWorkload {
    /// The namespaces that hold the shop and the platform, with the level of their Pod security.
    private static let names: [(name: String, level: String, purpose: String)] = [
        ("flux-system", "restricted", "delivery"), ("ci", "baseline", "builds"), ("registry", "restricted", "images"),
        ("monitoring", "privileged", "metrics"), ("logging", "privileged", "logs"), ("vault", "baseline", "secrets"),
        ("ingress-nginx", "baseline", "traffic"), ("ambassador", "restricted", "traffic"),
        ("linkerd", "restricted", "mesh"), ("service-catalog", "restricted", "catalog"),
        ("auth", "restricted", "sign-in"), ("trivy-system", "restricted", "scanning"),
        ("shop", "restricted", "shop"), ("shop-data", "restricted", "shop"), ("shop-batch", "restricted", "shop"),
    ]

    static func namespaces() -> [JSONValue] {
        names.flatMap { entry -> [JSONValue] in
            let (name, level, purpose) = entry
            return [
                WorkloadParts.object(
                    "v1",
                    "Namespace",
                    name,
                    labels: [
                        "pod-security.kubernetes.io/enforce": .string(level), "shop.example/purpose": .string(purpose),
                    ],
                    annotations: ["shop.example/team": purpose == "shop" ? "Käse & Küche" : "Plattform"]
                ),
                defaultDeny(name), allowNames(name), allowWithin(name), limits(name), quota(name),
                registryCredentials(name),
            ]
        } + classes()
    }

    private static func policy(_ name: String, in namespace: String, _ spec: JSONValue) -> JSONValue {
        WorkloadParts.object("networking.k8s.io/v1", "NetworkPolicy", name, in: namespace, ["spec": spec])
    }

    private static func defaultDeny(_ namespace: String) -> JSONValue {
        policy("default-deny", in: namespace, ["podSelector": [:], "policyTypes": ["Ingress", "Egress"]])
    }

    private static func allowNames(_ namespace: String) -> JSONValue {
        policy(
            "allow-dns",
            in: namespace,
            [
                "podSelector": [:], "policyTypes": ["Egress"],
                "egress": [
                    [
                        "to": [
                            ["namespaceSelector": ["matchLabels": ["kubernetes.io/metadata.name": "kube-system"]]]
                        ],
                        "ports": [["protocol": "UDP", "port": 53], ["protocol": "TCP", "port": 53]],
                    ]
                ],
            ]
        )
    }

    private static func allowWithin(_ namespace: String) -> JSONValue {
        policy(
            "allow-within",
            in: namespace,
            [
                "podSelector": [:], "policyTypes": ["Ingress", "Egress"], "ingress": [["from": [["podSelector": [:]]]]],
                "egress": [["to": [["podSelector": [:]]]]],
            ]
        )
    }

    private static func limits(_ namespace: String) -> JSONValue {
        WorkloadParts.object(
            "v1",
            "LimitRange",
            "defaults",
            in: namespace,
            [
                "spec": [
                    "limits": [
                        [
                            "type": "Container", "default": ["cpu": "500m", "memory": "512Mi"],
                            "defaultRequest": ["cpu": "100m", "memory": "128Mi"],
                            "max": ["cpu": "8", "memory": "16Gi"],
                        ]
                    ]
                ]
            ]
        )
    }

    private static func quota(_ namespace: String) -> JSONValue {
        WorkloadParts.object(
            "v1",
            "ResourceQuota",
            "ceiling",
            in: namespace,
            [
                "spec": [
                    "hard": [
                        "pods": "200", "requests.cpu": "64", "requests.memory": "256Gi", "services": "60",
                        "services.loadbalancers": "4", "persistentvolumeclaims": "60", "count/secrets": "200",
                    ]
                ]
            ]
        )
    }

    private static func registryCredentials(_ namespace: String) -> JSONValue {
        WorkloadParts.secret(
            "registry-credentials",
            in: namespace,
            type: "kubernetes.io/dockerconfigjson",
            [
                (
                    ".dockerconfigjson",
                    #"{"auths":{"registry.shop.example":{"auth":"cGxhY2Vob2xkZXI6cGxhY2Vob2xkZXI="}}}"#
                )
            ]
        )
    }

    private static func classes() -> [JSONValue] {
        [("shop-critical", 100_000), ("shop-batch", 1_000)].map { name, value -> JSONValue in
            WorkloadParts.object(
                "scheduling.k8s.io/v1",
                "PriorityClass",
                name,
                ["value": .int(value), "description": .string("Priority of \(name) workloads")]
            )
        }
    }

    /// Storage classes, volumes made by hand and the claims that are bound to them.
    static func storage() -> [JSONValue] {
        [
            storageClass("fast", provisioner: "ebs.csi.aws.com", isDefault: true, binding: "WaitForFirstConsumer"),
            storageClass("archive", provisioner: "ebs.csi.aws.com", reclaim: "Retain", binding: "Immediate"),
            storageClass("shared", provisioner: "nfs.csi.k8s.io", reclaim: "Retain", binding: "Immediate"),
            storageClass("local", provisioner: "kubernetes.io/no-provisioner", binding: "WaitForFirstConsumer"),
            WorkloadParts.object(
                "storage.k8s.io/v1",
                "CSIDriver",
                "ebs.csi.aws.com",
                ["spec": ["attachRequired": true]]
            ),
            WorkloadParts.object(
                "storage.k8s.io/v1",
                "CSIDriver",
                "nfs.csi.k8s.io",
                ["spec": ["attachRequired": false]]
            ),
            WorkloadParts.object(
                "v1",
                "PersistentVolume",
                "product-pictures",
                labels: ["shop.example/content": "pictures"],
                [
                    "spec": [
                        "capacity": ["storage": "200Gi"], "accessModes": ["ReadWriteMany"],
                        "persistentVolumeReclaimPolicy": "Retain", "storageClassName": "shared",
                        "mountOptions": ["nfsvers=4.2", "hard"],
                        "claimRef": ["namespace": "shop", "name": "product-pictures"],
                        "nfs": ["server": "files.shop.example", "path": "/export/pictures"],
                    ]
                ]
            ),
            claim("product-pictures", in: "shop", "200Gi", "shared", mode: "ReadWriteMany", volume: "product-pictures"),
            claim("monthly-exports", in: "shop-batch", "50Gi", "archive", mode: "ReadWriteOnce"),
        ]
    }

    static func claim(
        _ name: String,
        in namespace: String,
        _ size: String,
        _ storageClass: String,
        mode: String,
        volume: String? = nil
    ) -> JSONValue {
        var spec: JSONValue = [
            "accessModes": [.string(mode)], "storageClassName": .string(storageClass),
            "resources": ["requests": ["storage": .string(size)]],
        ]
        if let volume { spec["volumeName"] = .string(volume) }
        return WorkloadParts.object("v1", "PersistentVolumeClaim", name, in: namespace, ["spec": spec])
    }

    private static func storageClass(
        _ name: String,
        provisioner: String,
        isDefault: Bool = false,
        reclaim: String = "Delete",
        binding: String
    ) -> JSONValue {
        WorkloadParts.object(
            "storage.k8s.io/v1",
            "StorageClass",
            name,
            annotations: isDefault ? ["storageclass.kubernetes.io/is-default-class": "true"] : nil,
            [
                "provisioner": .string(provisioner), "reclaimPolicy": .string(reclaim),
                "volumeBindingMode": .string(binding), "allowVolumeExpansion": true,
                "parameters": provisioner == "ebs.csi.aws.com" ? ["type": "gp3", "encrypted": "true"] : [:],
            ]
        )
    }
}
