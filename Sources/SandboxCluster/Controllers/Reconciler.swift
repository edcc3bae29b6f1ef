import KubernetesObjects

/// Does one work item in one transaction.
struct Reconciler {
    let writes: ControllerWrites
    /// The objects that name the item's object as an owner.
    let dependents: [ObjectKey]
    let nextPodNumber: @Sendable () -> Int

    func reconcile(_ item: WorkItem, in transaction: inout Transaction) throws(StatusError) {
        if item.key.name.isEmpty {
            try reconcileAll(item, in: &transaction)
        } else {
            try reconcile(item.controller, item.key, in: &transaction)
        }
    }

    /// The resource that a controller looks at, for items that mean all objects of a namespace.
    private func resource(of controller: WorkItem.Controller) -> GroupResource? {
        switch controller {
        case .deployment: .apps("deployments")
        case .replicaSet: .replicaSets
        case .statefulSet: .apps("statefulsets")
        case .daemonSet: .apps("daemonsets")
        case .job: .batch("jobs")
        case .pod: .pods
        case .claim: .claims
        case .volume: .volumes
        case .tokenSecret: .secrets
        case .aggregatedRole: .rbac("clusterroles")
        case .endpoints: .services
        case .autoscaler: GroupResource(group: "autoscaling", resource: "horizontalpodautoscalers")
        case .disruptionBudget: GroupResource(group: "policy", resource: "poddisruptionbudgets")
        case .quota: .core("resourcequotas")
        case .apiService: GroupResource(group: "apiregistration.k8s.io", resource: "apiservices")
        case .namespace, .garbage, .definition, .loadBalancer: nil
        }
    }

    private func reconcileAll(_ item: WorkItem, in transaction: inout Transaction) throws(StatusError) {
        guard let resource = resource(of: item.controller) else { return }
        let isClusterScoped = [.volume, .aggregatedRole, .apiService].contains(item.controller)
        let namespace = item.key.namespace.isEmpty || isClusterScoped ? nil : item.key.namespace
        for object in Array(transaction.objects(resource, namespace: namespace)) {
            // Running Pods do not depend on what else changes; looking at the waiting ones keeps large clusters quick.
            if item.controller == .pod, object.value.text("status", "phase") != "Pending" { continue }
            try reconcile(item.controller, object.key, in: &transaction)
        }
    }

    private func reconcile(
        _ controller: WorkItem.Controller,
        _ key: ObjectKey,
        in transaction: inout Transaction
    ) throws(StatusError) {
        switch controller {
        case .namespace: NamespaceController(writes: writes).reconcile(key, in: &transaction)
        case .garbage: GarbageCollector(writes: writes, dependents: dependents).reconcile(key, in: &transaction)
        case .deployment: try DeploymentController(writes: writes).reconcile(key, in: &transaction)
        case .replicaSet: ReplicaSetController(writes: writes).reconcile(key, in: &transaction)
        case .statefulSet: StatefulSetController(writes: writes).reconcile(key, in: &transaction)
        case .daemonSet: DaemonSetController(writes: writes).reconcile(key, in: &transaction)
        case .job: JobController(writes: writes).reconcile(key, in: &transaction)
        case .pod: NodeAgent(writes: writes, nextPodNumber: nextPodNumber).reconcile(key, in: &transaction)
        case .claim: try ClaimController(writes: writes).reconcile(key, in: &transaction)
        case .volume: VolumeController(writes: writes).reconcile(key, in: &transaction)
        case .tokenSecret: TokenController(writes: writes).reconcile(key, in: &transaction)
        case .aggregatedRole: AggregatedRoleController(writes: writes).reconcile(key, in: &transaction)
        case .definition: DefinitionController(writes: writes).reconcile(key, in: &transaction)
        case .endpoints: try EndpointsController(writes: writes).reconcile(key, in: &transaction)
        case .loadBalancer: LoadBalancerController(writes: writes).reconcile(key, in: &transaction)
        case .autoscaler: AutoscalerController(writes: writes).reconcile(key, in: &transaction)
        case .disruptionBudget: DisruptionBudgetController(writes: writes).reconcile(key, in: &transaction)
        case .quota: QuotaController(writes: writes).reconcile(key, in: &transaction)
        case .apiService: APIServiceController(writes: writes).reconcile(key, in: &transaction)
        }
    }
}
