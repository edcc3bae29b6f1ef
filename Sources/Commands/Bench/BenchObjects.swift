internal import KubernetesObjects

/// Objects as clusters have them: ConfigMaps, Secrets, Deployments without replicas, Roles and ServiceAccounts, in 20 namespaces.
enum BenchObjects {
    static let namespaceCount = 20

    static var namespaces: [JSONValue] {
        (0..<namespaceCount).map {
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string("bench-\($0)")]]
        }
    }

    static func make(count: Int) -> [JSONValue] { make(0..<count) }
    static func make(_ numbers: Range<Int>) -> [JSONValue] { numbers.map(object) }

    private static func object(_ index: Int) -> JSONValue {
        let metadata: JSONValue = [
            "name": .string("object-\(index)"), "namespace": .string("bench-\(index % namespaceCount)"),
            "labels": [
                "app.kubernetes.io/name": .string("app-\(index % 97)"), "app.kubernetes.io/part-of": "bench",
                "tier": .string("t\(index % 5)"),
            ],
            "annotations": [
                "example.com/owner": .string("team-\(index % 13)"), "example.com/checksum": .string(noise(index, 64)),
            ],
        ]
        switch index % 10 {
        case 0...4:
            return [
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata,
                "data": ["application.yaml": .string(settings(index)), "checksum": .string(noise(index &+ 7, 200))],
            ]
        case 5, 6:
            return [
                "apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque",
                "data": ["token": .string(base64Like(index, 400))],
            ]
        case 7, 8: return deployment(index, metadata)
        default:
            return [
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": metadata,
                "rules": [
                    [
                        "apiGroups": ["apps"], "resources": ["deployments", "statefulsets"],
                        "verbs": ["get", "list", "watch"],
                    ]
                ],
            ]
        }
    }

    private static func deployment(_ index: Int, _ metadata: JSONValue) -> JSONValue {
        let labels: JSONValue = ["app": .string("app-\(index)")]
        let variables: [JSONValue] = (0..<12).map {
            ["name": .string("SETTING_\($0)"), "value": .string(noise(index &* 31 &+ $0, 24))]
        }
        return [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
            "spec": [
                "replicas": 0, "selector": ["matchLabels": labels],
                "template": [
                    "metadata": ["labels": labels],
                    "spec": [
                        "containers": [
                            [
                                "name": "app",
                                "image": .string("registry.example.com/app-\(index % 97)@sha256:\(noise(index, 64))"),
                                "env": .array(variables), "ports": [["containerPort": 8080, "name": "http"]],
                                "resources": [
                                    "requests": ["cpu": "50m", "memory": "128Mi"], "limits": ["memory": "256Mi"],
                                ],
                                "readinessProbe": ["httpGet": ["path": "/ready", "port": "http"], "periodSeconds": 5],
                            ]
                        ]
                    ],
                ],
            ],
        ]
    }

    private static func settings(_ index: Int) -> String {
        (0..<40).map { "setting-\($0): value-\((index &* 7 &+ $0) % 1000)-of-\(index % 13)\n" }.joined()
    }

    /// Hexadecimal digits that do not repeat from object to object.
    private static func noise(_ seed: Int, _ count: Int) -> String {
        var state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        var text = ""
        while text.utf8.count < count {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            text += String(state, radix: 16)
        }
        return String(text.prefix(count))
    }

    private static func base64Like(_ seed: Int, _ count: Int) -> String {
        String(noise(seed, count).prefix(count / 4 * 4))
    }
}
