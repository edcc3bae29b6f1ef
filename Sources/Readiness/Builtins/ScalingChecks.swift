import KubernetesObjects
import Policies

/// Whether the cluster survives a node and a busy hour.
enum ScalingChecks {
    /// Every HorizontalPodAutoscaler scales something that exists.
    static let autoscalerTargets: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        for autoscaler in try context.inventory.objects(.autoscaler) {
            result.examined += 1
            guard let target = autoscaler["spec", "scaleTargetRef"] else { continue }
            let group = GroupVersionKind(
                apiVersion: target["apiVersion"]?.string ?? "",
                kind: target["kind"]?.string ?? ""
            )
            let name = target["name"]?.string ?? ""
            let namespace = autoscaler.objectNamespace
            if try context.inventory.object(group.groupKind, namespace: namespace, name: name) == nil {
                result.fail(
                    ObjectIdentity(of: autoscaler),
                    "scales \(group.kind) \(namespace ?? "")/\(name), which does not exist",
                    at: "/spec/scaleTargetRef"
                )
            }
        }
        return result
    }

    /// Every workload with several replicas has one PodDisruptionBudget, and it allows a Pod to move.
    /// Parameter: `excludedNamespaces`.
    static let disruptionBudgets: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        for workload in try context.inventory.workloads() where !context.excludedNamespaces.matches(workload.namespace)
        {
            guard let replicas = workload.replicas, replicas > 1 else { continue }
            result.examined += 1
            let budgets = try context.inventory.objects(.disruptionBudget, namespace: workload.namespace)
                .filter { budget in
                    guard let value = budget["spec", "selector"], let selector = try? LabelSelector(of: value) else {
                        return false
                    }
                    return selector.matches(workload.podLabels)
                }
            if budgets.isEmpty {
                result.warn(
                    workload.identity,
                    "has \(replicas) replicas and no PodDisruptionBudget",
                    at: "/spec/replicas"
                )
            } else if budgets.count > 1 {
                result.fail(
                    workload.identity,
                    "\(budgets.count) PodDisruptionBudgets select it, so that no Pod of it can be evicted",
                    at: "/spec/template/metadata/labels"
                )
            } else if let budget = budgets.first, !allowsEviction(budget, replicas) {
                result.fail(ObjectIdentity(of: budget), "blocks every eviction at \(replicas) replicas", at: "/spec")
            }
        }
        return result
    }

    /// Whether one of `replicas` Pods may go. Percentages round up, as the disruption controller rounds them.
    static func allowsEviction(_ budget: JSONValue, _ replicas: Int) -> Bool {
        func count(_ value: JSONValue) -> Int? {
            if let number = value.int { return number }
            guard let text = value.string, text.hasSuffix("%"), let percent = Int(text.dropLast()) else { return nil }
            return (replicas * percent + 99) / 100
        }
        if let value = budget["spec", "maxUnavailable"], let most = count(value) { return most > 0 }
        if let value = budget["spec", "minAvailable"], let least = count(value) { return least < replicas }
        return true
    }

    /// The controllers of a row's components have several replicas, spread over nodes. Parameter: `minimum`, 2 by default.
    static let componentReplicas: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        let minimum = context.number("minimum", default: 2)
        let mine = Set(
            context.components.filter {
                context.check.section?.isArea != false || $0.signature.section == context.check.section
            }
            .flatMap(\.workloads)
        )
        for workload in try context.inventory.workloads() where mine.contains(workload.identity) {
            guard workload.identity.groupVersionKind.kind == "Deployment", let replicas = workload.replicas else {
                continue
            }
            result.examined += 1
            if replicas < minimum {
                result.warn(workload.identity, "has \(replicas) replicas; one lost node stops it", at: "/spec/replicas")
                continue
            }
            let isSpread =
                workload.podSpec["topologySpreadConstraints"]?.array?.isEmpty == false
                || workload.podSpec["affinity", "podAntiAffinity"] != nil
            if !isSpread {
                result.warn(
                    workload.identity,
                    "nothing keeps its replicas on different nodes",
                    at: "\(workload.specPath)/topologySpreadConstraints"
                )
            }
        }
        return result
    }
}
