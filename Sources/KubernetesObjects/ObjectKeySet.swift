/// A set of objects by kind, namespace and name that names each kind once: a snapshot may have hundreds of thousands of objects.
package struct ObjectKeySet: Sendable {
    private var names: [GroupKind: Set<NamespacedName>] = [:]

    package init() {}

    package mutating func insert(_ key: ObjectKey) {
        names[key.groupKind, default: []].insert(NamespacedName(key))
    }

    package func contains(_ key: ObjectKey) -> Bool {
        names[key.groupKind]?.contains(NamespacedName(key)) ?? false
    }
}

/// What tells objects of one kind apart.
package struct NamespacedName: Hashable, Sendable {
    /// Empty for cluster-scoped objects.
    package let namespace: String
    package let name: String

    package init(namespace: String?, name: String) {
        self.namespace = namespace ?? ""
        self.name = name
    }

    package init(_ key: ObjectKey) { self.init(namespace: key.namespace, name: key.name) }
}
