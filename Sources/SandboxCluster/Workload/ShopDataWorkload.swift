import KubernetesObjects

/// What the shop keeps and what it runs at night: databases, Jobs and CronJobs.
enum ShopDataWorkload {
    static func objects() -> [JSONValue] { databases() + batch() }

    private static func databases() -> [JSONValue] {
        let stores = [
            ("postgres", "docker.io/library/postgres", "17.5", 5432, "80Gi", "/var/lib/postgresql/data", 3),
            ("redis", "docker.io/library/redis", "8.2.0", 6379, "5Gi", "/data", 3),
            ("rabbitmq", "docker.io/library/rabbitmq", "4.1.3", 5672, "10Gi", "/var/lib/rabbitmq", 3),
            (
                "opensearch", "docker.io/opensearchproject/opensearch", "3.2.0", 9200, "60Gi",
                "/usr/share/opensearch/data", 2
            ),
        ]
        let objects = stores.flatMap { name, repository, tag, port, size, path, replicas -> [JSONValue] in
            var application = WorkloadApplication(
                name: name,
                namespace: "shop-data",
                image: WorkloadParts.image(repository, tag),
                replicas: replicas,
                ports: [("client", port)]
            )
            application.environmentFrom = [["secretRef": ["name": .string("\(name)-admin")]]]
            application.priorityClass = "shop-critical"
            return application.statefulSet(storage: size, storageClass: "fast", path: path) + [
                WorkloadParts.secret("\(name)-admin", in: "shop-data", [("PASSWORD", "sandbox-database-38f2")]),
                WorkloadParts.configMap("\(name)-tuning", in: "shop-data", ["max_connections": "400"]),
            ]
        }
        return objects + [
            WorkloadParts.service(
                "postgres-primary",
                in: "shop-data",
                ports: [("client", 5432)],
                selector: ["app.kubernetes.io/name": "postgres", "apps.kubernetes.io/pod-index": "0"]
            ),
            WorkloadParts.object(
                "networking.k8s.io/v1",
                "NetworkPolicy",
                "allow-from-shop",
                in: "shop-data",
                [
                    "spec": [
                        "podSelector": [:], "policyTypes": ["Ingress"],
                        "ingress": [
                            [
                                "from": [
                                    ["namespaceSelector": ["matchLabels": ["shop.example/purpose": "shop"]]]
                                ]
                            ]
                        ],
                    ]
                ]
            ),
        ]
    }

    private static func batch() -> [JSONValue] {
        func application(_ name: String) -> WorkloadApplication {
            var application = WorkloadApplication(
                name: name,
                namespace: "shop-batch",
                image: WorkloadParts.shopImage(name),
                replicas: 1
            )
            application.priorityClass = "shop-batch"
            application.environmentFrom = [["secretRef": ["name": "batch-credentials"]]]
            return application
        }
        var exports = application("monthly-exports")
        exports.volumes = [["name": "exports", "persistentVolumeClaim": ["claimName": "monthly-exports"]]]
        exports.mounts = [["name": "exports", "mountPath": "/exports"]]
        return application("schema-migration").job() + application("import-suppliers").job()
            + exports.cronJob(schedule: "0 3 1 * *") + application("clear-carts").cronJob(schedule: "*/30 * * * *")
            + application("send-newsletter").cronJob(schedule: "15 7 * * 1") + [
                WorkloadParts.secret(
                    "batch-credentials",
                    in: "shop-batch",
                    [("DATABASE_PASSWORD", "sandbox-batch-77c0")]
                )
            ]
    }
}
