import KubernetesObjects

/// The shop itself: stateless services, what leads traffic to them, and what they read.
enum ShopWorkload {
    static func objects() -> [JSONValue] { services() + settings() + routes() }

    private static let names = [
        ("web", 3), ("catalogue", 2), ("cart", 2), ("orders", 3), ("payments", 3), ("users", 2), ("shipping", 2),
        ("recommendations", 2), ("notifications", 2), ("search", 2),
    ]

    private static func services() -> [JSONValue] {
        names.flatMap { name, replicas -> [JSONValue] in
            var application = WorkloadApplication(
                name: name,
                namespace: "shop",
                image: WorkloadParts.shopImage(name),
                replicas: replicas
            )
            application.labels = ["app.kubernetes.io/part-of": "shop"]
            application.environmentFrom = [
                ["configMapRef": ["name": .string("\(name)-settings")]],
                ["secretRef": ["name": .string("\(name)-credentials")]],
            ]
            application.priorityClass = name == "payments" || name == "orders" ? "shop-critical" : nil
            if name == "web" {
                application.volumes = [
                    ["name": "pictures", "persistentVolumeClaim": ["claimName": "product-pictures"]]
                ]
                application.mounts = [["name": "pictures", "mountPath": "/srv/pictures", "readOnly": true]]
            }
            return application.deployment() + [
                WorkloadParts.configMap(
                    "\(name)-settings",
                    in: "shop",
                    ["LOG_LEVEL": "info", "REGION": "eu-central", "GREETING": "Grüß Gott, 你好, こんにちは 🛒"]
                ),
                WorkloadParts.secret("\(name)-credentials", in: "shop", [("DATABASE_PASSWORD", "placeholder-\(name)")]),
                WorkloadParts.autoscaler(name, in: "shop", replicas...(replicas * 4)),
            ]
        }
    }

    private static func settings() -> [JSONValue] {
        var prices = WorkloadParts.configMap("vat-rates", in: "shop", ["DE": "0.19", "CH": "0.081"])
        prices["immutable"] = true
        var key = WorkloadParts.secret("invoice-signing", in: "shop", [("key", "sandbox-invoice-signing-5d")])
        key["immutable"] = true
        var binary = WorkloadParts.object("v1", "ConfigMap", "favicon", in: "shop")
        binary["binaryData"] = ["favicon.ico": .string(Base64.encode((0...255).map { UInt8($0) }))]
        return [
            prices, key, binary.held(by: "shop.example/static-assets"),
            WorkloadParts.object(
                "rbac.authorization.k8s.io/v1",
                "RoleBinding",
                "developers",
                in: "shop",
                [
                    "roleRef": [
                        "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "shop-developer",
                    ],
                    "subjects": [
                        ["kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "oidc:shop-developers"]
                    ],
                ]
            ),
        ]
    }

    private static func routes() -> [JSONValue] {
        [
            ingress("storefront", host: "www.shop.example", service: "web"),
            ingress("orders-api", host: "orders.shop.example", service: "orders"),
            WorkloadParts.certificate("storefront-certificate", in: "shop"),
            WorkloadParts.certificate("orders-api-certificate", in: "shop"),
            WorkloadParts.object(
                "v1",
                "Service",
                "payment-provider",
                in: "shop",
                ["spec": ["type": "ExternalName", "externalName": "api.payments.example"]]
            ),
            // The mainframe is outside of the cluster: a Service without a selector, with a slice made by hand.
            WorkloadParts.object(
                "v1",
                "Service",
                "warehouse-mainframe",
                in: "shop",
                ["spec": ["ports": [["name": "tn3270", "port": 992, "protocol": "TCP"]]]]
            ),
            WorkloadParts.object(
                "discovery.k8s.io/v1",
                "EndpointSlice",
                "warehouse-mainframe-1",
                in: "shop",
                labels: [
                    "kubernetes.io/service-name": "warehouse-mainframe",
                    "endpointslice.kubernetes.io/managed-by": "shop.example",
                ],
                [
                    "addressType": "IPv4", "ports": [["name": "tn3270", "port": 992, "protocol": "TCP"]],
                    "endpoints": [["addresses": ["192.0.2.17"], "conditions": ["ready": true]]],
                ]
            ),
            WorkloadParts.object(
                "networking.k8s.io/v1",
                "NetworkPolicy",
                "allow-from-ingress",
                in: "shop",
                [
                    "spec": [
                        "podSelector": ["matchLabels": ["app.kubernetes.io/part-of": "shop"]],
                        "policyTypes": ["Ingress"],
                        "ingress": [
                            [
                                "from": [
                                    [
                                        "namespaceSelector": [
                                            "matchLabels": ["kubernetes.io/metadata.name": "ingress-nginx"]
                                        ]
                                    ]
                                ], "ports": [["port": 8080]],
                            ]
                        ],
                    ]
                ]
            ),
        ]
    }

    private static func ingress(_ name: String, host: String, service: String) -> JSONValue {
        WorkloadParts.object(
            "networking.k8s.io/v1",
            "Ingress",
            name,
            in: "shop",
            annotations: ["nginx.ingress.kubernetes.io/ssl-redirect": "true"],
            [
                "spec": [
                    "ingressClassName": "nginx",
                    "tls": [["hosts": [.string(host)], "secretName": .string("\(name)-certificate")]],
                    "rules": [
                        [
                            "host": .string(host),
                            "http": [
                                "paths": [
                                    [
                                        "path": "/", "pathType": "Prefix",
                                        "backend": [
                                            "service": ["name": .string(service), "port": ["name": "http"]]
                                        ],
                                    ]
                                ]
                            ],
                        ]
                    ],
                ]
            ]
        )
    }
}
