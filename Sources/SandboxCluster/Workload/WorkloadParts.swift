import KubernetesObjects

/// The parts of which the sample workload is made.
enum WorkloadParts {
    /// A text of hexadecimal digits that is always the same for a seed, as digests and commits are.
    static func hex(_ seed: String, _ count: Int) -> String {
        var state: UInt64 = 14_695_981_039_346_656_037
        for byte in seed.utf8 { state = (state ^ UInt64(byte)) &* 1_099_511_628_211 }
        var text = ""
        while text.utf8.count < count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let digits = String(state >> 32, radix: 16)
            text += String(repeating: "0", count: 8 - digits.utf8.count) + digits
        }
        return String(text.prefix(count))
    }

    /// An image by tag and digest.
    static func image(_ repository: String, _ tag: String) -> String {
        "\(repository):\(tag)@sha256:\(hex(repository + tag, 64))"
    }

    /// An image of the shop, tagged by the commit that it was built from.
    static func shopImage(_ name: String) -> String { "registry.shop.example/shop/\(name):\(hex(name, 40))" }

    static func encoded(_ text: String) -> JSONValue { .string(Base64.encode(Array(text.utf8))) }

    static func object(
        _ apiVersion: String,
        _ kind: String,
        _ name: String,
        in namespace: String? = nil,
        labels: JSONValue? = nil,
        annotations: JSONValue? = nil,
        _ rest: JSONValue = [:]
    ) -> JSONValue {
        var metadata: JSONValue = ["name": .string(name)]
        if let namespace { metadata["namespace"] = .string(namespace) }
        if let labels { metadata["labels"] = labels }
        if let annotations { metadata["annotations"] = annotations }
        var object: JSONValue = ["apiVersion": .string(apiVersion), "kind": .string(kind), "metadata": metadata]
        for member in rest.object?.members ?? [] { object[member.key] = member.value }
        return object
    }

    static func service(
        _ name: String,
        in namespace: String,
        ports: [(String, Int)],
        type: String = "ClusterIP",
        isHeadless: Bool = false,
        labels: JSONValue? = nil,
        selector: JSONValue? = nil,
        extra: JSONValue = [:]
    ) -> JSONValue {
        var spec: JSONValue = [
            "type": .string(type), "selector": selector ?? ["app.kubernetes.io/name": .string(name)],
            "ports": .array(
                ports.map {
                    ["name": .string($0.0), "port": .int($0.1), "targetPort": .string($0.0), "protocol": "TCP"]
                }
            ),
        ]
        if isHeadless { spec["clusterIP"] = "None" }
        for member in extra.object?.members ?? [] { spec[member.key] = member.value }
        return object("v1", "Service", name, in: namespace, labels: labels ?? nameLabel(name), ["spec": spec])
    }

    static func nameLabel(_ name: String) -> JSONValue { ["app.kubernetes.io/name": .string(name)] }

    static func secret(
        _ name: String,
        in namespace: String,
        type: String = "Opaque",
        labels: JSONValue? = nil,
        _ data: [(String, String)]
    ) -> JSONValue {
        var content: JSONValue = [:]
        for (key, value) in data { content[key] = encoded(value) }
        return object("v1", "Secret", name, in: namespace, labels: labels, ["type": .string(type), "data": content])
    }

    /// The Secret of a certificate. The certificate is a real one, the key is not: nothing here is worth stealing.
    static func certificate(_ name: String, in namespace: String) -> JSONValue {
        secret(
            name,
            in: namespace,
            type: "kubernetes.io/tls",
            [("tls.crt", WorkloadCertificate.text), ("tls.key", "placeholder for the private key of \(name)\n")]
        )
    }

    static func configMap(_ name: String, in namespace: String, labels: JSONValue? = nil, _ data: JSONValue)
        -> JSONValue
    {
        object("v1", "ConfigMap", name, in: namespace, labels: labels, ["data": data])
    }

    static func serviceAccount(_ name: String, in namespace: String) -> JSONValue {
        object(
            "v1",
            "ServiceAccount",
            name,
            in: namespace,
            labels: nameLabel(name),
            ["automountServiceAccountToken": false, "imagePullSecrets": [["name": "registry-credentials"]]]
        )
    }

    static func rule(_ groups: [String], _ resources: [String], _ verbs: [String]) -> JSONValue {
        [
            "apiGroups": .array(groups.map { .string($0) }), "resources": .array(resources.map { .string($0) }),
            "verbs": .array(verbs.map { .string($0) }),
        ]
    }

    static func clusterRole(_ name: String, labels: JSONValue? = nil, _ rules: [JSONValue]) -> JSONValue {
        object("rbac.authorization.k8s.io/v1", "ClusterRole", name, labels: labels, ["rules": .array(rules)])
    }

    static func clusterRoleBinding(_ name: String, role: String, account: String, in namespace: String) -> JSONValue {
        object(
            "rbac.authorization.k8s.io/v1",
            "ClusterRoleBinding",
            name,
            [
                "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": .string(role)],
                "subjects": [["kind": "ServiceAccount", "name": .string(account), "namespace": .string(namespace)]],
            ]
        )
    }

    static func budget(_ name: String, in namespace: String) -> JSONValue {
        object(
            "policy/v1",
            "PodDisruptionBudget",
            name,
            in: namespace,
            ["spec": ["maxUnavailable": 1, "selector": ["matchLabels": nameLabel(name)]]]
        )
    }

    static func autoscaler(_ name: String, in namespace: String, _ range: ClosedRange<Int>) -> JSONValue {
        object(
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            name,
            in: namespace,
            [
                "spec": [
                    "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": .string(name)],
                    "minReplicas": .int(range.lowerBound), "maxReplicas": .int(range.upperBound),
                    "metrics": [
                        [
                            "type": "Resource",
                            "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 70]],
                        ]
                    ],
                ]
            ]
        )
    }
}
