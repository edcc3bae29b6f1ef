import KubernetesObjects

/// Fills the rules of ClusterRoles that gather others by label.
struct AggregatedRoleController {
    let writes: ControllerWrites

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) {
        guard let role = transaction.object(key),
            let selectors = role.value["aggregationRule", "clusterRoleSelectors"]?.array
        else { return }
        var rules: [JSONValue] = []
        let roles = transaction.objects(.rbac("clusterroles"))
        for selector in selectors.compactMap({ try? LabelSelector(of: $0) }) {
            for other in roles where other.name != key.name && selector.matches(other.labels) {
                for rule in other.value.elements("rules") where !rules.contains(rule) { rules.append(rule) }
            }
        }
        writes.change(key, in: &transaction) { $0["rules"] = rules.isEmpty ? .null : .array(rules) }
    }
}
