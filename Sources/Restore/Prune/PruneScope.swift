package import Archive
package import KubernetesObjects
package import Policies

/// Which objects of the cluster a restore may call extra: those that the backup would have taken had they been there, and that the
/// restore would have brought back. Pure.
package struct PruneScope: Sendable {
    private let backup: ObjectSelection
    private let restore: ObjectSelection
    private let rule: PruneRule
    /// Resources that the backup has read as a whole.
    private let captured: Set<String>
    /// Old namespaces by the name that they have in the cluster.
    private let sources: [String: Set<String>]
    private let isMapped: Bool
    /// What the snapshot has, as the cluster would call it.
    private let known: Set<ObjectKey>

    /// - Parameters:
    ///   - snapshot: every object of it, whether it is restored or not.
    ///   - planned: the objects of the plan.
    /// - Throws: `restore.refused` when the absence of an object from the snapshot says nothing.
    package init(
        _ details: SnapshotDetails,
        _ policy: RestorePolicy,
        snapshot: [ObjectKey],
        planned: [ObjectKey]
    ) throws(LifeboatError) {
        guard policy.objects.isEmpty else {
            throw LifeboatError(
                .usage,
                "--prune goes with clusters and namespaces, not with single objects",
                remedy: "leave out the objects, or delete what is too much with kubectl"
            )
        }
        guard let backup = details.selection.flatMap({ ObjectSelection(json: $0) }) else {
            throw LifeboatError(
                .restoreRefused,
                "the snapshot does not say what its backup was told to take, so nothing can be called extra",
                remedy: "take a new snapshot, or restore without --prune"
            )
        }
        self.backup = backup
        restore = policy.selection
        rule = policy.prune
        captured = Set(details.resourceVersions.keys).subtracting(details.incomplete.map(\.resource))
        let mapping = policy.namespaceMapping
        sources = Dictionary(
            snapshot.filter { $0.groupKind == Self.namespace }.map { (mapping[$0.name] ?? $0.name, [$0.name]) },
            uniquingKeysWith: { $0.union($1) }
        )
        known = Set(planned)
            .union(
                snapshot.map {
                    ObjectKey($0.groupKind, namespace: mapping[$0.namespace] ?? $0.namespace, name: $0.name)
                }
            )
        isMapped = !policy.namespaceMapping.isEmpty
    }

    /// Whether objects of the resource can be extra, so that it has to be listed.
    package func includes(_ resource: GroupResource, isNamespaced: Bool) -> Bool {
        captured.contains("\(resource)") && restore.mayInclude(resource: resource, isNamespaced: isNamespaced)
            && (isNamespaced || !isMapped) && !Self.neverPruned.contains("\(resource)")
    }

    /// What happens to an object of the cluster that the plan does not have; nil when it stays without a word.
    package func verdict(
        _ object: JSONValue,
        _ key: ObjectKey,
        _ resource: GroupResource,
        _ context: SkipContext
    ) -> RestorePlan.Verdict? {
        guard !known.contains(key), isInScope(object, key, resource), !Self.isOfTheCluster(object, key, context) else {
            return nil
        }
        return Self.verdict(key, rule)
    }

    /// Whether an object that nobody wants any more is deleted, or stays because data would go with it.
    static func verdict(_ key: ObjectKey, _ rule: PruneRule) -> RestorePlan.Verdict {
        rule == .extraWithData || !hasData(key) ? .delete : .skip(.extraWithData)
    }

    private func isInScope(_ object: JSONValue, _ key: ObjectKey, _ resource: GroupResource) -> Bool {
        let labels = object["metadata", "labels"]?.stringMap ?? [:]
        func isTaken(_ namespace: String?) -> Bool {
            [backup, restore].allSatisfy {
                $0.includes(resource: resource, namespace: namespace, labels: labels, name: key.name)
            }
        }
        if !key.namespace.isEmpty { return sources[key.namespace]?.contains(where: isTaken) ?? false }
        return !isMapped && isTaken(nil)
    }

    // MARK: What is never extra

    private static let namespace = GroupKind(group: "", kind: "Namespace")

    /// Controllers fill these in.
    private static let neverPruned: Set<String> = [
        "endpoints", "endpointslices.discovery.k8s.io", "controllerrevisions.apps", "nodes", "events",
        "events.events.k8s.io",
        "leases.coordination.k8s.io",
    ]
    private static let systemNamespaces: Set<String> = ["kube-system", "kube-public", "kube-node-lease"]

    /// Objects that the control plane, a controller or an owner looks after.
    private static func isOfTheCluster(_ object: JSONValue, _ key: ObjectKey, _ context: SkipContext) -> Bool {
        if object["metadata", "ownerReferences"]?.array?.isEmpty == false { return true }
        if object["metadata", "deletionTimestamp"] != nil { return true }
        if systemNamespaces.contains(key.namespace) { return true }
        if SkipRule.rule(for: object, key, in: context) != nil { return true }
        switch (key.groupKind.group, key.groupKind.kind) {
        case ("", "Namespace"): return systemNamespaces.contains(key.name) || key.name == "default"
        case ("", "ServiceAccount"): return key.name == "default"
        case ("", "Secret"): return object["metadata", "labels", SkipContext.sealingKeyLabel] != nil
        case ("rbac.authorization.k8s.io", _): return key.name.hasPrefix("system:") || key.name == "cluster-admin"
        default: return false
        }
    }

    /// Whether other objects or the data of volumes go with it.
    private static func hasData(_ key: ObjectKey) -> Bool {
        switch (key.groupKind.group, key.groupKind.kind) {
        case ("", "Namespace"), ("", "PersistentVolumeClaim"), ("", "PersistentVolume"): true
        case ("apiextensions.k8s.io", _), ("snapshot.storage.k8s.io", _), ("groupsnapshot.storage.k8s.io", _): true
        default: false
        }
    }
}
