internal import Archive
internal import KubernetesObjects
internal import Policies
internal import Restore

/// The form in which a restore policy brings an object back.
struct RestoredForm: Sendable {
    private let policy: RestorePolicy
    private let mapping: ObjectMapping
    private let resources: [GroupKind: GroupResource]

    init(policy: RestorePolicy, resources: [StoredResource]) {
        self.policy = policy
        mapping = ObjectMapping(policy)
        self.resources = Dictionary(
            resources.map { ($0.groupVersionKind.groupKind, $0.groupResource) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// nil when the policy does not select the object. A patch that cannot be applied leaves the object as it is: the restore
    /// reports it.
    func of(_ object: JSONValue) -> JSONValue? {
        guard let identity = ObjectIdentity(of: object), let resource = resources[identity.groupVersionKind.groupKind]
        else { return object }
        let labels = object["metadata", "labels"]?.stringMap ?? [:]
        let (namespace, name) = (identity.namespace, identity.name)
        let isSelected = policy.selection.includes(resource: resource, namespace: namespace, labels: labels, name: name)
        guard isSelected else { return nil }
        var result = object
        mapping.apply(to: &result, identity.groupVersionKind.groupKind)
        for patch in policy.patches
        where patch.selects(resource: resource, namespace: namespace, name: name, labels: labels) {
            if let patched = try? patch.apply(to: result) { result = patched }
        }
        return result
    }
}
