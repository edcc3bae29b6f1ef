import KubernetesObjects
import Policies

extension RuleEvaluator {
    /// Functions of workloads, their Pods and the components that they belong to.
    func workloadFunction(_ function: ExpressionFunction, _ arguments: [RuleValue]) throws(UnreadableKind) -> RuleValue
    {
        let inventory = context.inventory
        let first = arguments.first ?? .null
        switch function {
        case .workloads:
            guard let namespace = first.text, !namespace.isEmpty else {
                return .array(try inventory.workloads().map(\.object), isSecret: false)
            }
            return .array(try inventory.workloads(namespace: namespace).map(\.object), isSecret: false)
        case .components:
            let section = first.text
            return .list(
                context.components.filter { section == nil || $0.signature.section.rawValue == section }.map(\.value)
            )
        case .isPartOf:
            guard let identity = first.json.flatMap({ ObjectIdentity(of: $0) }) else { return .null }
            let section = arguments[1].text
            return .bool(
                context.components.contains {
                    $0.signature.section.rawValue == section && $0.workloads.contains(identity)
                }
            )
        case .image: return first.text.map { Self.image($0) } ?? .null
        case .schedules:
            guard let object = first.json, let node = arguments[1].json, let workload = Workload(object) else {
                return .null
            }
            return .bool(NodeScheduling(workload).allows(node))
        case .allowsEviction:
            guard let budget = first.json, case .int(let replicas) = arguments[1] else { return .null }
            return .bool(ScalingChecks.allowsEviction(budget, replicas))
        default: break
        }
        guard let workload = first.json.flatMap({ Workload($0) }) else { return .null }
        switch function {
        case .pods:
            guard workload.identity.groupVersionKind.kind != "Pod" else { return .list([first]) }
            let selector = (try? LabelSelector(of: workload.object["spec", "selector"] ?? .null)) ?? LabelSelector([])
            guard !selector.requirements.isEmpty else { return .list([]) }
            let pods = try inventory.objects(.pod, namespace: workload.namespace)
            return .array(pods.filter { selector.matches($0.labels) }, isSecret: false)
        case .podSpec: return RuleValue(workload.podSpec)
        case .podLabels: return RuleValue(workload.template["metadata", "labels"] ?? [:])
        case .replicas: return RuleValue(workload.replicas)
        case .containers:
            return .array(
                workload.containers.map { path, container in
                    var copy = container
                    copy["path"] = .string(path)
                    copy["isInit"] = .bool(path.contains("/initContainers/"))
                    return copy
                },
                isSecret: false
            )
        default:
            return .list(
                workload.references.map { reference in
                    .map([
                        "kind": .string(reference.kind.kind), "name": .string(reference.name),
                        "key": RuleValue(reference.key), "optional": .bool(reference.isOptional),
                        "path": .string(reference.path),
                    ])
                }
            )
        }
    }

    private static func image(_ text: String) -> RuleValue {
        let image = ImageReference(text)
        let pinning =
            switch image.pinning {
            case .digest: "digest"
            case .commit: "commit"
            case .version: "version"
            case .moving: "moving"
            }
        return .map([
            "registry": .string(image.registry), "repository": .string(image.repository), "tag": RuleValue(image.tag),
            "digest": RuleValue(image.digest), "pinning": .string(pinning), "text": .string(text),
        ])
    }
}

extension DetectedComponent {
    /// The component as the check language sees it.
    var value: RuleValue {
        .map([
            "id": .string(id), "row": .string(signature.section.rawValue), "state": .string(state.rawValue),
            "installed": .bool(state >= .installed && !isRegisteredOnly), "active": .bool(state >= .active),
            "named": .bool(signature.isNamedByChecklist), "version": RuleValue(version),
            "enforces": .bool(signature.enforcesNetworkPolicies), "deprecated": .bool(signature.isDeprecated),
            "note": .string(signature.note),
            "controllers": RuleValue(signature.ingressControllers.map(\.text)),
            "gatewayControllers": RuleValue(signature.gatewayControllers.map(\.text)),
            "customResources": RuleValue(signature.customResources.map(\.text)),
            "workloads": .array(workloadObjects, isSecret: false),
            "evidence": RuleValue(evidence),
        ])
    }
}
