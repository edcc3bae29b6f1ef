internal import KubernetesObjects

/// The objects of many web applications, for the benchmark of the checklist.
enum BenchApplications {
    private static let perNamespace = 25

    /// At least this many objects: nodes, namespaces, and twenty objects for each application.
    static func make(count: Int) -> [JSONValue] {
        var objects = (0..<100).map(node)
        for index in 0..<((count - objects.count + 19) / 20) {
            let namespace = "team-\(index / perNamespace)"
            if index % perNamespace == 0 {
                objects.append(object("v1", "Namespace", namespace, nil, [:]))
                objects.append(
                    object(
                        "networking.k8s.io/v1",
                        "NetworkPolicy",
                        "default",
                        namespace,
                        ["spec": ["podSelector": [:], "policyTypes": ["Ingress"]]]
                    )
                )
            }
            objects += application(index, namespace)
        }
        return objects
    }

    private static func object(
        _ version: String,
        _ kind: String,
        _ name: String,
        _ namespace: String?,
        _ parts: JSONValue
    ) -> JSONValue {
        var object = parts
        object["apiVersion"] = .string(version)
        object["kind"] = .string(kind)
        object["metadata"] = ["name": .string(name), "labels": ["app": .string(name)]]
        if let namespace { object["metadata", "namespace"] = .string(namespace) }
        return object
    }

    private static func node(_ index: Int) -> JSONValue {
        object(
            "v1",
            "Node",
            "node-\(index)",
            nil,
            [
                "spec": ["podCIDR": .string("10.\(index).0.0/24")],
                "status": [
                    "allocatable": ["cpu": "64", "memory": "256Gi"],
                    "conditions": [["type": "Ready", "status": "True"]], "nodeInfo": ["kubeletVersion": "v1.36.1"],
                ],
            ]
        )
    }

    private static func application(_ index: Int, _ namespace: String) -> [JSONValue] {
        let name = "app-\(index)"
        let labels: JSONValue = ["app": .string(name)]
        let selector: JSONValue = ["matchLabels": labels]
        let container: JSONValue = [
            "name": "main", "image": .string("registry.example.com/\(name):1.4.\(index % 50)"),
            "envFrom": [["configMapRef": ["name": .string(name)]], ["secretRef": ["name": .string(name)]]],
            "ports": [["name": "http", "containerPort": 8080]],
            "resources": ["requests": ["cpu": "100m", "memory": "128Mi"]], "readinessProbe": [:],
        ]
        let pod: JSONValue = [
            "serviceAccountName": .string(name), "containers": [container],
            "volumes": [["name": "data", "persistentVolumeClaim": ["claimName": .string(name)]]],
        ]
        func make(_ version: String, _ kind: String, _ parts: JSONValue) -> JSONValue {
            object(version, kind, name, namespace, parts)
        }
        var objects = [
            make(
                "apps/v1",
                "Deployment",
                [
                    "spec": [
                        "replicas": 3, "selector": selector, "template": ["metadata": ["labels": labels], "spec": pod],
                    ],
                    "status": ["replicas": 3, "availableReplicas": 3, "readyReplicas": 3, "updatedReplicas": 3],
                ]
            ),
            make("v1", "Service", ["spec": ["selector": labels, "ports": [["name": "http", "port": 80]]]]),
            make("v1", "ConfigMap", ["data": ["settings.yaml": "greeting: hello\nlimit: 10\n"]]),
            make("v1", "Secret", ["type": "Opaque", "data": ["password": "c2FuZGJveC1wYXNzd29yZA=="]]),
            make("v1", "ServiceAccount", [:]),
            make("policy/v1", "PodDisruptionBudget", ["spec": ["minAvailable": 1, "selector": selector]]),
            make(
                "autoscaling/v2",
                "HorizontalPodAutoscaler",
                [
                    "spec": [
                        "minReplicas": 2, "maxReplicas": 6,
                        "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": .string(name)],
                    ]
                ]
            ),
            make("networking.k8s.io/v1", "NetworkPolicy", ["spec": ["podSelector": selector, "ingress": [[:]]]]),
            make(
                "networking.k8s.io/v1",
                "Ingress",
                [
                    "spec": [
                        "ingressClassName": "nginx",
                        "rules": [
                            [
                                "host": .string("\(name).example.com"),
                                "http": [
                                    "paths": [
                                        [
                                            "path": "/", "pathType": "Prefix",
                                            "backend": [
                                                "service": ["name": .string(name), "port": ["number": 80]]
                                            ],
                                        ]
                                    ]
                                ],
                            ]
                        ],
                    ]
                ]
            ),
            make(
                "rbac.authorization.k8s.io/v1",
                "Role",
                ["rules": [["apiGroups": [""], "resources": ["pods"], "verbs": ["get"]]]]
            ),
            make(
                "rbac.authorization.k8s.io/v1",
                "RoleBinding",
                [
                    "roleRef": ["kind": "Role", "name": .string(name)],
                    "subjects": [["kind": "ServiceAccount", "name": .string(name), "namespace": .string(namespace)]],
                ]
            ),
            make(
                "v1",
                "PersistentVolumeClaim",
                [
                    "spec": [
                        "accessModes": ["ReadWriteMany"], "volumeName": .string("pv-\(index)"),
                        "resources": ["requests": ["storage": "10Gi"]],
                    ], "status": ["phase": "Bound"],
                ]
            ),
            object(
                "v1",
                "PersistentVolume",
                "pv-\(index)",
                nil,
                [
                    "spec": [
                        "csi": ["driver": "ebs.csi.aws.com", "volumeHandle": .string("vol-\(index)")],
                        "claimRef": ["namespace": .string(namespace), "name": .string(name)],
                        "accessModes": ["ReadWriteMany"], "capacity": ["storage": "10Gi"],
                    ], "status": ["phase": "Bound"],
                ]
            ),
            object(
                "discovery.k8s.io/v1",
                "EndpointSlice",
                "\(name)-1",
                namespace,
                ["endpoints": [["addresses": ["10.0.0.1"], "conditions": ["ready": true]]]]
            ),
            make(
                "batch/v1",
                "CronJob",
                ["spec": ["schedule": "0 3 * * *", "jobTemplate": ["spec": ["template": ["spec": pod]]]]]
            ),
            make(
                "monitoring.coreos.com/v1",
                "ServiceMonitor",
                ["spec": ["selector": selector, "endpoints": [["port": "http"]]]]
            ),
        ]
        objects += (0..<3).map { replica in
            var member = object(
                "v1",
                "Pod",
                "\(name)-\(replica)",
                namespace,
                ["spec": pod, "status": ["phase": "Running", "containerStatuses": [["name": "main", "ready": true]]]]
            )
            member["spec", "nodeName"] = .string("node-\((index + replica) % 100)")
            member["metadata", "labels"] = labels
            member["metadata", "ownerReferences"] = [
                ["apiVersion": "apps/v1", "kind": "ReplicaSet", "name": .string(name), "uid": "1", "controller": true]
            ]
            return member
        }
        return objects
    }
}
