import KubernetesObjects

/// Traffic: ingress-nginx, Ambassador, Linkerd and the service catalogue.
enum TrafficWorkload {
    static func objects() -> [JSONValue] { ingress() + ambassador() + linkerd() + catalog() }

    private static func ingress() -> [JSONValue] {
        var controller = WorkloadApplication(
            name: "ingress-nginx-controller",
            namespace: "ingress-nginx",
            image: WorkloadParts.image("registry.k8s.io/ingress-nginx/controller", "v1.13.2"),
            ports: [("http", 80), ("https", 443), ("webhook", 8443)]
        )
        controller.priorityClass = "system-cluster-critical"
        return controller.deployment(hasService: false) + [
            WorkloadParts.service(
                "ingress-nginx-controller",
                in: "ingress-nginx",
                ports: [("http", 80), ("https", 443)],
                type: "LoadBalancer",
                extra: ["externalTrafficPolicy": "Local"]
            ),
            WorkloadParts.service(
                "ingress-nginx-controller-admission",
                in: "ingress-nginx",
                ports: [("webhook", 443)],
                selector: WorkloadParts.nameLabel("ingress-nginx-controller")
            ),
            WorkloadParts.object(
                "networking.k8s.io/v1",
                "IngressClass",
                "nginx",
                annotations: ["ingressclass.kubernetes.io/is-default-class": "true"],
                ["spec": ["controller": "k8s.io/ingress-nginx"]]
            ),
            WorkloadParts.object(
                "admissionregistration.k8s.io/v1",
                "ValidatingWebhookConfiguration",
                "ingress-nginx-admission",
                [
                    "webhooks": [
                        [
                            "name": "validate.nginx.ingress.kubernetes.io", "admissionReviewVersions": ["v1"],
                            "sideEffects": "None", "failurePolicy": "Fail",
                            "clientConfig": [
                                "service": [
                                    "name": "ingress-nginx-controller-admission", "namespace": "ingress-nginx",
                                    "path": "/networking/v1/ingresses",
                                ]
                            ],
                            "rules": [
                                [
                                    "apiGroups": ["networking.k8s.io"], "apiVersions": ["v1"],
                                    "operations": ["CREATE", "UPDATE"], "resources": ["ingresses"],
                                ]
                            ],
                        ]
                    ]
                ]
            ),
        ]
    }

    private static func ambassador() -> [JSONValue] {
        let gateway = WorkloadApplication(
            name: "ambassador",
            namespace: "ambassador",
            image: WorkloadParts.image("docker.io/emissaryingress/emissary", "3.10.0"),
            replicas: 3,
            ports: [("http", 8080), ("https", 8443)]
        )
        return gateway.deployment(hasService: false) + [
            WorkloadParts.service(
                "ambassador",
                in: "ambassador",
                ports: [("http", 80), ("https", 443)],
                type: "NodePort",
                extra: ["sessionAffinity": "ClientIP"]
            ), WorkloadParts.certificate("api-certificate", in: "ambassador"),
        ]
    }

    private static func linkerd() -> [JSONValue] {
        let parts = ["linkerd-identity", "linkerd-destination", "linkerd-proxy-injector"].flatMap { name in
            var application = WorkloadApplication(
                name: name,
                namespace: "linkerd",
                image: WorkloadParts.image("cr.l5d.io/linkerd/controller", "edge-25.8.2"),
                ports: [("grpc", 8080)]
            )
            application.labels = ["app.kubernetes.io/part-of": "Linkerd"]
            return application.deployment()
        }
        return parts + [
            WorkloadParts.certificate("linkerd-identity-issuer", in: "linkerd"),
            WorkloadParts.configMap("linkerd-config", in: "linkerd", ["values": "clusterDomain: cluster.local\n"]),
            WorkloadParts.configMap(
                "linkerd-identity-trust-roots",
                in: "linkerd",
                ["ca-bundle.crt": .string(WorkloadCertificate.text)]
            ),
            WorkloadParts.object(
                "admissionregistration.k8s.io/v1",
                "MutatingWebhookConfiguration",
                "linkerd-proxy-injector-webhook-config",
                [
                    "webhooks": [
                        [
                            "name": "linkerd-proxy-injector.linkerd.io", "admissionReviewVersions": ["v1"],
                            "sideEffects": "None", "failurePolicy": "Ignore",
                            "namespaceSelector": ["matchLabels": ["linkerd.io/inject": "enabled"]],
                            "clientConfig": [
                                "service": [
                                    "name": "linkerd-proxy-injector", "namespace": "linkerd", "path": "/", "port": 8080,
                                ]
                            ],
                            "rules": [
                                [
                                    "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"],
                                    "resources": ["pods", "services"],
                                ]
                            ],
                        ]
                    ]
                ]
            ),
        ]
    }

    private static func catalog() -> [JSONValue] {
        WorkloadApplication(
            name: "catalog-controller-manager",
            namespace: "service-catalog",
            image: WorkloadParts.image("quay.io/kubernetes-service-catalog/service-catalog", "v0.3.1"),
            replicas: 1
        ).deployment() + [
            WorkloadParts.secret(
                "broker-credentials",
                in: "service-catalog",
                [("username", "catalog"), ("password", "sandbox-broker-e81f")]
            )
        ]
    }
}
