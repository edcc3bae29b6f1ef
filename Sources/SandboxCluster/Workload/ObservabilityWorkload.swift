import KubernetesObjects

/// Metrics and logs: the Prometheus operator and Prometheus, Loki and Fluentd.
enum ObservabilityWorkload {
    static func objects() -> [JSONValue] { prometheus() + logs() + resourceMetrics() }

    /// What the autoscalers of the shop read.
    private static func resourceMetrics() -> [JSONValue] {
        let server = WorkloadApplication(
            name: "metrics-server",
            namespace: "monitoring",
            image: WorkloadParts.image("registry.k8s.io/metrics-server/metrics-server", "v0.8.0"),
            ports: [("https", 443)]
        )
        return server.deployment() + [
            WorkloadParts.object(
                "apiregistration.k8s.io/v1",
                "APIService",
                "v1beta1.metrics.k8s.io",
                [
                    "spec": [
                        "group": "metrics.k8s.io", "version": "v1beta1", "groupPriorityMinimum": 100,
                        "versionPriority": 100, "insecureSkipTLSVerify": true,
                        "service": ["name": "metrics-server", "namespace": "monitoring", "port": 443],
                    ]
                ]
            )
        ]
    }

    private static func prometheus() -> [JSONValue] {
        var server = WorkloadApplication(
            name: "prometheus-main",
            namespace: "monitoring",
            image: WorkloadParts.image("quay.io/prometheus/prometheus", "v3.5.0"),
            ports: [("http", 9090)]
        )
        server.volumes = [["name": "rules", "configMap": ["name": "prometheus-rules"]]]
        server.mounts = [["name": "rules", "mountPath": "/etc/prometheus/rules"]]
        let operatorApplication = WorkloadApplication(
            name: "prometheus-operator",
            namespace: "monitoring",
            image: WorkloadParts.image("quay.io/prometheus-operator/prometheus-operator", "v0.84.1"),
            replicas: 1
        )
        let alerts = WorkloadApplication(
            name: "alertmanager-main",
            namespace: "monitoring",
            image: WorkloadParts.image("quay.io/prometheus/alertmanager", "v0.28.1"),
            replicas: 3,
            ports: [("http", 9093), ("mesh", 9094)]
        )
        let states = WorkloadApplication(
            name: "kube-state-metrics",
            namespace: "monitoring",
            image: WorkloadParts.image("registry.k8s.io/kube-state-metrics/kube-state-metrics", "v2.16.0"),
            replicas: 1
        )
        var grafana = WorkloadApplication(
            name: "grafana",
            namespace: "monitoring",
            image: WorkloadParts.image("docker.io/grafana/grafana", "12.1.0"),
            replicas: 1,
            ports: [("http", 3000)]
        )
        grafana.environmentFrom = [["secretRef": ["name": "grafana-admin"]]]
        var exporter = WorkloadApplication(
            name: "node-exporter",
            namespace: "monitoring",
            image: WorkloadParts.image("quay.io/prometheus/node-exporter", "v1.9.1"),
            ports: [("metrics", 9100)]
        )
        exporter.isPrivileged = true
        return server.statefulSet(storage: "100Gi", storageClass: "fast", path: "/prometheus")
            + operatorApplication.deployment() + states.deployment() + grafana.deployment() + exporter.daemonSet()
            + alerts.statefulSet(storage: "2Gi", storageClass: "fast", path: "/alertmanager") + [
                WorkloadParts.clusterRole(
                    "prometheus-main",
                    [
                        WorkloadParts.rule(
                            [""],
                            ["nodes", "services", "endpoints", "pods"],
                            ["get", "list", "watch"]
                        ),
                        ["nonResourceURLs": ["/metrics"], "verbs": ["get"]],
                    ]
                ),
                WorkloadParts.clusterRoleBinding(
                    "prometheus-main",
                    role: "prometheus-main",
                    account: "prometheus-main",
                    in: "monitoring"
                ),
                WorkloadParts.secret(
                    "grafana-admin",
                    in: "monitoring",
                    [("GF_SECURITY_ADMIN_PASSWORD", "sandbox-grafana-7be204")]
                ),
                WorkloadParts.secret(
                    "alertmanager-main",
                    in: "monitoring",
                    [
                        (
                            "alertmanager.yaml",
                            "route: {receiver: on-call}\nreceivers:\n- name: on-call\n"
                                + "  webhook_configs:\n  - url: https://pager.shop.example/alerts\n"
                        )
                    ]
                ),
                WorkloadParts.configMap(
                    "prometheus-rules",
                    in: "monitoring",
                    [
                        "shop.yaml":
                            "groups:\n- name: shop\n  rules:\n  - alert: ShopDown\n    expr: up{job=\"web\"} == 0\n"
                    ]
                ), dashboards(),
            ]
    }

    /// A ConfigMap close to the limit of one MiB, as collections of dashboards become.
    private static func dashboards() -> JSONValue {
        var data: JSONValue = [:]
        for number in 1...16 {
            let panels = (1...520).map { panel in
                "{\"id\":\(panel),\"title\":\"Bestellungen je Minute (Größe \(panel))\",\"expr\":\"rate(orders_total[5m])\","
                    + "\"gridPos\":{\"x\":0,\"y\":\(panel * 8)}}"
            }
            data["dashboard-\(number).json"] = .string(
                "{\"uid\":\"d\(number)\",\"panels\":[\(panels.joined(separator: ","))]}"
            )
        }
        return WorkloadParts.configMap("dashboards", in: "monitoring", labels: ["grafana_dashboard": "1"], data)
    }

    private static func logs() -> [JSONValue] {
        var fluentd = WorkloadApplication(
            name: "fluentd",
            namespace: "logging",
            image: WorkloadParts.image("docker.io/fluent/fluentd-kubernetes-daemonset", "v1.18-debian-forward-1"),
            ports: [("metrics", 24231)]
        )
        fluentd.labels = ["k8s-app": "fluentd-logging"]
        fluentd.isPrivileged = true
        fluentd.volumes = [
            ["name": "logs", "hostPath": ["path": "/var/log"]],
            ["name": "configuration", "configMap": ["name": "fluentd"]],
        ]
        fluentd.mounts = [
            ["name": "logs", "mountPath": "/var/log"], ["name": "configuration", "mountPath": "/fluentd/etc"],
        ]
        var loki = WorkloadApplication(
            name: "loki",
            namespace: "logging",
            image: WorkloadParts.image("docker.io/grafana/loki", "3.5.3"),
            replicas: 3,
            ports: [("http", 3100), ("grpc", 9095)]
        )
        loki.environmentFrom = [["secretRef": ["name": "loki-bucket"]]]
        return fluentd.daemonSet() + loki.statefulSet(storage: "20Gi", storageClass: "fast", path: "/loki") + [
            WorkloadParts.configMap(
                "fluentd",
                in: "logging",
                ["fluent.conf": "<match **>\n  @type loki\n  url http://loki.logging:3100\n</match>\n"]
            ),
            WorkloadParts.secret("loki-bucket", in: "logging", [("AWS_ACCESS_KEY_ID", "sandbox-loki-bucket-41d0")]),
            WorkloadParts.clusterRole(
                "fluentd",
                [WorkloadParts.rule([""], ["pods", "namespaces"], ["get", "list", "watch"])]
            ),
            WorkloadParts.clusterRoleBinding("fluentd", role: "fluentd", account: "fluentd", in: "logging"),
        ]
    }
}
