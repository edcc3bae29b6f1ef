import KubernetesObjects

/// The `Scale` object of a workload.
struct ScaleSubresource: Sendable {
    let object: JSONValue
    let scale: ServedResource.Scale

    var value: JSONValue {
        var metadata = JSONObject()
        for name in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
            metadata[name] = object["metadata", name]
        }
        var value: JSONValue = [
            "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": .object(metadata),
            "spec": ["replicas": object.value(at: scale.specReplicas[...]) ?? 0],
        ]
        value["status", "replicas"] = object.value(at: scale.statusReplicas[...]) ?? 0
        if let path = scale.selector, let selector = object.value(at: path[...]) {
            value["status", "selector"] = .string(Self.text(selector))
        }
        return value
    }

    /// The workload with the replicas that a Scale object asks for.
    func scaled(by wanted: JSONValue) -> JSONValue {
        var object = object
        object.set(wanted["spec", "replicas"] ?? 0, at: scale.specReplicas[...])
        return object
    }

    /// A selector as `kubectl -l` takes it.
    private static func text(_ selector: JSONValue) -> String {
        if let text = selector.string { return text }
        let labels = (selector["matchLabels"] ?? selector).stringMap.sorted { $0.key < $1.key }
        var parts = labels.map { "\($0.key)=\($0.value)" }
        for expression in selector["matchExpressions"]?.array ?? [] {
            let key = expression["key"]?.string ?? ""
            let values = (expression["values"]?.array ?? []).compactMap(\.string).joined(separator: ",")
            switch expression["operator"]?.string {
            case "In": parts.append("\(key) in (\(values))")
            case "NotIn": parts.append("\(key) notin (\(values))")
            case "Exists": parts.append(key)
            case "DoesNotExist": parts.append("!\(key)")
            default: break
            }
        }
        return parts.joined(separator: ",")
    }
}
