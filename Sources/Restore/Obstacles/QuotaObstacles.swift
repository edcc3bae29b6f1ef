import KubernetesAPI
import KubernetesObjects

extension RestoreObstacles {
    /// Quotas of the cluster without room for what is created. Quotas of the snapshot come after what they limit.
    func quotas() -> [RestoreObstacle] {
        var wanted: [String: [String: Quantity]] = [:]
        let limited = Set((facts.objects[TargetFacts.quota] ?? []).map { $0["metadata", "namespace"]?.string ?? "" })
        guard !limited.isEmpty else { return [] }
        func add(_ namespace: String, _ name: String, _ amount: Quantity = Quantity(thousandths: 1000)) {
            wanted[namespace, default: [:]][name, default: Quantity(thousandths: 0)] =
                (wanted[namespace]?[name] ?? Quantity(thousandths: 0)) + amount
        }
        for step in plan.steps where step.verdict == .create {
            guard let namespace = step.identity.namespace, limited.contains(namespace) else { continue }
            let resource = step.resource.groupResource
            add(namespace, "count/\(resource)")
            if resource.group.isEmpty { add(namespace, resource.resource) }
        }
        for (step, object) in created {
            guard let namespace = step.identity.namespace, limited.contains(namespace) else { continue }
            switch step.identity.groupVersionKind.kind {
            case "Service":
                let type = object["spec", "type"]?.string
                if type == "LoadBalancer" { add(namespace, "services.loadbalancers") }
                let ports =
                    type == "NodePort" || type == "LoadBalancer" ? object["spec", "ports"]?.array?.count ?? 0 : 0
                if ports > 0 { add(namespace, "services.nodeports", Quantity(thousandths: 1000 * ports)) }
            case "PersistentVolumeClaim":
                guard let size = object["spec", "resources", "requests", "storage"]?.string.flatMap(Quantity.init)
                else { continue }
                add(namespace, "requests.storage", size)
                if let name = object["spec", "storageClassName"]?.string, !name.isEmpty {
                    add(namespace, "\(name).storageclass.storage.k8s.io/requests.storage", size)
                    add(namespace, "\(name).storageclass.storage.k8s.io/persistentvolumeclaims")
                }
            default: continue
            }
        }
        return (facts.objects[TargetFacts.quota] ?? []).flatMap { shortages($0, wanted) }
    }

    /// https://kubernetes.io/docs/concepts/policy/resource-quotas/: a quota with scopes counts only some Pods, which no restore makes.
    private func shortages(_ quota: JSONValue, _ wanted: [String: [String: Quantity]]) -> [RestoreObstacle] {
        let namespace = quota["metadata", "namespace"]?.string ?? ""
        guard quota["spec", "scopes"] == nil, quota["spec", "scopeSelector"] == nil else { return [] }
        return (quota["spec", "hard"]?.object?.members ?? []).sorted { $0.key < $1.key }
            .compactMap { limit in
                guard let more = wanted[namespace]?[limit.key], let hard = Quantity(Self.text(limit.value)) else {
                    return nil
                }
                let used = Quantity(Self.text(quota["status", "used", limit.key])) ?? Quantity(thousandths: 0)
                let total = used + more
                guard total > hard else { return nil }
                let patch = "{\"spec\":{\"hard\":{\"\(limit.key)\":\"\(total.text)\"}}}"
                return RestoreObstacle(
                    .quota,
                    "ResourceQuota \(namespace)/\(quota.name)",
                    "allows \(hard.text) of \(limit.key), \(used.text) are used and \(more.text) come with the restore",
                    remedy: "kubectl patch resourcequota \(quota.name) -n \(namespace) --type merge -p '\(patch)'"
                )
            }
    }

    private static func text(_ value: JSONValue?) -> String {
        value?.string ?? value?.int.map { "\($0)" } ?? ""
    }
}
