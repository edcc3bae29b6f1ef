import KubernetesObjects

/// The custom resources of the sample workload and their definitions.
enum CustomWorkload {
    private static let kinds: [(group: String, kind: String, plural: String, versions: [String], isNamespaced: Bool)] =
        [
            ("source.toolkit.fluxcd.io", "GitRepository", "gitrepositories", ["v1", "v1beta2"], true),
            ("kustomize.toolkit.fluxcd.io", "Kustomization", "kustomizations", ["v1"], true),
            ("helm.toolkit.fluxcd.io", "HelmRelease", "helmreleases", ["v2"], true),
            ("monitoring.coreos.com", "Prometheus", "prometheuses", ["v1"], true),
            ("monitoring.coreos.com", "PrometheusRule", "prometheusrules", ["v1"], true),
            ("monitoring.coreos.com", "ServiceMonitor", "servicemonitors", ["v1"], true),
            ("monitoring.coreos.com", "Alertmanager", "alertmanagers", ["v1"], true),
            ("bitnami.com", "SealedSecret", "sealedsecrets", ["v1alpha1"], true),
            ("getambassador.io", "Mapping", "mappings", ["v2"], true),
            ("getambassador.io", "Host", "hosts", ["v2"], true),
            ("linkerd.io", "ServiceProfile", "serviceprofiles", ["v1alpha2"], true),
            ("policy.linkerd.io", "Server", "servers", ["v1beta3"], true),
            ("servicecatalog.k8s.io", "ClusterServiceBroker", "clusterservicebrokers", ["v1beta1"], false),
            ("servicecatalog.k8s.io", "ServiceInstance", "serviceinstances", ["v1beta1"], true),
            ("crd.projectcalico.org", "IPPool", "ippools", ["v1"], false),
            ("crd.projectcalico.org", "GlobalNetworkPolicy", "globalnetworkpolicies", ["v1"], false),
            ("aquasecurity.github.io", "VulnerabilityReport", "vulnerabilityreports", ["v1alpha1"], true),
            ("shop.example", "Promotion", "promotions", ["v1", "v1beta1"], true),
        ]

    static func definitions() -> [JSONValue] {
        kinds.map { entry in
            let versions: [JSONValue] = entry.versions.enumerated().map { index, version in
                [
                    "name": .string(version), "served": true, "storage": .bool(index == 0),
                    "schema": ["openAPIV3Schema": schema(entry.kind)], "subresources": ["status": [:]],
                ]
            }
            return WorkloadParts.object(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                "\(entry.plural).\(entry.group)",
                annotations: entry.group.hasSuffix(".k8s.io")
                    ? ["api-approved.kubernetes.io": "unapproved, a sample of a group that was served by an API server"]
                    : nil,
                [
                    "spec": [
                        "group": .string(entry.group), "scope": entry.isNamespaced ? "Namespaced" : "Cluster",
                        "names": [
                            "kind": .string(entry.kind), "plural": .string(entry.plural),
                            "singular": .string(entry.kind.lowercased()),
                        ], "versions": .array(versions),
                    ]
                ]
            )
        }
    }

    private static func schema(_ kind: String) -> JSONValue {
        guard kind == "Promotion" else {
            let open: JSONValue = ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
            var properties: JSONValue = ["spec": open, "status": open]
            if kind == "VulnerabilityReport" { properties["report"] = open }
            return ["type": "object", "properties": properties]
        }
        return [
            "type": "object", "required": ["spec"],
            "properties": [
                "spec": [
                    "type": "object", "required": ["code", "discount"],
                    "properties": [
                        "code": ["type": "string", "pattern": "^[A-Z0-9]{4,12}$"],
                        "discount": ["type": "number", "minimum": 0, "maximum": 1],
                        "budgetCents": ["type": "integer", "format": "int64"],
                        "channel": ["type": "string", "enum": ["web", "store"], "default": "web"],
                        "limit": ["x-kubernetes-int-or-string": true],
                        "slogans": ["type": "object", "additionalProperties": ["type": "string"]],
                    ],
                ], "status": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
            ],
        ]
    }

    private static func resource(_ kind: String, _ name: String, in namespace: String? = nil, _ spec: JSONValue)
        -> JSONValue
    {
        let entry = kinds.first { $0.kind == kind }
        let version = "\(entry?.group ?? "")/\(entry?.versions.first ?? "v1")"
        return WorkloadParts.object(version, kind, name, in: namespace, ["spec": spec])
    }

    static func resources() -> [JSONValue] { delivery() + metrics() + traffic() + security() + promotions() }

    private static func delivery() -> [JSONValue] {
        [
            resource(
                "GitRepository",
                "fleet",
                in: "flux-system",
                [
                    "interval": "1m", "url": "ssh://git@git.shop.example/platform/fleet", "ref": ["branch": "main"],
                    "secretRef": ["name": "flux-git-credentials"],
                ]
            )
        ]
            + ["platform", "shop"].map { name in
                resource(
                    "Kustomization",
                    name,
                    in: "flux-system",
                    [
                        "interval": "10m", "path": .string("./\(name)"), "prune": true,
                        "sourceRef": ["kind": "GitRepository", "name": "fleet"],
                    ]
                )
                .held(by: "finalizers.fluxcd.io")
            }
            + [
                resource(
                    "HelmRelease",
                    "ingress-nginx",
                    in: "flux-system",
                    ["interval": "1h", "chart": ["spec": ["chart": "ingress-nginx", "version": "4.13.2"]]]
                )
            ]
    }

    private static func metrics() -> [JSONValue] {
        let monitors = ["web", "orders", "payments"].map { name in
            resource(
                "ServiceMonitor",
                name,
                in: "monitoring",
                [
                    "selector": ["matchLabels": WorkloadParts.nameLabel(name)],
                    "namespaceSelector": ["matchNames": ["shop"]], "endpoints": [["port": "http", "interval": "30s"]],
                ]
            )
        }
        return monitors + [
            resource(
                "Prometheus",
                "main",
                in: "monitoring",
                [
                    "replicas": 2, "retention": "15d", "ruleSelector": [:],
                    "storage": ["volumeClaimTemplate": ["spec": ["resources": ["requests": ["storage": "50Gi"]]]]],
                ]
            ),
            resource("Alertmanager", "main", in: "monitoring", ["replicas": 3]),
            resource(
                "PrometheusRule",
                "shop",
                in: "monitoring",
                [
                    "groups": [
                        [
                            "name": "shop",
                            "rules": [
                                ["alert": "ShopDown", "expr": "up{job=\"web\"} == 0", "for": "5m"],
                                ["alert": "Watchdog", "expr": "vector(1)"],
                            ],
                        ]
                    ]
                ]
            ),
        ]
    }

    private static func traffic() -> [JSONValue] {
        [
            resource(
                "Host",
                "api",
                in: "ambassador",
                ["hostname": "api.shop.example", "tlsSecret": ["name": "api-certificate"]]
            ),
            resource(
                "Mapping",
                "catalogue",
                in: "ambassador",
                ["prefix": "/catalogue/", "service": "catalogue.shop:8080"]
            ),
            resource("Mapping", "orders", in: "ambassador", ["prefix": "/orders/", "service": "orders.shop:8080"]),
            resource(
                "ServiceProfile",
                "orders.shop.svc.cluster.local",
                in: "shop",
                ["routes": [["name": "POST /orders", "condition": ["method": "POST", "pathRegex": "/orders"]]]]
            ),
            resource(
                "Server",
                "orders-http",
                in: "shop",
                ["port": "http", "podSelector": ["matchLabels": WorkloadParts.nameLabel("orders")]]
            ),
            resource("ClusterServiceBroker", "databases", ["url": "https://broker.shop.example"]),
            resource(
                "ServiceInstance",
                "mail",
                in: "shop",
                ["clusterServiceClassExternalName": "mail", "clusterServicePlanExternalName": "standard"]
            ),
        ]
    }

    private static func security() -> [JSONValue] {
        let sealed = ["payments", "users"].map { name in
            resource(
                "SealedSecret",
                "\(name)-token",
                in: "shop",
                [
                    "encryptedData": ["token": .string(Base64.encode(Array("placeholder for a sealed value".utf8)))],
                    "template": ["type": "Opaque", "metadata": ["name": .string("\(name)-token")]],
                ]
            )
        }
        var report = resource("VulnerabilityReport", "replicaset-web-web", in: "shop", [:])
        report["spec"] = nil
        report["report"] = ["summary": ["criticalCount": 0, "highCount": 2, "score": .number("7.50")]]
        return sealed + [
            report, resource("IPPool", "default-ipv4", ["cidr": "10.244.0.0/16", "natOutgoing": true]),
            resource(
                "GlobalNetworkPolicy",
                "deny-metadata-service",
                ["order": .number("10.5"), "types": ["Egress"], "egress": [["action": "Deny"]]]
            ),
        ]
    }

    /// Numbers that a careless tool spoils: int64 beyond 2^53, a float with a trailing zero, and text in many scripts.
    private static func promotions() -> [JSONValue] {
        [
            resource(
                "Promotion",
                "spring",
                in: "shop",
                [
                    "code": "SPRING26", "discount": .number("0.10"), "budgetCents": .number("9007199254740993"),
                    "limit": "25%", "slogans": ["de": "Frühling für alle", "ja": "春のセール", "ar": "تخفيضات الربيع"],
                ]
            ),
            resource(
                "Promotion",
                "staff",
                in: "shop",
                ["code": "STAFF", "discount": .number("2.5e-1"), "limit": 3, "channel": "store"]
            ),
        ]
    }
}
