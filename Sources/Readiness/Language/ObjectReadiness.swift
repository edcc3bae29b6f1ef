import KubernetesObjects

/// Whether any object does what it should, by its status; objects of controllers that report conditions are judged by those.
///
/// Rules: https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md.
enum ObjectReadiness {
    private static let conditions = [
        "Ready", "Available", "Healthy", "Synced", "Programmed", "Accepted", "Established",
    ]

    /// What is wrong; nil when nothing is.
    static func problem(of object: JSONValue) -> String? {
        if case .notReady(let reason) = WorkloadReadiness.of(object) { return reason }
        guard Workload(object) == nil || object.objectKind == "Pod" else { return nil }
        for type in conditions {
            guard let condition = object.condition(type), condition["status"]?.string != "True" else { continue }
            let reason = [condition["reason"]?.string, condition["message"]?.string].compactMap(\.self)
                .filter { !$0.isEmpty }.joined(separator: ": ")
            let status = condition["status"]?.string ?? "Unknown"
            return "\(type) is \(status)\(reason.isEmpty ? "" : ": \(reason)")"
        }
        return nil
    }

    /// Whether a Job or Pod has done its work.
    static func isCompleted(_ object: JSONValue) -> Bool {
        object.hasCondition("Complete") || object["status", "phase"]?.string == "Succeeded"
    }
}
