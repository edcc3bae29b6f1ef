import KubernetesObjects

/// Gives Services of type LoadBalancer an address, as a cloud does.
struct LoadBalancerController {
    let writes: ControllerWrites

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) {
        guard let service = transaction.object(key), service.value.text("spec", "type") == "LoadBalancer",
            service.value.elements("status", "loadBalancer", "ingress").isEmpty
        else { return }
        // The addresses of RFC 5737 for documentation, one for each clusterIP.
        let parts = service.value.text("spec", "clusterIP").split(separator: ".")
        let address = "203.0.113.\(parts.last ?? "1")"
        writes.change(key, in: &transaction) {
            $0["status", "loadBalancer", "ingress"] = [["ip": .string(address), "ipMode": "VIP"]]
        }
    }
}

/// Says how many replicas the target of an autoscaler has. Nothing measures load here, so it never scales.
struct AutoscalerController {
    let writes: ControllerWrites

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) {
        guard let scaler = transaction.object(key) else { return }
        let reference = scaler.value["spec", "scaleTargetRef"]
        let (group, _) = splitAPIVersion(reference?.text("apiVersion") ?? "")
        let kind = GroupKind(group: group, kind: reference?.text("kind") ?? "")
        let target = writes.registry.resource(kind).flatMap {
            transaction.object(
                ObjectKey($0.groupResource, namespace: key.namespace, name: reference?.text("name") ?? "")
            )
        }
        let now = transaction.now
        writes.change(key, in: &transaction) { object in
            let replicas = target?.value["spec", "replicas"]?.int ?? 0
            object["status", "currentReplicas"] = .int(replicas)
            object["status", "desiredReplicas"] = .int(replicas)
            let isFound = target != nil
            Conditions.set(
                in: &object,
                type: "AbleToScale",
                status: isFound,
                reason: isFound ? "SucceededGetScale" : "FailedGetScale",
                message: isFound
                    ? "the HPA controller was able to get the target's current scale"
                    : "the HPA controller was unable to get the target's current scale",
                now: now
            )
        }
    }
}

/// Counts how many Pods of a budget may be disrupted.
struct DisruptionBudgetController {
    let writes: ControllerWrites

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) {
        guard let budget = transaction.object(key), let text = budget.value["spec", "selector"],
            let selector = try? LabelSelector(of: text)
        else { return }
        let pods = transaction.objects(.pods, namespace: key.namespace).filter {
            $0.value.isActivePod && selector.matches($0.labels)
        }
        let (expected, healthy) = (pods.count, pods.filter { $0.value.isReadyPod }.count)
        let desired: Int
        if let least = budget.value["spec", "minAvailable"] {
            desired = Self.scaled(least, of: expected)
        } else {
            desired = max(0, expected - Self.scaled(budget.value["spec", "maxUnavailable"] ?? 1, of: expected))
        }
        let allowed = max(0, healthy - desired)
        let now = transaction.now
        writes.change(key, in: &transaction) { object in
            for (field, count) in [
                ("currentHealthy", healthy), ("desiredHealthy", desired), ("disruptionsAllowed", allowed),
                ("expectedPods", expected),
            ] { object["status", field] = .int(count) }
            object["status", "observedGeneration"] = object["metadata", "generation"] ?? 1
            Conditions.set(
                in: &object,
                type: "DisruptionAllowed",
                status: allowed > 0,
                reason: allowed > 0 ? "SufficientPods" : "InsufficientPods",
                message: "",
                now: now
            )
        }
    }

    private static func scaled(_ value: JSONValue, of total: Int) -> Int {
        if let count = value.int { return count }
        let percent = Int(value.string?.dropLast() ?? "") ?? 0
        return (total * percent + 99) / 100
    }
}

/// Counts what the quotas of a namespace limit.
struct QuotaController {
    let writes: ControllerWrites

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) {
        guard let quota = transaction.object(key) else { return }
        var used: JSONValue = [:]
        for member in quota.value["spec", "hard"]?.object?.members ?? [] {
            let resource = QuotaRules.resource(countedBy: member.key)
            let amount = QuotaRules.used(member.key, resource: resource, namespace: key.namespace, in: transaction)
            used[member.key] = .string(amount.text)
        }
        writes.change(key, in: &transaction) { object in
            object["status", "hard"] = object["spec", "hard"]
            object["status", "used"] = used
        }
    }
}

/// Says whether the API of an APIService can be reached: a local one always, another when its Service has endpoints.
struct APIServiceController {
    let writes: ControllerWrites

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) {
        guard let api = transaction.object(key) else { return }
        let (status, reason, message) = state(of: api.value, transaction)
        let now = transaction.now
        writes.change(key, in: &transaction) { object in
            Conditions.set(in: &object, type: "Available", status: status, reason: reason, message: message, now: now)
        }
    }

    private func state(of api: JSONValue, _ transaction: Transaction) -> (Bool, String, String) {
        guard let service = api["spec", "service"], !service.isNull else {
            return (true, "Local", "Local APIServices are always available")
        }
        let (namespace, name) = (service.text("namespace"), service.text("name"))
        guard transaction.value(.services, namespace: namespace, name: name) != nil else {
            return (false, "ServiceNotFound", "service/\(name) in \"\(namespace)\" is not present")
        }
        let endpoints = transaction.value(.core("endpoints"), namespace: namespace, name: name)
        guard endpoints?.elements("subsets").contains(where: { !$0.elements("addresses").isEmpty }) == true else {
            return (
                false, "MissingEndpoints",
                "endpoints for service/\(name) in \"\(namespace)\" have no addresses with port name \"\""
            )
        }
        return (true, "Passed", "all checks passed")
    }
}
