import KubernetesObjects

/// The roles and bindings that an API server makes for itself.
enum BootstrapRoles {
    static let roles: [JSONValue] = [
        role(
            "cluster-admin",
            [
                ["apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]],
                ["nonResourceURLs": ["*"], "verbs": ["*"]],
            ]
        ),
        aggregated("admin"),
        aggregated("edit", into: "admin"),
        aggregated("view", into: "edit"),
        role(
            "system:aggregate-to-admin",
            [
                [
                    "apiGroups": ["rbac.authorization.k8s.io"], "resources": ["rolebindings", "roles"],
                    "verbs": .array(all),
                ],
                [
                    "apiGroups": ["authorization.k8s.io"], "resources": ["localsubjectaccessreviews"],
                    "verbs": ["create"],
                ],
            ],
            into: "admin"
        ),
        role(
            "system:aggregate-to-edit",
            [
                [
                    "apiGroups": [""],
                    "resources": [
                        "pods", "pods/exec", "configmaps", "secrets", "services", "serviceaccounts",
                        "persistentvolumeclaims", "replicationcontrollers",
                    ], "verbs": .array(changes),
                ],
                [
                    "apiGroups": ["apps"], "resources": ["deployments", "statefulsets", "daemonsets", "replicasets"],
                    "verbs": .array(changes),
                ],
                ["apiGroups": ["batch"], "resources": ["jobs", "cronjobs"], "verbs": .array(changes)],
            ],
            into: "edit"
        ),
        role(
            "system:aggregate-to-view",
            [
                [
                    "apiGroups": [""],
                    "resources": [
                        "pods", "configmaps", "services", "endpoints", "events", "serviceaccounts",
                        "persistentvolumeclaims", "limitranges", "resourcequotas",
                    ], "verbs": .array(reads),
                ],
                [
                    "apiGroups": ["apps"], "resources": ["deployments", "statefulsets", "daemonsets", "replicasets"],
                    "verbs": .array(reads),
                ],
                ["apiGroups": ["batch"], "resources": ["jobs", "cronjobs"], "verbs": .array(reads)],
            ],
            into: "view"
        ),
        role(
            "system:discovery",
            [["nonResourceURLs": ["/api", "/api/*", "/apis", "/apis/*", "/version", "/version/"], "verbs": ["get"]]]
        ),
        role(
            "system:basic-user",
            [
                [
                    "apiGroups": ["authorization.k8s.io"],
                    "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"], "verbs": ["create"],
                ]
            ]
        ),
        role(
            "system:public-info-viewer",
            [["nonResourceURLs": ["/healthz", "/livez", "/readyz", "/version"], "verbs": ["get"]]]
        ),
        role(
            "system:auth-delegator",
            [
                ["apiGroups": ["authentication.k8s.io"], "resources": ["tokenreviews"], "verbs": ["create"]],
                ["apiGroups": ["authorization.k8s.io"], "resources": ["subjectaccessreviews"], "verbs": ["create"]],
            ]
        ),
    ]

    static let bindings: [JSONValue] = [
        binding("cluster-admin", to: ["system:masters"]),
        binding("system:discovery", to: ["system:authenticated"]),
        binding("system:basic-user", to: ["system:authenticated"]),
        binding("system:public-info-viewer", to: ["system:authenticated", "system:unauthenticated"]),
    ]

    private static let reads: [JSONValue] = ["get", "list", "watch"]
    private static let changes: [JSONValue] = ["create", "delete", "deletecollection", "patch", "update"]
    private static var all: [JSONValue] { changes + reads }

    private static func metadata(_ name: String, into target: String? = nil) -> JSONValue {
        var metadata: JSONValue = [
            "name": .string(name), "labels": ["kubernetes.io/bootstrapping": "rbac-defaults"],
            "annotations": ["rbac.authorization.kubernetes.io/autoupdate": "true"],
        ]
        if let target { metadata["labels", "rbac.authorization.k8s.io/aggregate-to-\(target)"] = "true" }
        return metadata
    }

    private static func role(_ name: String, _ rules: [JSONValue], into target: String? = nil) -> JSONValue {
        [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
            "metadata": metadata(name, into: target), "rules": .array(rules),
        ]
    }

    private static func aggregated(_ name: String, into target: String? = nil) -> JSONValue {
        [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
            "metadata": metadata(name, into: target),
            "aggregationRule": [
                "clusterRoleSelectors": [
                    [
                        "matchLabels": .object(
                            JSONObject([.init(key: "rbac.authorization.k8s.io/aggregate-to-\(name)", value: "true")])
                        )
                    ]
                ]
            ], "rules": .null,
        ]
    }

    private static func binding(_ name: String, to groups: [String]) -> JSONValue {
        [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": metadata(name),
            "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": .string(name)],
            "subjects": .array(
                groups.map {
                    ["apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": .string($0)]
                }
            ),
        ]
    }
}
