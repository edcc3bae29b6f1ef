import KubernetesObjects

/// Objects between the version of a request and the version of the storage.
///
/// Only HorizontalPodAutoscaler v1 and v2 differ in more than their apiVersion.
enum VersionConversion {
    /// The object of a request in the storage version.
    static func toStorage(_ object: JSONValue, _ resource: ServedResource) -> JSONValue {
        var object = relabelled(object, resource.storageAPIVersion, resource.kind)
        guard resource.version != resource.storageVersion, resource.kind == "HorizontalPodAutoscaler" else {
            return object
        }
        if let target = object["spec", "targetCPUUtilizationPercentage"] {
            object["spec", "targetCPUUtilizationPercentage"] = nil
            let utilization: JSONValue = ["type": "Utilization", "averageUtilization": target]
            object["spec", "metrics"] = [
                ["type": "Resource", "resource": ["name": "cpu", "target": utilization]]
            ]
        }
        return object
    }

    /// The stored object in the version of a request.
    static func fromStorage(_ object: JSONValue, _ resource: ServedResource) -> JSONValue {
        guard resource.version != resource.storageVersion else { return object }
        var object = relabelled(object, resource.groupVersion, resource.kind)
        guard isConverted(resource) else { return object }
        let metrics = object["spec", "metrics"]?.array ?? []
        object["spec", "metrics"] = nil
        let cpu = metrics.first { $0["resource", "name"]?.string == "cpu" }
        if let target = cpu?["resource", "target", "averageUtilization"] {
            object["spec", "targetCPUUtilizationPercentage"] = target
        }
        for name in ["currentMetrics", "conditions"] { object["status", name] = nil }
        return object
    }

    /// Whether more than the apiVersion differs between this version and the storage version.
    static func isConverted(_ resource: ServedResource) -> Bool {
        resource.version != resource.storageVersion && resource.kind == "HorizontalPodAutoscaler"
    }

    private static func relabelled(_ object: JSONValue, _ apiVersion: String, _ kind: String) -> JSONValue {
        if object["apiVersion"]?.string == apiVersion, object["kind"]?.string == kind { return object }
        var rest = object.object ?? JSONObject()
        rest["apiVersion"] = nil
        rest["kind"] = nil
        let head = [
            JSONObject.Member(key: "kind", value: .string(kind)),
            JSONObject.Member(key: "apiVersion", value: .string(apiVersion)),
        ]
        return .object(JSONObject(head + rest.members))
    }
}
