package import KubernetesObjects

/// What a plan asks about the cluster besides the objects that it restores.
package struct TargetFacts: Sendable {
    /// The objects of the cluster by kind; a kind that the cluster does not serve has none.
    package var objects: [GroupKind: [JSONValue]] = [:]
    /// Why kinds could not be listed.
    package var unreadable: [GroupKind: String] = [:]
    /// The Services behind admission webhooks that have an address to send to.
    package var backedServices: Set<ObjectKey> = []
    /// `v1.32.0` of the cluster and of the snapshot.
    package var version = ""
    package var snapshotVersion = ""
    /// What the identity may not do, such as `create configmaps`.
    package var denied: [String] = []
    /// The volumes that come with disks of another cluster, and what that is called.
    package var foreignDisks: [ObjectIdentity] = []
    package var sourceCluster = ""
    /// Why the permissions could not be asked for.
    package var unaskedPermissions: String?

    package init() {}

    static let namespace = GroupKind(group: "", kind: "Namespace")
    static let quota = GroupKind(group: "", kind: "ResourceQuota")
    static let node = GroupKind(group: "", kind: "Node")
    static let storageClass = GroupKind(group: "storage.k8s.io", kind: "StorageClass")
    static let ingressClass = GroupKind(group: "networking.k8s.io", kind: "IngressClass")
    static let priorityClass = GroupKind(group: "scheduling.k8s.io", kind: "PriorityClass")
    static let runtimeClass = GroupKind(group: "node.k8s.io", kind: "RuntimeClass")
    static let webhooks = ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"].map {
        GroupKind(group: "admissionregistration.k8s.io", kind: $0)
    }
    /// The kinds that are listed.
    static let kinds =
        [namespace, quota, node, storageClass, ingressClass, priorityClass, runtimeClass] + webhooks

    /// The Services that admission webhooks of the cluster send to, and that refuse what they do not get to see.
    func requiredWebhooks() -> [(configuration: JSONValue, webhook: JSONValue, service: ObjectKey)] {
        Self.webhooks.flatMap { objects[$0] ?? [] }
            .flatMap { configuration in
                (configuration["webhooks"]?.array ?? []).compactMap { webhook in
                    guard webhook["failurePolicy"]?.string != "Ignore",
                        let service = webhook["clientConfig", "service"], let name = service["name"]?.string
                    else { return nil }
                    let kind = GroupKind(group: "", kind: "Service")
                    return (
                        configuration, webhook,
                        ObjectKey(kind, namespace: service["namespace"]?.string, name: name)
                    )
                }
            }
    }
}
