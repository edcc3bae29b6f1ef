import KubernetesObjects

/// Which work one write leads to.
struct WorkRouter {
    let owners: OwnerIndex
    let registry: ResourceRegistry

    func work(for event: StorageEvent) -> [WorkItem] {
        let (key, value) = (event.object.key, event.object.value)
        var items = ownWork(key, event)
        for reference in owners(of: event) {
            if let item = workOfOwner(reference, namespace: key.namespace) { items.append(item) }
            // An owner that is deleted in the foreground waits for this.
            if event.change == .deleted, let owner = owner(reference, namespace: key.namespace) {
                items.append(WorkItem(.garbage, owner))
            }
        }
        if !value.elements("metadata", "ownerReferences").isEmpty, event.change != .deleted {
            items.append(WorkItem(.garbage, key))
        }
        if event.change == .deleted {
            items += owners.dependents(of: event.object.uid).map { WorkItem(.garbage, $0) }
            if !key.namespace.isEmpty {
                items.append(WorkItem(.namespace, ObjectKey(.namespaces, name: key.namespace)))
            }
        } else if value.isTerminating {
            items.append(WorkItem(.garbage, key))
        }
        return items
    }

    private func owners(of event: StorageEvent) -> [JSONValue] {
        event.object.value.elements("metadata", "ownerReferences")
    }

    private func owner(_ reference: JSONValue, namespace: String) -> ObjectKey? {
        let (group, _) = splitAPIVersion(reference.text("apiVersion"))
        return registry.resource(GroupKind(group: group, kind: reference.text("kind")))?
            .key(namespace: namespace, name: reference.text("name"))
    }

    /// The controller of an owner looks at it when one of its dependents changed.
    private func workOfOwner(_ reference: JSONValue, namespace: String) -> WorkItem? {
        let (group, _) = splitAPIVersion(reference.text("apiVersion"))
        let name = reference.text("name")
        switch (group, reference.text("kind")) {
        case ("apps", "Deployment"):
            return WorkItem(.deployment, ObjectKey(.apps("deployments"), namespace: namespace, name: name))
        case ("apps", "ReplicaSet"):
            return WorkItem(.replicaSet, ObjectKey(.replicaSets, namespace: namespace, name: name))
        case ("apps", "StatefulSet"):
            return WorkItem(.statefulSet, ObjectKey(.apps("statefulsets"), namespace: namespace, name: name))
        case ("apps", "DaemonSet"):
            return WorkItem(.daemonSet, ObjectKey(.apps("daemonsets"), namespace: namespace, name: name))
        case ("batch", "Job"): return WorkItem(.job, ObjectKey(.batch("jobs"), namespace: namespace, name: name))
        default: return nil
        }
    }

    private func ownWork(_ key: ObjectKey, _ event: StorageEvent) -> [WorkItem] {
        switch (key.resource.group, key.resource.resource) {
        case ("", "namespaces"): [WorkItem(.namespace, key)]
        case ("apps", "deployments"): [WorkItem(.deployment, key)] + scaling(key)
        case ("apps", "replicasets"): [WorkItem(.replicaSet, key), other(.deployment, key)]
        case ("apps", "statefulsets"): [WorkItem(.statefulSet, key)] + scaling(key)
        case ("apps", "daemonsets"): [WorkItem(.daemonSet, key)]
        case ("batch", "jobs"): [WorkItem(.job, key)]
        case ("", "pods"): podWork(key, event)
        case ("", "nodes"): [WorkItem(.daemonSet, ObjectKey(.apps("daemonsets"), name: ""))]
        case ("", "services"): [WorkItem(.endpoints, key), WorkItem(.loadBalancer, key), other(.apiService, key)]
        case ("", "endpoints"): [other(.apiService, key)]
        case ("", "persistentvolumeclaims"):
            [
                WorkItem(.claim, key), other(.pod, key), other(.quota, key),
                other(.volume, ObjectKey(.volumes, name: "")),
            ]
        case ("", "persistentvolumes"): [WorkItem(.volume, key), other(.claim, ObjectKey(.claims, name: ""))]
        case ("storage.k8s.io", "storageclasses"): [other(.claim, ObjectKey(.claims, name: ""))]
        case ("", "secrets"): [WorkItem(.tokenSecret, key), other(.pod, key), other(.quota, key)]
        case ("", "configmaps"): [other(.pod, key), other(.quota, key)]
        case ("", "serviceaccounts"): [other(.tokenSecret, key)] + retries(key)
        case ("", "resourcequotas"), ("", "limitranges"): [other(.quota, key)] + retries(key)
        case ("rbac.authorization.k8s.io", "clusterroles"): [other(.aggregatedRole, key)]
        case ("autoscaling", _): [WorkItem(.autoscaler, key)]
        case ("policy", "poddisruptionbudgets"): [WorkItem(.disruptionBudget, key)]
        case ("apiregistration.k8s.io", _): [WorkItem(.apiService, key)]
        case ("apiextensions.k8s.io", _): event.change == .deleted ? [WorkItem(.definition, key)] : []
        case ("scheduling.k8s.io", _): retries(ObjectKey(.pods, name: ""))
        default: []
        }
    }

    private func podWork(_ key: ObjectKey, _ event: StorageEvent) -> [WorkItem] {
        var items = [
            WorkItem(.pod, key), other(.endpoints, key), other(.disruptionBudget, key), other(.quota, key),
        ]
        // An orphan may belong to any controller of the namespace, and a Pod that goes lets its claims go.
        if event.object.value.controllerReference == nil { items += retries(key) }
        if event.change == .deleted || !event.object.value.isActivePod { items.append(other(.claim, key)) }
        return items
    }

    private func scaling(_ key: ObjectKey) -> [WorkItem] { [other(.autoscaler, key)] }

    /// What could not create Pods before may be able to now.
    private func retries(_ key: ObjectKey) -> [WorkItem] {
        [other(.replicaSet, key), other(.statefulSet, key), other(.daemonSet, key), other(.job, key)]
    }

    /// Work on all objects of the namespace: an item without a name.
    private func other(_ controller: WorkItem.Controller, _ key: ObjectKey) -> WorkItem {
        WorkItem(controller, ObjectKey(key.resource, namespace: key.namespace, name: ""))
    }
}
