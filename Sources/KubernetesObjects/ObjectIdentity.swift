/// What names one object in a cluster: its kind, its namespace (nil for cluster-scoped objects) and its name.
package struct ObjectIdentity: Hashable, Sendable {
    package let groupVersionKind: GroupVersionKind
    package let namespace: String?
    package let name: String

    package init(groupVersionKind: GroupVersionKind, namespace: String?, name: String) {
        self.groupVersionKind = groupVersionKind
        self.namespace = namespace.flatMap { $0.isEmpty ? nil : $0 }
        self.name = name
    }

    /// Reads the identity from an object; nil when apiVersion, kind or name is missing.
    package init?(of object: JSONValue) {
        guard let apiVersion = object["apiVersion"]?.string, let kind = object["kind"]?.string,
            let name = object["metadata", "name"]?.string
        else { return nil }
        self.init(
            groupVersionKind: GroupVersionKind(apiVersion: apiVersion, kind: kind),
            namespace: object["metadata", "namespace"]?.string,
            name: name
        )
    }
}

extension ObjectIdentity: CustomStringConvertible {
    /// `Deployment.apps shop/web`, or `ClusterRole.rbac.authorization.k8s.io viewer`.
    package var description: String {
        "\(groupVersionKind.groupKind) \(namespace.map { $0 + "/" } ?? "")\(name)"
    }
}

extension ObjectIdentity: Comparable {
    package static func < (left: ObjectIdentity, right: ObjectIdentity) -> Bool {
        let (a, b) = (left.groupVersionKind, right.groupVersionKind)
        return (a.group, a.kind, left.namespace ?? "", left.name, a.version)
            < (b.group, b.kind, right.namespace ?? "", right.name, b.version)
    }
}
