import KubernetesObjects

@testable import SandboxCluster

/// Small objects for tests, in the namespace `default`.
enum TestObjects {
    static func template(_ labels: JSONValue, image: String = "example/web:1") -> JSONValue {
        ["metadata": ["labels": labels], "spec": ["containers": [["name": "web", "image": .string(image)]]]]
    }

    static func pod(_ name: String, claim: String? = nil, labels: JSONValue = [:]) -> JSONValue {
        var spec = template([:])["spec"] ?? [:]
        if let claim {
            spec["volumes"] = [["name": "data", "persistentVolumeClaim": ["claimName": .string(claim)]]]
        }
        return WorkloadParts.object("v1", "Pod", name, in: "default", labels: labels, ["spec": spec])
    }

    static func deployment(_ name: String, replicas: Int = 2, image: String = "example/web:1") -> JSONValue {
        let labels: JSONValue = ["app": .string(name)]
        return WorkloadParts.object(
            "apps/v1",
            "Deployment",
            name,
            in: "default",
            [
                "spec": [
                    "replicas": .int(replicas), "selector": ["matchLabels": labels],
                    "template": template(labels, image: image),
                ]
            ]
        )
    }

    static func service(_ name: String, _ spec: JSONValue) -> JSONValue {
        var spec = spec
        if spec["ports"] == nil, spec["type"] != "ExternalName" { spec["ports"] = [["port": 80]] }
        return WorkloadParts.object("v1", "Service", name, in: "default", ["spec": spec])
    }

    static func configMap(_ name: String, _ data: JSONValue = ["key": "value"]) -> JSONValue {
        WorkloadParts.configMap(name, in: "default", data)
    }

    /// A Job that was running elsewhere, with the labels that its API server had made.
    static func job(_ name: String, uid: String? = nil) -> JSONValue {
        var template = template([:])
        template["spec", "restartPolicy"] = "Never"
        var spec: JSONValue = ["template": template]
        if let uid {
            spec["selector"] = ["matchLabels": ["batch.kubernetes.io/controller-uid": .string(uid)]]
            spec["template", "metadata", "labels"] = ["batch.kubernetes.io/controller-uid": .string(uid)]
        }
        return WorkloadParts.object("batch/v1", "Job", name, in: "default", ["spec": spec])
    }
}
