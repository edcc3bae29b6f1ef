import KubernetesObjects

/// Secrets management: the sealed-secrets controller with a sealing key, and Vault with its injector.
enum SecretsWorkload {
    static func objects() -> [JSONValue] { sealedSecrets() + vault() }

    private static func sealedSecrets() -> [JSONValue] {
        var controller = WorkloadApplication(
            name: "sealed-secrets-controller",
            namespace: "kube-system",
            image: WorkloadParts.image("docker.io/bitnami/sealed-secrets-controller", "0.31.0"),
            replicas: 1
        )
        controller.labels = ["name": "sealed-secrets-controller"]
        return controller.deployment() + [
            WorkloadParts.secret(
                "sealed-secrets-key7x2qd",
                in: "kube-system",
                type: "kubernetes.io/tls",
                labels: ["sealedsecrets.bitnami.com/sealed-secrets-key": "active"],
                [("tls.crt", WorkloadCertificate.text), ("tls.key", "placeholder for a sealing key\n")]
            ),
            WorkloadParts.clusterRole(
                "secrets-unsealer",
                [
                    WorkloadParts.rule(["bitnami.com"], ["sealedsecrets"], ["get", "list", "watch"]),
                    WorkloadParts.rule([""], ["secrets"], ["get", "list", "create", "update", "delete", "watch"]),
                ]
            ),
            WorkloadParts.clusterRoleBinding(
                "sealed-secrets-controller",
                role: "secrets-unsealer",
                account: "sealed-secrets-controller",
                in: "kube-system"
            ),
        ]
    }

    private static func vault() -> [JSONValue] {
        var vault = WorkloadApplication(
            name: "vault",
            namespace: "vault",
            image: WorkloadParts.image("docker.io/hashicorp/vault", "1.20.2"),
            replicas: 3,
            ports: [("http", 8200), ("internal", 8201)]
        )
        vault.volumes = [["name": "configuration", "configMap": ["name": "vault"]]]
        vault.mounts = [["name": "configuration", "mountPath": "/vault/config"]]
        var injector = WorkloadApplication(
            name: "vault-agent-injector",
            namespace: "vault",
            image: WorkloadParts.image("docker.io/hashicorp/vault-k8s", "1.7.0"),
            ports: [("https", 8443)]
        )
        injector.labels = ["app.kubernetes.io/component": "webhook"]
        return vault.statefulSet(storage: "10Gi", storageClass: "archive", path: "/vault/data") + injector.deployment()
            + [
                WorkloadParts.configMap(
                    "vault",
                    in: "vault",
                    ["vault.hcl": "ui = true\nstorage \"raft\" {\n  path = \"/vault/data\"\n}\n"]
                ),
                WorkloadParts.clusterRoleBinding(
                    "vault-server",
                    role: "system:auth-delegator",
                    account: "vault",
                    in: "vault"
                ),
                WorkloadParts.secret(
                    "vault-token",
                    in: "vault",
                    type: "kubernetes.io/service-account-token",
                    []
                ).annotated("kubernetes.io/service-account.name", "vault"),
                WorkloadParts.object(
                    "admissionregistration.k8s.io/v1",
                    "MutatingWebhookConfiguration",
                    "vault-agent-injector-cfg",
                    [
                        "webhooks": [
                            [
                                "name": "vault.hashicorp.com", "admissionReviewVersions": ["v1"], "sideEffects": "None",
                                "failurePolicy": "Ignore", "timeoutSeconds": 30,
                                "objectSelector": ["matchLabels": ["vault.shop.example/inject": "true"]],
                                "clientConfig": [
                                    "service": [
                                        "name": "vault-agent-injector", "namespace": "vault", "path": "/mutate",
                                        "port": 8443,
                                    ]
                                ],
                                "rules": [
                                    [
                                        "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"],
                                        "resources": ["pods"], "scope": "Namespaced",
                                    ]
                                ],
                            ]
                        ]
                    ]
                ),
            ]
    }
}

extension JSONValue {
    /// The object with one more annotation.
    func annotated(_ key: String, _ value: String) -> JSONValue {
        var copy = self
        copy["metadata", "annotations", key] = .string(value)
        return copy
    }

    /// The object with a finalizer.
    func held(by finalizer: String) -> JSONValue {
        var copy = self
        copy.addFinalizer(finalizer)
        return copy
    }
}
