import KubernetesObjects

/// HorizontalPodAutoscalers: v1 knows one target for the processor, v2beta1 another form of targets, v2beta2 is v2
/// (https://kubernetes.io/docs/reference/using-api/deprecation-guide/#horizontalpodautoscaler-v126).
enum AutoscalerConversion {
    static func convert(_ result: inout APIConversion.Result, from source: String, to target: String) {
        var metrics = result.object["spec", "metrics"]?.array ?? []
        if source == "v1" {
            if let share = result.object["spec", "targetCPUUtilizationPercentage"] {
                metrics = [
                    [
                        "type": "Resource",
                        "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": share]],
                    ]
                ]
            }
            result.object["spec", "targetCPUUtilizationPercentage"] = nil
        }
        if source == "v2beta1" { metrics = metrics.map(modern) }
        switch target {
        case "v1":
            let processor = metrics.first {
                $0["type"] == "Resource" && $0["resource", "name"] == "cpu"
                    && $0["resource", "target", "averageUtilization"] != nil
            }
            result.object["spec", "targetCPUUtilizationPercentage"] =
                processor?["resource", "target", "averageUtilization"]
            result.object["spec", "metrics"] = nil
            result.object["spec", "behavior"] = nil
            if metrics.count > (processor == nil ? 0 : 1) {
                result.notes.append("its other metrics are lost: autoscaling/v1 knows the processor only")
            }
        case "v2beta1":
            result.object["spec", "metrics"] = metrics.isEmpty ? nil : .array(metrics.map(old))
            result.object["spec", "behavior"] = nil
        default: result.object["spec", "metrics"] = metrics.isEmpty ? nil : .array(metrics)
        }
    }

    /// The name of the field that says whose metric it is.
    private static let sources = ["Resource": "resource", "Pods": "pods", "Object": "object", "External": "external"]

    private static func modern(_ metric: JSONValue) -> JSONValue {
        guard let type = metric["type"]?.string, let field = sources[type], var source = metric[field] else {
            return metric
        }
        var target: JSONValue = [:]
        func take(_ name: String, _ kind: String, _ newName: String) {
            guard let value = source[name] else { return }
            target["type"] = .string(kind)
            target[newName] = value
            source[name] = nil
        }
        take("targetAverageUtilization", "Utilization", "averageUtilization")
        take("targetAverageValue", "AverageValue", "averageValue")
        take("targetValue", "Value", "value")
        if type == "Object" {
            // An object is described and compared with its value or with an average.
            if let object = source["target"] { source["describedObject"] = object }
            if let average = source["averageValue"] {
                target = ["type": "AverageValue", "averageValue": average]
                source["averageValue"] = nil
            }
        }
        if type != "Resource" {
            var named: JSONValue = ["name": source["metricName"] ?? ""]
            if let selector = source["selector"] ?? source["metricSelector"] { named["selector"] = selector }
            for old in ["metricName", "selector", "metricSelector"] { source[old] = nil }
            source["metric"] = named
        }
        source["target"] = target
        return ["type": .string(type), field: source]
    }

    private static func old(_ metric: JSONValue) -> JSONValue {
        guard let type = metric["type"]?.string, let field = sources[type], var source = metric[field],
            let target = source["target"]
        else { return metric }
        source["target"] = nil
        if type != "Resource" {
            source["metricName"] = source["metric", "name"]
            source[type == "External" ? "metricSelector" : "selector"] = source["metric", "selector"]
            source["metric"] = nil
        }
        if type == "Object" {
            source["target"] = source["describedObject"]
            source["describedObject"] = nil
            source["averageValue"] = target["averageValue"]
            source["targetValue"] = target["value"] ?? "0"
        } else {
            source["targetAverageUtilization"] = target["averageUtilization"]
            source["targetAverageValue"] = target["averageValue"]
            source["targetValue"] = target["value"]
        }
        return ["type": .string(type), field: source]
    }
}
