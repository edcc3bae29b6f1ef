import Archive
import KubernetesObjects
import Policies
import Restore
import Testing

@Suite struct `What a restore may call extra` {
    private static let maps = GroupResource(group: "", resource: "configmaps")
    private static let roles = GroupResource(group: "rbac.authorization.k8s.io", resource: "clusterroles")

    private static func key(_ kind: String, _ namespace: String?, _ name: String, group: String = "") -> ObjectKey {
        ObjectKey(GroupKind(group: group, kind: kind), namespace: namespace, name: name)
    }

    private static func scope(
        backup: ObjectSelection = .everything,
        incomplete: [String] = [],
        says: Bool = true,
        _ change: (inout RestorePolicy) -> Void = { _ in }
    ) throws(LifeboatError) -> PruneScope {
        var policy = RestorePolicy(name: "test")
        policy.prune = .extra
        change(&policy)
        let cluster = ClusterDescription(uid: "u", name: "n", version: "v1.30.0", server: "s")
        let details = SnapshotDetails(
            SnapshotRequest(cluster: cluster, selection: says ? backup.json : nil),
            SnapshotSummary(
                takenAt: Timestamp(secondsSince1970: 0),
                incomplete: incomplete.map { LeftOutResource(resource: $0, namespace: nil, reason: "forbidden") },
                resourceVersions: ["configmaps": "1", "clusterroles.rbac.authorization.k8s.io": "1", "namespaces": "1"]
            ),
            counts: [:]
        )
        return try PruneScope(
            details,
            policy,
            snapshot: [key("Namespace", nil, "shop"), key("ConfigMap", "shop", "there")],
            planned: []
        )
    }

    private static func verdict(
        _ scope: PruneScope,
        _ key: ObjectKey,
        _ resource: GroupResource = maps,
        _ metadata: JSONValue = [:]
    ) -> RestorePlan.Verdict? {
        var object: JSONValue = ["kind": .string(key.groupKind.kind), "metadata": metadata]
        object["metadata", "name"] = .string(key.name)
        return scope.verdict(object, key, resource, SkipContext())
    }

    @Test func `is what the backup would have taken and the restore would bring back`() throws {
        let scope = try Self.scope()
        #expect(Self.verdict(scope, Self.key("ConfigMap", "shop", "more")) == .delete)
        #expect(Self.verdict(scope, Self.key("ConfigMap", "shop", "there")) == nil)
        // The snapshot knows nothing of this namespace's content.
        #expect(Self.verdict(scope, Self.key("ConfigMap", "other", "more")) == nil)
        #expect(Self.verdict(scope, Self.key("ClusterRole", nil, "more"), Self.roles) == .delete)
        let one = try Self.scope { $0.selection.includedNamespaces = ["elsewhere"] }
        #expect(Self.verdict(one, Self.key("ConfigMap", "shop", "more")) == nil)
        #expect(Self.verdict(one, Self.key("ClusterRole", nil, "more"), Self.roles) == nil)
        var labelled = ObjectSelection.everything
        labelled.labelSelector = try LabelSelector(parsing: "app in (web)")
        let some = try Self.scope(backup: labelled)
        #expect(Self.verdict(some, Self.key("ConfigMap", "shop", "more")) == nil)
        let web = Self.verdict(some, Self.key("ConfigMap", "shop", "more"), Self.maps, ["labels": ["app": "web"]])
        #expect(web == .delete)
    }

    @Test func `is never what data hangs on, unless that is asked for`() throws {
        let namespaces = GroupResource(group: "", resource: "namespaces")
        let key = Self.key("Namespace", nil, "more")
        #expect(Self.verdict(try Self.scope(), key, namespaces) == .skip(.extraWithData))
        #expect(Self.verdict(try Self.scope { $0.prune = .extraWithData }, key, namespaces) == .delete)
        var narrow = ObjectSelection.everything
        narrow.excludedNamespaces = ["more"]
        #expect(Self.verdict(try Self.scope(backup: narrow) { $0.prune = .extraWithData }, key, namespaces) == nil)
        for name in ["default", "kube-system", "kube-public"] {
            let system = Self.key("Namespace", nil, name)
            #expect(Self.verdict(try Self.scope { $0.prune = .extraWithData }, system, namespaces) == nil)
        }
    }

    @Test func `is never what the cluster or an owner looks after`() throws {
        let scope = try Self.scope()
        let key = Self.key("ConfigMap", "shop", "more")
        let owned: JSONValue = ["ownerReferences": [["apiVersion": "v1", "kind": "Secret", "name": "a", "uid": "1"]]]
        #expect(Self.verdict(scope, key, Self.maps, owned) == nil)
        #expect(Self.verdict(scope, key, Self.maps, ["deletionTimestamp": "2026-01-01T00:00:00Z"]) == nil)
        #expect(Self.verdict(scope, Self.key("ConfigMap", "shop", "kube-root-ca.crt")) == nil)
        let group = "rbac.authorization.k8s.io"
        #expect(Self.verdict(scope, Self.key("ClusterRole", nil, "system:node", group: group), Self.roles) == nil)
    }

    @Test func `is nothing of a resource that the backup could not read, and nothing when the snapshot does not say`()
        throws
    {
        let scope = try Self.scope(incomplete: ["configmaps"])
        #expect(!scope.includes(Self.maps, isNamespaced: true) && scope.includes(Self.roles, isNamespaced: false))
        #expect(!scope.includes(GroupResource(group: "", resource: "secrets"), isNamespaced: true))
        #expect(throws: LifeboatError.self) { _ = try Self.scope(says: false) }
        #expect(throws: LifeboatError.self) {
            _ = try Self.scope { $0.objects = [ObjectChoice(parsing: "configmap/a")].compactMap(\.self) }
        }
    }

    @Test func `follows the mapping of namespaces`() throws {
        let scope = try Self.scope { $0.namespaceMapping = ["shop": "store"] }
        #expect(Self.verdict(scope, Self.key("ConfigMap", "store", "more")) == .delete)
        #expect(Self.verdict(scope, Self.key("ConfigMap", "store", "there")) == nil)
        #expect(Self.verdict(scope, Self.key("ConfigMap", "shop", "more")) == nil)
        #expect(!scope.includes(Self.roles, isNamespaced: false))
    }

    @Test func `is remembered by a snapshot as its selection was written`() throws {
        var selection = ObjectSelection.everything
        selection.includedNamespaces = ["a*", "b"]
        selection.excludedResources = ["secrets"]
        selection.clusterResources = .exclude
        selection.labelSelector = try LabelSelector(parsing: "a=b,c!=d,e,!f")
        #expect(ObjectSelection(json: selection.json) == selection)
        #expect(ObjectSelection(json: ["a": "b"]) == nil)
    }
}
