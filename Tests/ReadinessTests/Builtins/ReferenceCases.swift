import KubernetesObjects

@testable import Readiness

extension BuiltinCase {
    private static func web(_ spec: String) -> String { Sample.deployment("web", spec: spec) }

    private static let settings = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: shop}
        data: {mode: fast}
        """

    private static let path = "Deployment.apps shop/web at /spec/template/spec"

    static let references: [BuiltinCase] = [
        BuiltinCase(
            "references-resolve",
            "the ConfigMap of a volume exists",
            .pass,
            Sample.join(web("volumes: [{name: a, configMap: {name: settings}}]"), settings)
        ),
        BuiltinCase("references-resolve", "it is lost", .fail, web("volumes: [{name: a, configMap: {name: settings}}]"))
            .finding("fail \(path)/volumes/0/configMap: needs the ConfigMap shop/settings, which does not exist"),
        BuiltinCase(
            "references-resolve",
            "a key of it is lost",
            .fail,
            Sample.join(web("initContainers: [{env: [\(variable("size"))]}]"), settings)
        )
        .finding(
            "fail \(path)/initContainers/0/env/0/valueFrom: "
                + "needs the key “size” of the ConfigMap shop/settings, which it does not have"
        ),
        BuiltinCase(
            "references-resolve",
            "an optional reference may be lost",
            .skip,
            web("volumes: [{name: a, configMap: {name: settings, optional: true}}]")
        )
        .reason("there is nothing to look at"),
        BuiltinCase(
            "references-resolve",
            "a priority class belongs to the cluster",
            .fail,
            web("priorityClassName: high")
        )
        .finding("fail \(path)/priorityClassName: needs the PriorityClass high, which does not exist"),
        BuiltinCase(
            "references-resolve",
            "what every cluster has",
            .pass,
            web("priorityClassName: system-node-critical, serviceAccountName: default")
        ),
        BuiltinCase(
            "references-resolve",
            "Secrets that cannot be read",
            .unknown,
            web("imagePullSecrets: [{name: pull}]")
        )
        .unreadable(.secret, "forbidden").reason("Secret could not be read: forbidden"),
    ]

    private static func variable(_ key: String) -> String {
        "{name: A, valueFrom: {configMapKeyRef: {name: settings, key: \(key)}}}"
    }

    private static func budget(_ name: String, _ spec: String) -> String {
        """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: \(name), namespace: shop}
        spec: {selector: {matchLabels: {app: web}}, \(spec)}
        """
    }

    private static let three = Sample.deployment("web", replicas: 3, available: 3)

    static let disruptionBudgets: [BuiltinCase] = [
        BuiltinCase(
            "disruption-budgets-allow",
            "one Pod may go",
            .pass,
            Sample.join(three, budget("a", "maxUnavailable: 1"))
        ),
        BuiltinCase("disruption-budgets-allow", "there is no budget", .warn, three)
            .finding("warn Deployment.apps shop/web at /spec/replicas: has 3 replicas and no PodDisruptionBudget"),
        BuiltinCase(
            "disruption-budgets-allow",
            "a percentage is rounded up, and blocks",
            .fail,
            Sample.join(three, budget("a", "minAvailable: 67%"))
        )
        .finding("fail PodDisruptionBudget.policy shop/a at /spec: blocks every eviction at 3 replicas"),
        BuiltinCase(
            "disruption-budgets-allow",
            "two budgets select it",
            .fail,
            Sample.join(three, budget("a", "maxUnavailable: 1"), budget("b", "maxUnavailable: 1"))
        )
        .finding(
            "fail Deployment.apps shop/web at /spec/template/metadata/labels: "
                + "2 PodDisruptionBudgets select it, so that no Pod of it can be evicted"
        ),
        BuiltinCase("disruption-budgets-allow", "one replica needs none", .skip, Sample.deployment("web"))
            .reason("there is nothing to look at"),
        BuiltinCase("disruption-budgets-allow", "budgets that cannot be read", .unknown, three)
            .unreadable(.disruptionBudget, "forbidden")
            .reason("PodDisruptionBudget.policy could not be read: forbidden"),
    ]
}
