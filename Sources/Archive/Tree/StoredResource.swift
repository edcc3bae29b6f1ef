package import KubernetesObjects

/// A resource whose objects a snapshot holds: the plural name, the version in which they were read, and their kind.
package struct StoredResource: Hashable, Sendable {
    package let group: String
    package let version: String
    package let resource: String
    package let kind: String
    package let isNamespaced: Bool

    package init(group: String, version: String, resource: String, kind: String, isNamespaced: Bool) {
        self.group = group
        self.version = version
        self.resource = resource
        self.kind = kind
        self.isNamespaced = isNamespaced
    }

    package var groupResource: GroupResource { GroupResource(group: group, resource: resource) }
    package var groupVersionKind: GroupVersionKind { GroupVersionKind(group: group, version: version, kind: kind) }
}

extension StoredResource: CustomStringConvertible {
    /// `deployments.apps`
    package var description: String { groupResource.description }
}

/// One object of a snapshot, as the tree knows it.
package struct SnapshotEntry: Hashable, Sendable {
    package let resource: StoredResource
    /// Empty for cluster-scoped objects.
    package let namespace: String
    package let name: String
    /// The id of the blob with the canonical bytes. Equal ids are equal objects, but for the resourceVersion.
    package let id: BlobID
    /// The size of the canonical bytes.
    package let rawLength: Int
    /// Equal when the objects are equal but for status and managedFields.
    package let specificationTag: UInt64

    package var identity: ObjectIdentity {
        ObjectIdentity(groupVersionKind: resource.groupVersionKind, namespace: namespace, name: name)
    }
}
