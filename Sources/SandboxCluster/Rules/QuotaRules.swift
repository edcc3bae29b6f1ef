import KubernetesObjects

/// ResourceQuotas: what a namespace may hold, in objects and in compute resources.
enum QuotaRules {
    /// Refuses an object that would exceed a quota of its namespace.
    static func check(_ object: JSONValue, resource: GroupResource, in objects: Transaction) throws(StatusError) {
        guard !object.namespace.isEmpty else { return }
        let quotas = objects.values(.core("resourcequotas"), namespace: object.namespace)
        guard !quotas.isEmpty else { return }
        let charge = usage(of: object, resource: resource)
        for quota in quotas where quota.elements("spec", "scopes").isEmpty && quota["spec", "scopeSelector"] == nil {
            var exceeded: [(name: String, requested: Quantity, used: Quantity, limit: Quantity)] = []
            for member in quota["spec", "hard"]?.object?.members.sorted(by: { $0.key < $1.key }) ?? [] {
                guard let limit = LimitRules.quantity(member.value), let requested = charge[member.key] else {
                    continue
                }
                let used = used(member.key, resource: resource, namespace: object.namespace, in: objects)
                if used + requested > limit { exceeded.append((member.key, requested, used, limit)) }
            }
            guard exceeded.isEmpty else {
                func list(_ value: (Int) -> Quantity) -> String {
                    exceeded.indices.map { "\(exceeded[$0].name)=\(value($0).text)" }.joined(separator: ",")
                }
                throw .forbidden(
                    resource,
                    object.name,
                    "exceeded quota: \(quota.name), requested: \(list { exceeded[$0].requested }), "
                        + "used: \(list { exceeded[$0].used }), limited: \(list { exceeded[$0].limit })"
                )
            }
        }
    }

    /// What one quota entry uses now, counting the objects of one resource.
    static func used(
        _ name: String,
        resource: GroupResource,
        namespace: String,
        in objects: Transaction
    ) -> Quantity {
        objects.values(resource, namespace: namespace).reduce(Quantity(thousandths: 0)) { sum, object in
            sum + (usage(of: object, resource: resource)[name] ?? Quantity(thousandths: 0))
        }
    }

    /// The resources that quota entries can count.
    static func resource(countedBy name: String) -> GroupResource {
        if name.hasPrefix("count/") {
            let parts = name.dropFirst("count/".count).split(separator: ".", maxSplits: 1).map(String.init)
            return GroupResource(group: parts.count == 2 ? parts[1] : "", resource: parts.first ?? "")
        }
        if name == "requests.storage" || name.contains(".storageclass.storage.k8s.io/") { return .claims }
        if name.hasPrefix("services") { return .services }
        let counted = [
            "secrets", "configmaps", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas",
        ]
        return counted.contains(name) ? .core(name) : .pods
    }

    /// What an object adds to each quota entry.
    private static func usage(of object: JSONValue, resource: GroupResource) -> [String: Quantity] {
        let one = Quantity(thousandths: 1000)
        var usage: [String: Quantity] = ["count/\(resource)": one]
        if resource.group.isEmpty { usage[resource.resource] = one }
        switch resource {
        case .pods:
            if ["Succeeded", "Failed"].contains(object.text("status", "phase")) {
                return ["count/pods": one]
            }
            for container in object.elements("spec", "containers") {
                for bound in ["requests", "limits"] {
                    for member in container["resources", bound]?.object?.members ?? [] {
                        guard let quantity = LimitRules.quantity(member.value) else { continue }
                        let names =
                            bound == "requests" ? ["requests.\(member.key)", member.key] : ["limits.\(member.key)"]
                        for name in names { usage[name] = (usage[name] ?? Quantity(thousandths: 0)) + quantity }
                    }
                }
            }
        case .services:
            let type = object.text("spec", "type")
            if type == "LoadBalancer" { usage["services.loadbalancers"] = one }
            if ServiceRules.needsNodePorts(object) {
                usage["services.nodeports"] = Quantity(thousandths: 1000 * object.elements("spec", "ports").count)
            }
        case .claims:
            guard let storage = LimitRules.quantity(object["spec", "resources", "requests", "storage"]) else { break }
            usage["requests.storage"] = storage
            let prefix = "\(object.text("spec", "storageClassName")).storageclass.storage.k8s.io/"
            usage["\(prefix)requests.storage"] = storage
            usage["\(prefix)persistentvolumeclaims"] = one
        default: break
        }
        return usage
    }
}
