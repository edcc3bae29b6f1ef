import KubernetesObjects

@testable import Readiness

extension BuiltinCase {
    private static func policy(_ spec: String = "podSelector: {}, policyTypes: [Ingress]") -> String {
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: policy, namespace: shop}
        spec: {\(spec)}
        """
    }

    private static func plugin(_ name: String) -> String {
        """
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: \(name), namespace: kube-system}
        spec: {template: {spec: {}}}
        """
    }

    private static let cilium = """
        apiVersion: cilium.io/v2
        kind: CiliumNetworkPolicy
        metadata: {name: policy, namespace: shop}
        """

    static let networkPolicies: [BuiltinCase] = [
        BuiltinCase(
            "network-policies-cover",
            "a policy denies by default",
            .pass,
            Sample.join(Sample.deployment("web"), policy())
        ),
        BuiltinCase("network-policies-cover", "no policy at all", .fail, Sample.deployment("web"))
            .finding(
                "fail Namespace shop at /policies: "
                    + "has workloads and no NetworkPolicy: every Pod of the cluster reaches them"
            ),
        BuiltinCase(
            "network-policies-cover",
            "a policy for some Pods only",
            .warn,
            Sample.join(Sample.deployment("web"), policy("podSelector: {matchLabels: {app: web}}"))
        )
        .finding("warn Namespace shop at /default-deny: no policy denies by default the traffic that none allows"),
        BuiltinCase(
            "network-policies-cover",
            "a policy for all Pods that allows everything",
            .warn,
            Sample.join(Sample.deployment("web"), policy("podSelector: {}, ingress: [{}]"))
        )
        .finding("warn Namespace shop at /default-deny: no policy denies by default the traffic that none allows"),
        BuiltinCase(
            "network-policies-cover",
            "a plugin's own policy",
            .pass,
            Sample.join(Sample.deployment("web"), cilium)
        ),
        BuiltinCase("network-policies-cover", "an excluded namespace", .skip, Sample.deployment("web"))
            .parameters("excludedNamespaces: [shop]").reason("there is nothing to look at"),
        BuiltinCase("network-policies-cover", "policies that cannot be read", .unknown, Sample.deployment("web"))
            .unreadable(.networkPolicy, "forbidden")
            .reason("NetworkPolicy.networking.k8s.io could not be read: forbidden"),
        BuiltinCase(
            "network-policies-enforced",
            "a plugin enforces them",
            .pass,
            Sample.join(policy(), plugin("fence"))
        )
        .evidence("fence enforces NetworkPolicies"),
        BuiltinCase(
            "network-policies-enforced",
            "the plugin ignores them",
            .fail,
            Sample.join(policy(), plugin("flat"))
        )
        .finding("fail cluster at /components: 1 NetworkPolicies exist, and flat enforces none of them"),
        BuiltinCase("network-policies-enforced", "no plugin is known", .unknown, policy())
            .reason("no network plugin that this catalogue knows was found"),
        BuiltinCase("network-policies-enforced", "there are none", .skip, plugin("flat"))
            .reason("there are no NetworkPolicies"),
    ]
}
