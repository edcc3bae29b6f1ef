import KubernetesObjects

/// One application of the sample workload, and the objects that a careful team writes for it.
struct WorkloadApplication {
    let name: String
    let namespace: String
    let image: String
    var replicas = 2
    var ports: [(String, Int)] = [("http", 8080)]
    var environment: [JSONValue] = []
    var environmentFrom: [JSONValue] = []
    var volumes: [JSONValue] = []
    var mounts: [JSONValue] = []
    var labels: [String: String] = [:]
    var annotations: JSONValue?
    var priorityClass: String?
    var isPrivileged = false

    var allLabels: JSONValue {
        var all = WorkloadParts.nameLabel(name)
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) { all[key] = .string(value) }
        return all
    }

    private func probe(_ delay: Int) -> JSONValue {
        ["tcpSocket": ["port": .string(ports.first?.0 ?? "http")], "initialDelaySeconds": .int(delay)]
    }

    private func container() -> JSONValue {
        var container: JSONValue = [
            "name": .string(String(name.prefix(63))), "image": .string(image),
            "ports": .array(
                ports.map { ["name": .string($0.0), "containerPort": .int($0.1), "protocol": "TCP"] }
            ),
            "resources": [
                "requests": ["cpu": "50m", "memory": "64Mi"], "limits": ["cpu": "500m", "memory": "256Mi"],
            ],
            "securityContext": isPrivileged
                ? ["privileged": true]
                : [
                    "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
                    "capabilities": ["drop": ["ALL"]],
                ],
        ]
        if !ports.isEmpty {
            container["readinessProbe"] = probe(2)
            container["livenessProbe"] = probe(10)
        }
        if !environment.isEmpty { container["env"] = .array(environment) }
        if !environmentFrom.isEmpty { container["envFrom"] = .array(environmentFrom) }
        if !mounts.isEmpty { container["volumeMounts"] = .array(mounts) }
        return container
    }

    private func template(restartPolicy: String? = nil) -> JSONValue {
        var spec: JSONValue = [
            "serviceAccountName": .string(name), "containers": [container()],
            "securityContext": isPrivileged
                ? [:] : ["runAsNonRoot": true, "runAsUser": 65532, "seccompProfile": ["type": "RuntimeDefault"]],
        ]
        if !volumes.isEmpty { spec["volumes"] = .array(volumes) }
        if let priorityClass { spec["priorityClassName"] = .string(priorityClass) }
        if let restartPolicy {
            spec["restartPolicy"] = .string(restartPolicy)
        } else if replicas > 1 {
            spec["topologySpreadConstraints"] = [
                [
                    "maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway",
                    "labelSelector": ["matchLabels": WorkloadParts.nameLabel(name)],
                ]
            ]
        }
        var metadata: JSONValue = ["labels": allLabels]
        if let annotations { metadata["annotations"] = annotations }
        return ["metadata": metadata, "spec": spec]
    }

    private var selector: JSONValue { ["matchLabels": WorkloadParts.nameLabel(name)] }

    private func workload(_ apiVersion: String, _ kind: String, _ spec: JSONValue) -> JSONValue {
        WorkloadParts.object(apiVersion, kind, name, in: namespace, labels: allLabels, ["spec": spec])
    }

    /// A Deployment with its ServiceAccount, its Service and, when it has more than one replica, its disruption budget.
    func deployment(hasService: Bool = true) -> [JSONValue] {
        var objects = [
            WorkloadParts.serviceAccount(name, in: namespace),
            workload(
                "apps/v1",
                "Deployment",
                ["replicas": .int(replicas), "selector": selector, "template": template()]
            ),
        ]
        if hasService, !ports.isEmpty { objects.append(WorkloadParts.service(name, in: namespace, ports: ports)) }
        if replicas > 1 { objects.append(WorkloadParts.budget(name, in: namespace)) }
        return objects
    }

    /// A StatefulSet with a headless Service and a claim for each replica.
    func statefulSet(storage: String, storageClass: String, path: String) -> [JSONValue] {
        var application = self
        application.mounts.append(["name": "data", "mountPath": .string(path)])
        let spec: JSONValue = [
            "replicas": .int(replicas), "serviceName": .string(name), "selector": selector,
            "template": application.template(),
            "volumeClaimTemplates": [
                [
                    "metadata": ["name": "data"],
                    "spec": [
                        "accessModes": ["ReadWriteOnce"], "storageClassName": .string(storageClass),
                        "resources": ["requests": ["storage": .string(storage)]],
                    ],
                ]
            ],
        ]
        var objects = [
            WorkloadParts.serviceAccount(name, in: namespace), workload("apps/v1", "StatefulSet", spec),
            WorkloadParts.service(name, in: namespace, ports: ports, isHeadless: true),
        ]
        if replicas > 1 { objects.append(WorkloadParts.budget(name, in: namespace)) }
        return objects
    }

    func daemonSet() -> [JSONValue] {
        var spec: JSONValue = ["selector": selector, "template": template()]
        spec["template", "spec", "topologySpreadConstraints"] = nil
        spec["template", "spec", "tolerations"] = [["operator": "Exists", "effect": "NoSchedule"]]
        return [WorkloadParts.serviceAccount(name, in: namespace), workload("apps/v1", "DaemonSet", spec)]
    }

    func cronJob(schedule: String) -> [JSONValue] {
        var application = self
        application.ports = []
        return [
            WorkloadParts.serviceAccount(name, in: namespace),
            workload(
                "batch/v1",
                "CronJob",
                [
                    "schedule": .string(schedule), "concurrencyPolicy": "Forbid", "startingDeadlineSeconds": 300,
                    "jobTemplate": [
                        "spec": ["backoffLimit": 2, "template": application.template(restartPolicy: "OnFailure")]
                    ],
                ]
            ),
        ]
    }

    func job() -> [JSONValue] {
        var application = self
        application.ports = []
        return [
            WorkloadParts.serviceAccount(name, in: namespace),
            workload("batch/v1", "Job", ["backoffLimit": 3, "template": application.template(restartPolicy: "Never")]),
        ]
    }
}
