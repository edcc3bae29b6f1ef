import KubernetesObjects

@testable import Readiness

extension BuiltinCase {
    private static func clusterBinding(_ role: String, _ subject: String) -> String {
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: binding}
        roleRef: {kind: ClusterRole, name: \(role)}
        subjects: [{\(subject)}]
        """
    }

    private static func role(_ name: String, verbs: String = "get", resources: String = "pods") -> String {
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: \(name)}
        rules: [{apiGroups: ["*"], resources: ["\(resources)"], verbs: ["\(verbs)"]}]
        """
    }

    private static let account = """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: robot, namespace: shop}
        """

    private static let robot = "kind: ServiceAccount, name: robot, namespace: shop"
    private static let binding = "ClusterRoleBinding.rbac.authorization.k8s.io binding"

    private static let namespaced = """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: local, namespace: shop}
        roleRef: {kind: Role, name: reader}
        subjects: [{kind: ServiceAccount, name: default}, {kind: User, name: someone}]
        """

    static let bindings: [BuiltinCase] = [
        BuiltinCase(
            "bindings-resolve",
            "role and account exist",
            .pass,
            Sample.join(clusterBinding("viewer", robot), role("viewer"), account)
        ),
        BuiltinCase(
            "bindings-resolve",
            "the role is lost",
            .fail,
            Sample.join(clusterBinding("viewer", robot), account)
        )
        .finding("fail \(binding) at /roleRef: grants the ClusterRole viewer, which does not exist"),
        BuiltinCase(
            "bindings-resolve",
            "the account is lost",
            .warn,
            Sample.join(clusterBinding("viewer", robot), role("viewer"))
        )
        .finding("warn \(binding) at /subjects/0: names the ServiceAccount shop/robot, which does not exist"),
        BuiltinCase("bindings-resolve", "a Role is looked for in the binding's namespace", .fail, namespaced)
            .finding(
                "fail RoleBinding.rbac.authorization.k8s.io shop/local at /roleRef: "
                    + "grants the Role reader, which does not exist"
            ),
        BuiltinCase("bindings-resolve", "roles that cannot be read", .unknown, clusterBinding("viewer", robot))
            .unreadable(.clusterRole, "forbidden")
            .reason("ClusterRole.rbac.authorization.k8s.io could not be read: forbidden"),
    ]

    private static let anonymous = "kind: User, name: \"system:anonymous\""

    static let anonymousGrants: [BuiltinCase] = [
        BuiltinCase("no-anonymous-grants", "accounts with names", .pass, clusterBinding("viewer", robot)),
        BuiltinCase(
            "no-anonymous-grants",
            "public information may be anonymous",
            .pass,
            clusterBinding("\"system:public-info-viewer\"", "kind: Group, name: \"system:unauthenticated\"")
        ),
        BuiltinCase("no-anonymous-grants", "everyone may read", .fail, clusterBinding("viewer", anonymous))
            .finding(
                "fail \(binding) at /subjects/0: "
                    + "grants viewer to system:anonymous: anyone who reaches the API server"
            ),
    ]

    static let wildcardGrants: [BuiltinCase] = [
        BuiltinCase(
            "no-wildcard-grants",
            "a wildcard of resources only",
            .pass,
            Sample.join(clusterBinding("viewer", robot), role("viewer", resources: "*"))
        ),
        BuiltinCase(
            "no-wildcard-grants",
            "a role of its own with every right",
            .warn,
            Sample.join(clusterBinding("owner", robot), role("owner", verbs: "*", resources: "*"))
        )
        .finding(
            "warn \(binding) at /subjects/0: gives the ServiceAccount shop/robot every right in the cluster by owner"
        ),
        BuiltinCase(
            "no-wildcard-grants",
            "the default account, which every Pod has",
            .fail,
            clusterBinding("cluster-admin", "kind: ServiceAccount, name: default, namespace: shop")
        )
        .finding(
            "fail \(binding) at /subjects/0: "
                + "gives the ServiceAccount shop/default every right in the cluster by cluster-admin"
        ),
        BuiltinCase(
            "no-wildcard-grants",
            "the group of all accounts",
            .fail,
            clusterBinding("cluster-admin", "kind: Group, name: \"system:serviceaccounts\"")
        )
        .finding(
            "fail \(binding) at /subjects/0: "
                + "gives all ServiceAccounts of */* every right in the cluster by cluster-admin"
        ),
        BuiltinCase(
            "no-wildcard-grants",
            "the accounts of the system",
            .pass,
            clusterBinding("cluster-admin", "kind: Group, name: \"system:serviceaccounts:kube-system\"")
        ),
        BuiltinCase("no-wildcard-grants", "an allowed account", .pass, clusterBinding("cluster-admin", robot))
            .parameters("allowedAccounts: [shop/robot]"),
        BuiltinCase(
            "no-wildcard-grants",
            "people may have every right",
            .pass,
            clusterBinding("cluster-admin", "kind: Group, name: \"system:masters\"")
        ),
    ]
}
