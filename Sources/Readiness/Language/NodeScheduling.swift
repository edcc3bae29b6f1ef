import KubernetesObjects

/// Whether a workload's Pods may run on a node, by its selector, required affinity and tolerations.
///
/// Rules: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ and …/taint-and-toleration/.
struct NodeScheduling {
    private let spec: JSONValue
    private let isDaemonSet: Bool

    init(_ workload: Workload) {
        spec = workload.podSpec
        isDaemonSet = workload.identity.groupVersionKind.kind == "DaemonSet"
    }

    /// The taints that every Pod of a DaemonSet tolerates.
    private static let daemonTaints: Set = [
        "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable", "node.kubernetes.io/disk-pressure",
        "node.kubernetes.io/memory-pressure", "node.kubernetes.io/pid-pressure", "node.kubernetes.io/unschedulable",
        "node.kubernetes.io/network-unavailable",
    ]

    func allows(_ node: JSONValue) -> Bool {
        let labels = node.labels
        let selector = spec["nodeSelector"]?.stringMap ?? [:]
        guard selector.allSatisfy({ labels[$0.key] == $0.value }) else { return false }
        let path = ["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"]
        if let terms = spec.value(at: path[...])?.array, !terms.contains(where: { matches($0, node) }) { return false }
        return (node["spec", "taints"]?.array ?? []).allSatisfy(isTolerated)
    }

    /// One term: all of its expressions on labels and on the node's name.
    private func matches(_ term: JSONValue, _ node: JSONValue) -> Bool {
        let expressions = term["matchExpressions"]?.array ?? []
        let fields = term["matchFields"]?.array ?? []
        // An empty term matches nothing.
        guard !expressions.isEmpty || !fields.isEmpty else { return false }
        return expressions.allSatisfy { matches($0, node.labels[$0["key"]?.string ?? ""]) }
            && fields.allSatisfy { matches($0, node.objectName) }
    }

    private func matches(_ expression: JSONValue, _ value: String?) -> Bool {
        let values = expression["values"]?.array?.compactMap(\.string) ?? []
        switch expression["operator"]?.string {
        case "In": return value.map(values.contains) ?? false
        case "NotIn": return value.map { !values.contains($0) } ?? true
        case "Exists": return value != nil
        case "DoesNotExist": return value == nil
        case "Gt": return value.flatMap { Int($0) }.map { $0 > Int(values.first ?? "") ?? .max } ?? false
        case "Lt": return value.flatMap { Int($0) }.map { $0 < Int(values.first ?? "") ?? .min } ?? false
        default: return false
        }
    }

    private func isTolerated(_ taint: JSONValue) -> Bool {
        let (key, effect) = (taint["key"]?.string ?? "", taint["effect"]?.string ?? "")
        if effect == "PreferNoSchedule" { return true }
        if isDaemonSet, Self.daemonTaints.contains(key) { return true }
        return (spec["tolerations"]?.array ?? []).contains { toleration in
            let (name, wanted) = (toleration["key"]?.string ?? "", toleration["effect"]?.string ?? "")
            guard wanted.isEmpty || wanted == effect else { return false }
            if toleration["operator"]?.string == "Exists" { return name.isEmpty || name == key }
            return name == key && (toleration["value"]?.string ?? "") == (taint["value"]?.string ?? "")
        }
    }
}
