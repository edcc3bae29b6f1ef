import KubernetesObjects
import Policies

/// Whether the right people and programs may do the right things.
enum AuthorizationChecks {
    /// Every binding names a role that exists and accounts that exist.
    static let bindingsResolve: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        for binding in try bindings(context.inventory) {
            result.examined += 1
            let identity = ObjectIdentity(of: binding)
            let (kind, name) = (binding["roleRef", "kind"]?.string ?? "", binding["roleRef", "name"]?.string ?? "")
            let isCluster = kind == "ClusterRole"
            let role = try context.inventory.object(
                isCluster ? .clusterRole : .role,
                namespace: isCluster ? nil : binding.objectNamespace,
                name: name
            )
            if role == nil { result.fail(identity, "grants the \(kind) \(name), which does not exist", at: "/roleRef") }
            for (index, subject) in (binding["subjects"]?.array ?? []).enumerated() {
                guard subject["kind"]?.string == "ServiceAccount", let account = subject["name"]?.string else {
                    continue
                }
                let namespace = subject["namespace"]?.string ?? binding.objectNamespace ?? ""
                // Controllers of the system own accounts that the API server makes on demand.
                if account == "default" || namespace == "kube-system" { continue }
                if try context.inventory.object(.serviceAccount, namespace: namespace, name: account) == nil {
                    let text = "names the ServiceAccount \(namespace)/\(account), which does not exist"
                    result.warn(identity, text, at: "/subjects/\(index)")
                }
            }
        }
        return result
    }

    private static let anonymous: Set = ["system:anonymous", "system:unauthenticated"]
    /// What every cluster grants to the world: versions and health, and the bootstrap information of kubeadm.
    private static let harmless: Set = [
        "system:public-info-viewer", "system:service-account-issuer-discovery", "kubeadm:bootstrap-signer-clusterinfo",
    ]

    /// Nothing but public information is granted to users without a name.
    static let noAnonymousGrants: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        for binding in try bindings(context.inventory) {
            result.examined += 1
            guard !harmless.contains(binding["roleRef", "name"]?.string ?? "") else { continue }
            for (index, subject) in (binding["subjects"]?.array ?? []).enumerated() {
                guard let name = subject["name"]?.string, anonymous.contains(name) else { continue }
                result.fail(
                    ObjectIdentity(of: binding),
                    "grants \(binding["roleRef", "name"]?.string ?? "a role") to \(name): anyone who reaches the API server",
                    at: "/subjects/\(index)"
                )
            }
        }
        return result
    }

    /// No account of a program may do everything. Parameters: `allowedAccounts` (patterns of `namespace/name`).
    static let noWildcardGrants: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        let allowed = context.patterns("allowedAccounts", default: ["kube-system/*"])
        var powerful: Set<String> = []
        for role in try context.inventory.objects(.clusterRole) {
            let isWildcard = (role["rules"]?.array ?? []).contains { rule in
                ["apiGroups", "resources", "verbs"].allSatisfy {
                    rule[$0]?.array?.contains { $0.string == "*" } == true
                }
            }
            if isWildcard { powerful.insert(role.objectName) }
        }
        powerful.insert("cluster-admin")
        for binding in try context.inventory.objects(.clusterRoleBinding) {
            result.examined += 1
            let role = binding["roleRef", "name"]?.string ?? ""
            guard powerful.contains(role) else { continue }
            for (index, subject) in (binding["subjects"]?.array ?? []).enumerated() {
                if let accounts = groupOfAccounts(subject) {
                    guard !allowed.matches(accounts) else { continue }
                    let text = "gives all ServiceAccounts of \(accounts) every right in the cluster by \(role)"
                    result.fail(ObjectIdentity(of: binding), text, at: "/subjects/\(index)")
                }
                guard subject["kind"]?.string == "ServiceAccount" else { continue }
                let account = "\(subject["namespace"]?.string ?? "")/\(subject["name"]?.string ?? "")"
                guard !allowed.matches(account) else { continue }
                let text = "gives the ServiceAccount \(account) every right in the cluster by \(role)"
                if account.hasSuffix("/default") {
                    result.fail(ObjectIdentity(of: binding), text, at: "/subjects/\(index)")
                } else {
                    result.warn(ObjectIdentity(of: binding), text, at: "/subjects/\(index)")
                }
            }
        }
        return result
    }

    /// The accounts that a Group stands for, as a pattern of `namespace/name`; nil for a group of people.
    private static func groupOfAccounts(_ subject: JSONValue) -> String? {
        guard subject["kind"]?.string == "Group", let name = subject["name"]?.string else { return nil }
        let prefix = "system:serviceaccounts"
        if name == prefix || name == "system:authenticated" { return "*/*" }
        return name.hasPrefix(prefix + ":") ? "\(name.dropFirst(prefix.count + 1))/*" : nil
    }

    private static func bindings(_ inventory: ObjectInventory) throws(UnreadableKind) -> [JSONValue] {
        try inventory.objects(.roleBinding) + inventory.objects(.clusterRoleBinding)
    }
}
