import KubernetesObjects

/// Builds and delivery: Jenkins, Flux, and a registry of one's own.
enum DeliveryWorkload {
    static func objects() -> [JSONValue] { jenkins() + flux() + registry() }

    private static func jenkins() -> [JSONValue] {
        var jenkins = WorkloadApplication(
            name: "jenkins",
            namespace: "ci",
            image: WorkloadParts.image("docker.io/jenkins/jenkins", "2.504.3-lts"),
            replicas: 1,
            ports: [("http", 8080), ("agent", 50000)]
        )
        jenkins.labels = ["app.kubernetes.io/component": "jenkins-controller"]
        jenkins.environmentFrom = [["secretRef": ["name": "jenkins-admin"]]]
        jenkins.volumes = [["name": "configuration", "configMap": ["name": "jenkins-configuration"]]]
        jenkins.mounts = [["name": "configuration", "mountPath": "/var/jenkins_config"]]
        return jenkins.statefulSet(storage: "50Gi", storageClass: "fast", path: "/var/jenkins_home") + [
            WorkloadParts.secret(
                "jenkins-admin",
                in: "ci",
                [("ADMIN_USER", "admin"), ("ADMIN_PASSWORD", "sandbox-jenkins-90ab3e")]
            ),
            WorkloadParts.secret(
                "registry-push",
                in: "ci",
                [("username", "ci"), ("password", "sandbox-registry-push-c1")]
            ),
            WorkloadParts.configMap(
                "jenkins-configuration",
                in: "ci",
                [
                    "jenkins.yaml":
                        "jenkins:\n  numExecutors: 0\n  systemMessage: \"Builds are tagged with the Git commit\"\n"
                ]
            ),
            WorkloadParts.object(
                "rbac.authorization.k8s.io/v1",
                "Role",
                "jenkins-agents",
                in: "ci",
                [
                    "rules": [
                        WorkloadParts.rule([""], ["pods", "pods/exec"], ["create", "delete", "get", "list", "watch"])
                    ]
                ]
            ),
            WorkloadParts.object(
                "rbac.authorization.k8s.io/v1",
                "RoleBinding",
                "jenkins-agents",
                in: "ci",
                [
                    "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "jenkins-agents"],
                    "subjects": [["kind": "ServiceAccount", "name": "jenkins", "namespace": "ci"]],
                ]
            ),
        ]
    }

    private static func flux() -> [JSONValue] {
        let controllers = [
            ("source-controller", "v1.6.2"), ("kustomize-controller", "v1.6.1"), ("helm-controller", "v1.3.0"),
        ]
        let deployments = controllers.flatMap { name, tag in
            var application = WorkloadApplication(
                name: name,
                namespace: "flux-system",
                image: WorkloadParts.image("ghcr.io/fluxcd/\(name)", tag),
                replicas: 1
            )
            application.labels = ["app.kubernetes.io/part-of": "flux"]
            return application.deployment()
                + [
                    WorkloadParts.clusterRoleBinding(
                        "flux-\(name)",
                        role: "flux-controllers",
                        account: name,
                        in: "flux-system"
                    )
                ]
        }
        return deployments + [
            WorkloadParts.clusterRole(
                "flux-controllers",
                [
                    WorkloadParts.rule(
                        ["source.toolkit.fluxcd.io", "kustomize.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io"],
                        ["*"],
                        ["*"]
                    ), WorkloadParts.rule(["", "apps"], ["*"], ["get", "list", "watch", "create", "patch", "delete"]),
                ]
            ),
            WorkloadParts.secret(
                "flux-git-credentials",
                in: "flux-system",
                [
                    ("identity", "placeholder for a deploy key\n"),
                    ("known_hosts", "git.shop.example ssh-ed25519 AAAA\n"),
                ]
            ),
        ]
    }

    private static func registry() -> [JSONValue] {
        var registry = WorkloadApplication(
            name: "registry",
            namespace: "registry",
            image: WorkloadParts.image("docker.io/library/registry", "3.0.0"),
            ports: [("http", 5000)]
        )
        registry.environmentFrom = [["configMapRef": ["name": "registry-settings"]]]
        registry.volumes = [["name": "accounts", "secret": ["secretName": "registry-accounts"]]]
        registry.mounts = [["name": "accounts", "mountPath": "/auth", "readOnly": true]]
        return registry.deployment() + [
            WorkloadParts.configMap(
                "registry-settings",
                in: "registry",
                ["REGISTRY_STORAGE": "s3", "REGISTRY_STORAGE_S3_BUCKET": "shop-images", "REGISTRY_LOG_LEVEL": "info"]
            ),
            WorkloadParts.secret("registry-accounts", in: "registry", [("htpasswd", "ci:$2y$05$placeholder\n")]),
        ]
    }
}
