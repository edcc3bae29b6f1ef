/// Which objects a cluster makes by itself, so that a restore leaves them out and a comparison expects them to differ.
///
/// Each rule has an id that plans and reports name; `docs/restore-rules.md` lists them with their reasons.
package struct RebuildRules: Sendable {
    package struct Skip: Equatable, Sendable {
        package let rule: String
        package let reason: String
    }

    /// `namespace/name` of the Services that have a selector: their Endpoints are made by a controller.
    private let servicesWithSelector: Set<String>

    package init(servicesWithSelector: Set<String>) { self.servicesWithSelector = servicesWithSelector }

    /// Takes what it needs from the Services among the objects.
    package init(services: some Sequence<JSONValue>) {
        var names: Set<String> = []
        for service in services where service["spec", "selector"]?.object?.isEmpty == false {
            names.insert(
                "\(service["metadata", "namespace"]?.string ?? "")/\(service["metadata", "name"]?.string ?? "")"
            )
        }
        servicesWithSelector = names
    }

    /// Why the object is left to the cluster; nil when a restore has to bring it back.
    package func skip(_ object: JSONValue) -> Skip? {
        let kind = object["kind"]?.string ?? ""
        let name = object["metadata", "name"]?.string ?? ""
        let namespace = object["metadata", "namespace"]?.string ?? ""
        if let skip = controlled(object, kind) { return skip }
        switch kind {
        case "Pod": return pod(object)
        case "Job": return finishedJob(object)
        case "ConfigMap" where ["kube-root-ca.crt", "openshift-service-ca.crt"].contains(name):
            return Skip(rule: "cluster-certificate", reason: "holds the certificate of its own cluster (C62)")
        case "ConfigMap" where name == "extension-apiserver-authentication" && namespace == "kube-system":
            return Skip(rule: "cluster-certificate", reason: "holds the certificate of its own cluster")
        case "Secret": return secret(object, name)
        case "Service" where name == "kubernetes" && namespace == "default":
            return Skip(rule: "api-server", reason: "the API server makes it (C57)")
        case "Endpoints", "EndpointSlice": return endpoints(object, kind, namespace, name)
        case "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding":
            guard object["metadata", "labels", "kubernetes.io/bootstrapping"]?.string == "rbac-defaults" else {
                return nil
            }
            return Skip(rule: "bootstrap-rbac", reason: "the API server makes it in its own version (C95)")
        case "APIService" where object["metadata", "labels", "kube-aggregator.kubernetes.io/automanaged"] != nil:
            return Skip(rule: "automanaged-api", reason: "the API server registers it (C30)")
        case "PriorityClass" where name.hasPrefix("system-"):
            return Skip(rule: "system-priority", reason: "the API server makes it")
        case "FlowSchema", "PriorityLevelConfiguration": return flowControl(object, name)
        case "ServiceCIDR" where name == "kubernetes", "ClusterTrustBundle", "IPAddress":
            return Skip(rule: "api-server", reason: "the API server makes it (C108)")
        case "PersistentVolume": return volume(object)
        default: return nil
        }
    }

    private func controlled(_ object: JSONValue, _ kind: String) -> Skip? {
        let owners = object["metadata", "ownerReferences"]?.array ?? []
        guard let owner = owners.first(where: { $0["controller"]?.bool == true }) else { return nil }
        let made: [String: Set<String>] = [
            "Pod": ["ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController", "Node"],
            "ReplicaSet": ["Deployment"], "Job": ["CronJob"], "ControllerRevision": ["StatefulSet", "DaemonSet"],
            "EndpointSlice": ["Service", "Endpoints"],
        ]
        let ownerKind = owner["kind"]?.string ?? ""
        guard made[kind]?.contains(ownerKind) == true else { return nil }
        return Skip(
            rule: "made-by-controller",
            reason: "\(ownerKind) \(owner["name"]?.string ?? "") makes it anew (C23, C24)"
        )
    }

    private func pod(_ object: JSONValue) -> Skip? {
        if object["metadata", "annotations", "kubernetes.io/config.mirror"] != nil {
            return Skip(rule: "mirror-pod", reason: "the kubelet makes it from a file (C68)")
        }
        guard let phase = object["status", "phase"]?.string, ["Succeeded", "Failed"].contains(phase) else { return nil }
        return Skip(rule: "finished", reason: "it has ended: \(phase) (C69)")
    }

    private func finishedJob(_ object: JSONValue) -> Skip? {
        let conditions = object["status", "conditions"]?.array ?? []
        let isOver = conditions.contains {
            ["Complete", "Failed"].contains($0["type"]?.string) && $0["status"]?.string == "True"
        }
        return isOver ? Skip(rule: "finished", reason: "it has ended and must not run again (C74)") : nil
    }

    private func secret(_ object: JSONValue, _ name: String) -> Skip? {
        switch object["type"]?.string {
        case SecretTypes.bootstrapToken:
            return Skip(rule: "bootstrap-token", reason: "it is a short-lived token for joining nodes (C64)")
        case SecretTypes.serviceAccountToken:
            let account = object["metadata", "annotations", "kubernetes.io/service-account.name"]?.string ?? ""
            guard GeneratedNames.hasRandomSuffix(name, prefix: "\(account)-token-") else { return nil }
            return Skip(
                rule: "generated-token",
                reason: "a controller makes a token for service account \(account) (C63)"
            )
        default: return nil
        }
    }

    private func endpoints(_ object: JSONValue, _ kind: String, _ namespace: String, _ name: String) -> Skip? {
        if namespace == "default", name == "kubernetes" {
            return Skip(rule: "api-server", reason: "the API server makes it (C57)")
        }
        if kind == "EndpointSlice" {
            let manager = object["metadata", "labels", "endpointslice.kubernetes.io/managed-by"]?.string ?? ""
            guard manager.hasSuffix("controller.k8s.io") else { return nil }
            return Skip(rule: "made-by-controller", reason: "\(manager) makes it anew (C58)")
        }
        guard servicesWithSelector.contains("\(namespace)/\(name)") else { return nil }
        return Skip(rule: "made-by-controller", reason: "its Service selects pods, so a controller makes it anew (C59)")
    }

    private func flowControl(_ object: JSONValue, _ name: String) -> Skip? {
        let isManaged = object["metadata", "annotations", "apf.kubernetes.io/autoupdate-spec"]?.string == "true"
        guard isManaged || Self.suggestedFlowControl.contains(name) else { return nil }
        return Skip(rule: "flow-control", reason: "the API server makes it in its own version (C106)")
    }

    private static let suggestedFlowControl: Set<String> = [
        "catch-all", "exempt", "global-default", "leader-election", "node-high", "system", "workload-high",
        "workload-low",
        "endpoint-controller", "kube-controller-manager", "kube-scheduler", "kube-system-service-accounts", "probes",
        "service-accounts", "system-leader-election", "system-node-high", "system-nodes", "workload-leader-election",
    ]

    private func volume(_ object: JSONValue) -> Skip? {
        guard object["spec", "persistentVolumeReclaimPolicy"]?.string == "Delete" else { return nil }
        return Skip(
            rule: "volume-deleted",
            reason: "its storage went with the cluster (reclaim policy Delete); the claim gets a new volume (C82)"
        )
    }
}
