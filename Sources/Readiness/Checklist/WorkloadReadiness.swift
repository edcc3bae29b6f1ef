package import KubernetesObjects

/// Whether a workload does what its spec wants, read from its status.
package enum WorkloadReadiness: Equatable, Sendable {
    case ready
    /// It is not; the text says what is missing, such as `1 of 3 replicas are available`.
    case notReady(String)

    package var isReady: Bool { self == .ready }

    /// Reads the status of a Deployment, StatefulSet, DaemonSet, ReplicaSet, Job or Pod; other kinds are ready by being there.
    package static func of(_ object: JSONValue) -> WorkloadReadiness {
        guard object.isObserved else { return .notReady("its controller has not seen the latest change") }
        func status(_ field: String) -> Int { object["status", field]?.int ?? 0 }
        switch object.objectKind {
        case "Deployment":
            let wanted = object["spec", "replicas"]?.int ?? 1
            return replicas(status("availableReplicas"), of: wanted, "available")
        case "StatefulSet", "ReplicaSet", "ReplicationController":
            let wanted = object["spec", "replicas"]?.int ?? 1
            return replicas(status("readyReplicas"), of: wanted, "ready")
        case "DaemonSet":
            guard object["status", "desiredNumberScheduled"]?.int != nil else {
                return .notReady("it has not been scheduled to any node")
            }
            let wanted = status("desiredNumberScheduled")
            return status("numberReady") >= wanted
                ? .ready : .notReady("\(status("numberReady")) of \(wanted) nodes run it")
        case "Job": return job(object)
        case "Pod": return pod(object)
        default: return .ready
        }
    }

    private static func replicas(_ count: Int, of wanted: Int, _ word: String) -> WorkloadReadiness {
        count >= wanted ? .ready : .notReady("\(count) of \(wanted) replicas are \(word)")
    }

    private static func job(_ object: JSONValue) -> WorkloadReadiness {
        if object["spec", "suspend"]?.bool == true || object.hasCondition("Complete") { return .ready }
        if object.hasCondition("Failed") { return .notReady("it failed") }
        return .notReady("it has not completed")
    }

    private static func pod(_ object: JSONValue) -> WorkloadReadiness {
        let phase = object["status", "phase"]?.string ?? "Pending"
        if phase == "Succeeded" || (phase == "Running" && object.hasCondition("Ready")) { return .ready }
        return .notReady("its phase is \(phase)\(phase == "Running" ? " and it is not ready" : "")")
    }
}
