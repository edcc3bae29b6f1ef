import KubernetesObjects

/// Network policies with Calico, single sign-on with Dex, image scanning with Trivy.
enum SecurityWorkload {
    static func objects() -> [JSONValue] { calico() + signIn() + scanning() }

    private static func calico() -> [JSONValue] {
        var node = WorkloadApplication(
            name: "calico-node",
            namespace: "kube-system",
            image: WorkloadParts.image("quay.io/calico/node", "v3.30.2"),
            ports: []
        )
        node.isPrivileged = true
        node.priorityClass = "system-node-critical"
        node.environmentFrom = [["configMapRef": ["name": "calico-config"]]]
        var controllers = WorkloadApplication(
            name: "calico-kube-controllers",
            namespace: "kube-system",
            image: WorkloadParts.image("quay.io/calico/kube-controllers", "v3.30.2"),
            replicas: 1,
            ports: []
        )
        controllers.priorityClass = "system-cluster-critical"
        return node.daemonSet() + controllers.deployment() + [
            WorkloadParts.configMap("calico-config", in: "kube-system", ["CALICO_NETWORKING_BACKEND": "bird"]),
            WorkloadParts.clusterRole(
                "calico-node",
                [
                    WorkloadParts.rule([""], ["pods", "nodes", "namespaces"], ["get", "list", "watch"]),
                    WorkloadParts.rule(["crd.projectcalico.org"], ["*"], ["get", "list", "watch", "create", "update"]),
                ]
            ),
            WorkloadParts.clusterRoleBinding(
                "calico-node",
                role: "calico-node",
                account: "calico-node",
                in: "kube-system"
            ),
            WorkloadParts.secret(
                "registry-credentials",
                in: "kube-system",
                type: "kubernetes.io/dockerconfigjson",
                [(".dockerconfigjson", #"{"auths":{"registry.shop.example":{"auth":"cGxhY2Vob2xkZXI="}}}"#)]
            ),
        ]
    }

    private static func signIn() -> [JSONValue] {
        var dex = WorkloadApplication(
            name: "dex",
            namespace: "auth",
            image: WorkloadParts.image("ghcr.io/dexidp/dex", "v2.43.1"),
            ports: [("http", 5556)]
        )
        dex.volumes = [["name": "configuration", "secret": ["secretName": "dex-configuration"]]]
        dex.mounts = [["name": "configuration", "mountPath": "/etc/dex", "readOnly": true]]
        var proxy = WorkloadApplication(
            name: "oauth2-proxy",
            namespace: "auth",
            image: WorkloadParts.image("quay.io/oauth2-proxy/oauth2-proxy", "v7.12.0"),
            ports: [("http", 4180)]
        )
        proxy.environment = [
            [
                "name": "OAUTH2_PROXY_CLIENT_SECRET",
                "valueFrom": ["secretKeyRef": ["name": "oauth2-proxy", "key": "client-secret"]],
            ]
        ]
        let groups = [
            ("platform-engineers", "cluster-admin"), ("shop-developers", "shop-developer"), ("auditors", "view"),
        ]
        return dex.deployment() + proxy.deployment() + [
            WorkloadParts.secret(
                "dex-configuration",
                in: "auth",
                [("config.yaml", "issuer: https://dex.shop.example\nstorage:\n  type: kubernetes\n")]
            ),
            WorkloadParts.secret("oauth2-proxy", in: "auth", [("client-secret", "sandbox-oauth2-client-2f1c9a")]),
            aggregated(),
            shopRole("shop-developer-core", [WorkloadParts.rule([""], ["pods", "services"], ["get", "list"])]),
            shopRole("shop-developer-apps", [WorkloadParts.rule(["apps"], ["deployments"], ["get", "list", "patch"])]),
        ]
            + groups.map { group, role in
                WorkloadParts.object(
                    "rbac.authorization.k8s.io/v1",
                    "ClusterRoleBinding",
                    "oidc-\(group)",
                    [
                        "roleRef": [
                            "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": .string(role),
                        ],
                        "subjects": [
                            [
                                "kind": "Group", "apiGroup": "rbac.authorization.k8s.io",
                                "name": .string("oidc:\(group)"),
                            ]
                        ],
                    ]
                )
            }
    }

    private static func aggregated() -> JSONValue {
        WorkloadParts.object(
            "rbac.authorization.k8s.io/v1",
            "ClusterRole",
            "shop-developer",
            [
                "aggregationRule": [
                    "clusterRoleSelectors": [["matchLabels": ["shop.example/aggregate-to-developer": "true"]]]
                ], "rules": [],
            ]
        )
    }

    private static func shopRole(_ name: String, _ rules: [JSONValue]) -> JSONValue {
        WorkloadParts.clusterRole(name, labels: ["shop.example/aggregate-to-developer": "true"], rules)
    }

    private static func scanning() -> [JSONValue] {
        WorkloadApplication(
            name: "trivy-operator",
            namespace: "trivy-system",
            image: WorkloadParts.image("ghcr.io/aquasecurity/trivy-operator", "0.28.0"),
            replicas: 1
        ).deployment() + [
            WorkloadParts.configMap(
                "trivy-operator",
                in: "trivy-system",
                ["scanJob.podTemplateLabels": "team=platform"]
            ),
            WorkloadParts.clusterRole(
                "trivy-operator",
                [
                    WorkloadParts.rule(["apps"], ["deployments", "replicasets"], ["get", "list", "watch"]),
                    WorkloadParts.rule(["aquasecurity.github.io"], ["*"], ["*"]),
                ]
            ),
            WorkloadParts.clusterRoleBinding(
                "trivy-operator",
                role: "trivy-operator",
                account: "trivy-operator",
                in: "trivy-system"
            ),
        ]
    }
}
