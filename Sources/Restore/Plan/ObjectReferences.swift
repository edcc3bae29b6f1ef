internal import KubernetesObjects

/// References in the spec of a custom resource: wherever it names a kind and a name together, such as `issuerRef` and `sourceRef` do.
/// Pure.
enum ObjectReferences {
    /// Deeper specs name nothing that would have to come first.
    private static let depth = 12
    private static let most = 64

    /// The objects that may be meant, in the object's own namespace, in the one that the reference names, or in none.
    static func of(_ object: JSONValue) -> [ObjectKey] {
        guard let identity = ObjectIdentity(of: object), let spec = object["spec"] else { return [] }
        var found: [ObjectKey] = []
        collect(spec, identity, depth, &found)
        return found
    }

    private static func collect(
        _ value: JSONValue,
        _ identity: ObjectIdentity,
        _ depth: Int,
        _ found: inout [ObjectKey]
    ) {
        guard depth > 0, found.count < most else { return }
        switch value {
        case .array(let elements): for element in elements { collect(element, identity, depth - 1, &found) }
        case .object(let members):
            if let kind = value["kind"]?.string, let name = value["name"]?.string, !name.isEmpty {
                let namespace = value["namespace"]?.string ?? identity.namespace
                let group = group(of: value) ?? identity.groupVersionKind.group
                for place in [namespace, nil] {
                    found.append(ObjectKey(GroupKind(group: group, kind: kind), namespace: place, name: name))
                }
            }
            for member in members.members { collect(member.value, identity, depth - 1, &found) }
        default: break
        }
    }

    /// Without a group the reference stays in the object's own, as most APIs define it.
    private static func group(of reference: JSONValue) -> String? {
        if let version = reference["apiVersion"]?.string {
            return GroupVersionKind(apiVersion: version, kind: "").group
        }
        return reference["apiGroup"]?.string ?? reference["group"]?.string
    }
}
