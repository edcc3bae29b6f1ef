import KubernetesObjects

/// The columns of pods and of the kinds that make pods.
enum WorkloadColumns {
    static func columns(_ kind: String) -> [TableColumn]? {
        let columns: [TableColumn]
        switch kind {
        case "Pod": columns = pod
        case "Deployment":
            columns = [
                ready(["status", "readyReplicas"], ["spec", "replicas"]),
                TableColumns.number("Up-to-date", ["status", "updatedReplicas"]),
                TableColumns.number("Available", ["status", "availableReplicas"]), TableColumns.age,
            ]
        case "StatefulSet": columns = [ready(["status", "readyReplicas"], ["spec", "replicas"]), TableColumns.age]
        case "ReplicaSet", "ReplicationController":
            columns = [
                TableColumns.number("Desired", ["spec", "replicas"]),
                TableColumns.number("Current", ["status", "replicas"]),
                TableColumns.number("Ready", ["status", "readyReplicas"]), TableColumns.age,
            ]
        case "DaemonSet":
            columns = [
                TableColumns.number("Desired", ["status", "desiredNumberScheduled"]),
                TableColumns.number("Current", ["status", "currentNumberScheduled"]),
                TableColumns.number("Ready", ["status", "numberReady"]),
                TableColumns.number("Up-to-date", ["status", "updatedNumberScheduled"]),
                TableColumns.number("Available", ["status", "numberAvailable"]),
                TableColumns.made("Node Selector") {
                    labels($0["spec", "template", "spec", "nodeSelector"]?.stringMap ?? [:])
                }, TableColumns.age,
            ]
        case "Job":
            columns = [
                TableColumns.made("Completions") {
                    "\($0["status", "succeeded"]?.int ?? 0)/\($0["spec", "completions"]?.int ?? 1)"
                }, TableColumns.made("Duration", duration), TableColumns.age,
            ]
        case "CronJob":
            columns = [
                TableColumns.text("Schedule", ["spec", "schedule"]), TableColumns.text("Suspend", ["spec", "suspend"]),
                TableColumns.count("Active", [["status", "active"]]),
                TableColumns.time("Last Schedule", ["status", "lastScheduleTime"]), TableColumns.age,
            ]
        case "HorizontalPodAutoscaler":
            columns = [
                TableColumns.made("Reference") {
                    "\($0["spec", "scaleTargetRef", "kind"]?.string ?? "")/\($0["spec", "scaleTargetRef", "name"]?.string ?? "")"
                }, TableColumns.number("MinPods", ["spec", "minReplicas"]),
                TableColumns.number("MaxPods", ["spec", "maxReplicas"]),
                TableColumns.number("Replicas", ["status", "currentReplicas"]), TableColumns.age,
            ]
        case "PodDisruptionBudget":
            columns = [
                TableColumns.text("Min Available", ["spec", "minAvailable"], missing: "N/A"),
                TableColumns.text("Max Unavailable", ["spec", "maxUnavailable"], missing: "N/A"),
                TableColumns.number("Allowed Disruptions", ["status", "disruptionsAllowed"]), TableColumns.age,
            ]
        default: return nil
        }
        return [TableColumns.name] + columns
    }

    private static let pod = [
        TableColumns.made("Ready") { pod in
            let statuses = pod["status", "containerStatuses"]?.array ?? []
            let ready = statuses.count { $0["ready"]?.bool == true }
            return "\(ready)/\(pod["spec", "containers"]?.array?.count ?? 0)"
        },
        TableColumns.made("Status") { pod in
            if pod["metadata", "deletionTimestamp"] != nil { return "Terminating" }
            let states = (pod["status", "containerStatuses"]?.array ?? []).compactMap { $0["state"] }
            let reasons = states.compactMap { $0["waiting", "reason"]?.string ?? $0["terminated", "reason"]?.string }
            return reasons.last ?? pod["status", "reason"]?.string ?? pod["status", "phase"]?.string ?? "Pending"
        },
        TableColumns.made("Restarts") { pod in
            let counts = (pod["status", "containerStatuses"]?.array ?? []).map { $0["restartCount"]?.int ?? 0 }
            return String(counts.reduce(0, +))
        }, TableColumns.age, TableColumns.text("IP", ["status", "podIP"], priority: 1),
        TableColumns.text("Node", ["spec", "nodeName"], priority: 1),
    ]

    private static func ready(_ ready: [String], _ wanted: [String]) -> TableColumn {
        TableColumns.made("Ready") {
            "\($0.value(at: ready[...])?.int ?? 0)/\($0.value(at: wanted[...])?.int ?? 1)"
        }
    }

    private static func duration(_ job: JSONValue) -> String {
        guard let start = job["status", "startTime"]?.string, let end = job["status", "completionTime"]?.string,
            let first = try? Timestamp(parsing: start), let last = try? Timestamp(parsing: end)
        else { return "" }
        return Age.text(seconds: last - first)
    }

    static func labels(_ labels: [String: String]) -> String {
        labels.isEmpty
            ? "<none>" : labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }
}
