import KubernetesObjects

/// Objects in another namespace, and everything that names it.
enum NamespaceMapping {
    /// Fields that hold the name of a namespace, by the kind of the object; `*` stands for all kinds of a group.
    private static let fields: [String: [FieldPath]] = [
        "rbac.authorization.k8s.io/*": ["subjects/*/namespace"],
        "admissionregistration.k8s.io/*": ["webhooks/*/clientConfig/service/namespace"],
        "apiregistration.k8s.io/*": ["spec/service/namespace"],
        "apiextensions.k8s.io/*": ["spec/conversion/webhook/clientConfig/service/namespace"],
        "/PersistentVolume": ["spec/claimRef/namespace"],
        "/PersistentVolumeClaim": ["spec/dataSourceRef/namespace"],
        "snapshot.storage.k8s.io/*": ["spec/volumeSnapshotRef/namespace"],
        "gateway.networking.k8s.io/*": [
            "spec/from/*/namespace", "spec/parentRefs/*/namespace", "spec/rules/*/backendRefs/*/namespace",
            "spec/rules/*/filters/*/requestMirror/backendRef/namespace",
            "spec/listeners/*/tls/certificateRefs/*/namespace", "spec/targetRefs/*/namespace",
        ],
        "networking.istio.io/*": ["spec/gateways/*/namespace", "spec/exportTo/*"],
        "kustomize.toolkit.fluxcd.io/*": [
            "spec/targetNamespace", "spec/sourceRef/namespace", "spec/dependsOn/*/namespace",
            "spec/healthChecks/*/namespace",
        ],
        "helm.toolkit.fluxcd.io/*": [
            "spec/targetNamespace", "spec/storageNamespace", "spec/chart/spec/sourceRef/namespace",
            "spec/dependsOn/*/namespace",
        ],
        "argoproj.io/*": ["spec/destination/namespace", "spec/destinations/*/namespace", "spec/sourceNamespaces/*"],
        "monitoring.coreos.com/*": ["spec/namespaceSelector/matchNames/*"],
        "external-secrets.io/*": ["spec/namespaces/*", "spec/provider/kubernetes/remoteNamespace"],
        "velero.io/*": [
            "spec/includedNamespaces/*", "spec/excludedNamespaces/*", "spec/template/includedNamespaces/*",
        ],
    ]

    /// Label selectors of namespaces.
    private static let selectors: [String: [FieldPath]] = [
        "networking.k8s.io/NetworkPolicy": [
            "spec/ingress/*/from/*/namespaceSelector", "spec/egress/*/to/*/namespaceSelector",
        ],
        "policy.networking.k8s.io/*": [
            "spec/subject/namespaces", "spec/subject/pods/namespaceSelector", "spec/ingress/*/from/*/namespaces",
            "spec/egress/*/to/*/namespaces",
        ],
        "admissionregistration.k8s.io/*": ["webhooks/*/namespaceSelector", "spec/matchConstraints/namespaceSelector"],
        "gateway.networking.k8s.io/*": ["spec/listeners/*/allowedRoutes/namespaces/selector"],
        "monitoring.coreos.com/*": [
            "spec/ruleNamespaceSelector", "spec/serviceMonitorNamespaceSelector", "spec/podMonitorNamespaceSelector",
        ],
    ]

    /// The API server gives every namespace this label with its own name as the value.
    private static let nameLabel = "kubernetes.io/metadata.name"

    static func apply(_ mapping: [String: String], to object: inout JSONValue, _ kind: GroupKind) {
        if kind == GroupKind(group: "", kind: "Namespace") {
            let isMoved = object["metadata", "name"]?.string.map { mapping[$0] ?? $0 != $0 } ?? false
            object.map("metadata/name", mapping)
            // OpenShift gives each namespace ranges of users and labels of its own.
            for member in object["metadata", "annotations"]?.object?.members ?? []
            where isMoved && member.key.hasPrefix("openshift.io/sa.scc.") {
                object["metadata", "annotations", member.key] = nil
            }
            object.change(FieldPath("metadata/labels")) { labels in
                guard let name = labels[nameLabel]?.string, let new = mapping[name] else { return }
                labels[nameLabel] = .string(new)
            }
            return
        }
        object.map("metadata/namespace", mapping)
        for key in ["\(kind.group)/\(kind.kind)", "\(kind.group)/*"] {
            for path in fields[key] ?? [] { object.map(path, mapping) }
            for path in selectors[key] ?? [] { object.change(path) { selector(&$0, mapping) } }
        }
        if kind.group == "rbac.authorization.k8s.io" { object.change("subjects/*/name") { account(&$0, mapping) } }
        if let path = PodSpecPath.of(kind) {
            for term in ["podAffinity", "podAntiAffinity"] {
                let rules = "\(path)/affinity/\(term)"
                object.map(FieldPath("\(rules)/requiredDuringSchedulingIgnoredDuringExecution/*/namespaces/*"), mapping)
                object.map(
                    FieldPath(
                        "\(rules)/preferredDuringSchedulingIgnoredDuringExecution/*/podAffinityTerm/namespaces/*"
                    ),
                    mapping
                )
            }
        }
    }

    private static func selector(_ value: inout JSONValue, _ mapping: [String: String]) {
        value.change("matchLabels") { labels in
            guard let name = labels[nameLabel]?.string, let new = mapping[name] else { return }
            labels[nameLabel] = .string(new)
        }
        value.change("matchExpressions/*") { expression in
            guard expression["key"]?.string == nameLabel else { return }
            expression.map("values/*", mapping)
        }
    }

    /// Accounts as users and groups: `system:serviceaccount:NAMESPACE:NAME` and `system:serviceaccounts:NAMESPACE`
    /// (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects).
    private static func account(_ name: inout JSONValue, _ mapping: [String: String]) {
        guard var parts = name.string?.split(separator: ":", omittingEmptySubsequences: false).map(String.init),
            parts.count >= 3, parts[0] == "system", ["serviceaccount", "serviceaccounts"].contains(parts[1]),
            let new = mapping[parts[2]]
        else { return }
        parts[2] = new
        name = .string(parts.joined(separator: ":"))
    }
}
