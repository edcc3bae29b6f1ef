/// An entry of `metadata.ownerReferences`, which names an owner in the same namespace or one that has none.
package struct OwnerReference: Hashable, Sendable {
    package let groupVersionKind: GroupVersionKind
    package let name: String
    package let uid: String
    package let isController: Bool

    package init(groupVersionKind: GroupVersionKind, name: String, uid: String, isController: Bool) {
        self.groupVersionKind = groupVersionKind
        self.name = name
        self.uid = uid
        self.isController = isController
    }

    /// nil when apiVersion, kind or name is missing.
    package init?(_ reference: JSONValue) {
        guard let apiVersion = reference["apiVersion"]?.string, let kind = reference["kind"]?.string,
            let name = reference["name"]?.string
        else { return nil }
        self.init(
            groupVersionKind: GroupVersionKind(apiVersion: apiVersion, kind: kind),
            name: name,
            uid: reference["uid"]?.string ?? "",
            isController: reference["controller"]?.bool ?? false
        )
    }

    /// The owners of an object.
    package static func all(of object: JSONValue) -> [OwnerReference] {
        object["metadata", "ownerReferences"]?.array?.compactMap(OwnerReference.init) ?? []
    }

    /// The owner that manages the object; at most one does.
    package static func controller(of object: JSONValue) -> OwnerReference? { all(of: object).first(where: \.isController) }
}

/// An object without its version: what a reference means, whichever version it was written in.
package struct ObjectKey: Hashable, Sendable {
    package let groupKind: GroupKind
    /// Empty for cluster-scoped objects.
    package let namespace: String
    package let name: String

    package init(_ groupKind: GroupKind, namespace: String?, name: String) {
        self.groupKind = groupKind
        self.namespace = namespace ?? ""
        self.name = name
    }

    package init(_ identity: ObjectIdentity) {
        self.init(identity.groupVersionKind.groupKind, namespace: identity.namespace, name: identity.name)
    }
}

extension ObjectKey: CustomStringConvertible {
    package var description: String { "\(groupKind) \(namespace.isEmpty ? "" : namespace + "/")\(name)" }
}

extension ObjectKey: Comparable {
    package static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        (left.groupKind.group, left.groupKind.kind, left.namespace, left.name)
            < (right.groupKind.group, right.groupKind.kind, right.namespace, right.name)
    }
}
