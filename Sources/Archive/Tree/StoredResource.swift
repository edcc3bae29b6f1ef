package import KubernetesObjects

/// A resource whose objects a snapshot holds: the plural name, the version in which they were read, and their kind.
package struct StoredResource: Hashable, Sendable {
    /// One word, because every entry of a snapshot has a resource.
    private let fields: Shared<Fields>

    private struct Fields: Hashable, Sendable {
        let group: String
        let version: String
        let resource: String
        let kind: String
        let isNamespaced: Bool
    }

    package init(group: String, version: String, resource: String, kind: String, isNamespaced: Bool) {
        fields = Shared(
            Fields(group: group, version: version, resource: resource, kind: kind, isNamespaced: isNamespaced)
        )
    }

    package var group: String { fields.value.group }
    package var version: String { fields.value.version }
    package var resource: String { fields.value.resource }
    package var kind: String { fields.value.kind }
    package var isNamespaced: Bool { fields.value.isNamespaced }

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
    /// The id of the blob with the canonical bytes, or of the list of the contents. Equal ids are equal objects, but for the
    /// resourceVersion.
    package let id: BlobID
    /// The size of the contents; without contents, of the canonical bytes.
    package let rawLength: Int
    /// Equal when the objects are equal but for status and managedFields.
    package let specificationTag: UInt64
    /// Whether it is a file whose contents are in the snapshot, too.
    package let hasContent: Bool

    package var identity: ObjectIdentity {
        ObjectIdentity(groupVersionKind: resource.groupVersionKind, namespace: namespace, name: name)
    }

    /// The order of what they are of, where they are and what they are called, by bytes: no two of a snapshot are equal in it.
    func precedes(_ other: SnapshotEntry) -> Bool {
        var order = resource.group.byteOrder(other.resource.group)
        if order == 0 { order = resource.resource.byteOrder(other.resource.resource) }
        if order == 0 { order = namespace.byteOrder(other.namespace) }
        if order == 0 { order = name.byteOrder(other.name) }
        return order < 0
    }
}
