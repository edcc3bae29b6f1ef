import KubernetesObjects
import Policies

/// Whether traffic between namespaces is restricted and the restriction is enforced.
enum NetworkPolicyChecks {
    /// Kinds of network plugins that restrict traffic as NetworkPolicies do.
    private static let dialects: [GroupKind] = [
        GroupKind(group: "cilium.io", kind: "CiliumNetworkPolicy"),
        GroupKind(group: "crd.projectcalico.org", kind: "NetworkPolicy"),
        GroupKind(group: "projectcalico.org", kind: "NetworkPolicy"),
    ]

    /// Every namespace with workloads has a policy. Parameter: `excludedNamespaces`.
    static let cover: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        let namespaces = Set(try context.inventory.workloads().map(\.namespace))
            .filter { !$0.isEmpty && !context.excludedNamespaces.matches($0) }
        for namespace in namespaces.sorted() {
            result.examined += 1
            let policies = try context.inventory.objects(.networkPolicy, namespace: namespace)
            var count = policies.count
            for dialect in dialects { count += try context.inventory.objects(dialect, namespace: namespace).count }
            let identity = ObjectIdentity(
                groupVersionKind: GroupVersionKind(group: "", version: "v1", kind: "Namespace"),
                namespace: nil,
                name: namespace
            )
            if count == 0 {
                result.fail(
                    identity,
                    "has workloads and no NetworkPolicy: every Pod of the cluster reaches them",
                    at: "/policies"
                )
            } else if count == policies.count, !policies.contains(where: deniesIngress) {
                result.warn(identity, "no policy denies by default the traffic that none allows", at: "/default-deny")
            }
        }
        return result
    }

    /// A policy that selects all Pods and allows no ingress.
    private static func deniesIngress(_ policy: JSONValue) -> Bool {
        let selector = policy["spec", "podSelector"]
        let selectsAll =
            (selector?["matchLabels"]?.object?.isEmpty ?? true)
            && (selector?["matchExpressions"]?.array?.isEmpty ?? true)
        let types = policy["spec", "policyTypes"]?.array?.compactMap(\.string) ?? ["Ingress"]
        return selectsAll && types.contains("Ingress") && (policy["spec", "ingress"]?.array?.isEmpty ?? true)
    }

    /// When there are policies, a network plugin that enforces them is there.
    static let enforced: ReadinessBuiltin = { context throws(UnreadableKind) in
        let policies = try context.inventory.objects(.networkPolicy)
        guard !policies.isEmpty else { return .notApplicable("there are no NetworkPolicies") }
        var result = Examination()
        result.examined = policies.count
        let plugins = context.components.filter { $0.signature.section == .networkPolicies && $0.state >= .installed }
        let enforcing = plugins.filter(\.signature.enforcesNetworkPolicies)
        result.evidence = enforcing.map { "\($0.id) enforces NetworkPolicies" }
        guard enforcing.isEmpty else { return result }
        let names = plugins.map(\.id)
        // Managed clusters run plugins that no object shows, so a cluster without any known plugin has no answer.
        guard !names.isEmpty else { return .unknown("no network plugin that this catalogue knows was found") }
        let list = names.joined(separator: ", ")
        result.fail(
            nil,
            "\(policies.count) NetworkPolicies exist, and \(list) enforces none of them",
            at: "/components"
        )
        return result
    }
}
