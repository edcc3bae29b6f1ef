import KubernetesObjects
import Policies

/// Whether what should run runs.
enum WorkloadChecks {
    /// Every Deployment, StatefulSet, DaemonSet and bare Pod has the replicas that it wants. Parameter: `excludedNamespaces`.
    static let ready: ReadinessBuiltin = { context throws(UnreadableKind) in
        guard try context.inventory.runsWorkloads() else { return .withoutNodes }
        var result = Examination()
        let excluded = context.patterns("excludedNamespaces")
        for workload in try context.inventory.workloads() where !excluded.matches(workload.namespace) {
            guard workload.identity.groupVersionKind.kind != "CronJob" else { continue }
            result.examined += 1
            if case .notReady(let reason) = WorkloadReadiness.of(workload.object) {
                result.fail(workload.identity, "is not ready: \(reason)", at: "/status")
            }
        }
        return result
    }

    /// Every Service with a selector has at least one ready endpoint. Parameter: `excludedNamespaces`.
    static let servicesHaveEndpoints: ReadinessBuiltin = { context throws(UnreadableKind) in
        guard try context.inventory.runsWorkloads() else { return .withoutNodes }
        var result = Examination()
        let excluded = context.patterns("excludedNamespaces")
        for service in try context.inventory.objects(.service) where !excluded.matches(service.objectNamespace ?? "") {
            guard service["spec", "selector"]?.object?.isEmpty == false else { continue }
            result.examined += 1
            guard try !context.inventory.hasReadyEndpoint(service) else { continue }
            // A workload that is scaled to zero on purpose leaves its Service without endpoints on purpose.
            let labels = service["spec", "selector"]?.stringMap ?? [:]
            let behind = try context.inventory.workloads()
                .filter { workload in
                    workload.namespace == service.objectNamespace
                        && labels.allSatisfy { workload.podLabels[$0.key] == $0.value }
                }
            if !behind.isEmpty, behind.allSatisfy({ $0.replicas == 0 }) {
                result.warn(ObjectIdentity(of: service), "has no endpoints: its workload is scaled to 0", at: "/spec/selector")
            } else {
                let reason = behind.isEmpty ? "its selector matches no workload" : "no Pod behind it is ready"
                result.fail(ObjectIdentity(of: service), "has no ready endpoint: \(reason)", at: "/spec/selector")
            }
        }
        return result
    }

    /// Every node is Ready, and no node reports pressure.
    static let nodesReady: ReadinessBuiltin = { context throws(UnreadableKind) in
        let nodes = try context.inventory.objects(.node)
        guard !nodes.isEmpty else { return .withoutNodes }
        var result = Examination()
        for node in nodes {
            result.examined += 1
            let identity = ObjectIdentity(of: node)
            if !node.hasCondition("Ready") { result.fail(identity, "is not Ready", at: "/status/conditions") }
            for type in ["MemoryPressure", "DiskPressure", "PIDPressure"] where node.hasCondition(type) {
                result.warn(identity, "reports \(type)", at: "/status/conditions/\(type)")
            }
        }
        return result
    }

    /// No namespace is stuck in its deletion.
    static let namespacesActive: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        for namespace in try context.inventory.objects(.namespace) {
            result.examined += 1
            if namespace["status", "phase"]?.string == "Terminating"
                || namespace["metadata", "deletionTimestamp"] != nil
            {
                result.fail(ObjectIdentity(of: namespace), "is being deleted", at: "/status/phase")
            }
        }
        return result
    }
}
