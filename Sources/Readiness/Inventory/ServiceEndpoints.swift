import KubernetesObjects

extension ObjectInventory {
    /// Whether workloads can be expected to run. A snapshot may lack its nodes, so the status of its workloads speaks for it.
    func runsWorkloads() throws(UnreadableKind) -> Bool {
        if hasNodes { return true }
        // Nodes that a cluster does not show are not absent: asking for them throws.
        guard served == nil else { return try !objects(.node).isEmpty }
        return try workloads().contains { $0.isLongRunning && ($0.object["status", "readyReplicas"]?.int ?? 0) > 0 }
    }

    /// Whether a Service sends traffic to at least one ready Pod.
    ///
    /// Snapshots leave endpoints out, because controllers make them anew; there the workloads behind the selector answer.
    func hasReadyEndpoint(_ service: JSONValue) throws(UnreadableKind) -> Bool {
        if service["spec", "type"]?.string == "ExternalName" { return true }
        let (namespace, name) = (service.objectNamespace ?? "", service.objectName)
        let slices = try objects(.endpointSlice, namespace: namespace)
            .filter { $0.labels["kubernetes.io/service-name"] == name }
        let isReady = slices.contains { slice in
            (slice["endpoints"]?.array ?? []).contains {
                $0["conditions", "ready"]?.bool != false && $0["addresses"]?.array?.isEmpty == false
            }
        }
        if isReady { return true }
        let endpoints = try object(.endpoints, namespace: namespace, name: name)
        let hasAddress = (endpoints?["subsets"]?.array ?? []).contains { $0["addresses"]?.array?.isEmpty == false }
        if hasAddress { return true }
        guard slices.isEmpty, endpoints == nil, served == nil, let selector = service["spec", "selector"] else {
            return false
        }
        let labels = selector.stringMap
        return try workloads()
            .contains { workload in
                // A workload that is scaled to zero has what it wants, and answers nobody.
                workload.isLongRunning && workload.replicas != 0 && workload.namespace == namespace
                    && labels.allSatisfy { workload.podLabels[$0.key] == $0.value }
                    && WorkloadReadiness.of(workload.object).isReady
            }
    }
}
