/// An API group, version and kind, such as `apps/v1 Deployment`. The core group is the empty string.
package struct GroupVersionKind: Hashable, Sendable {
    package let group: String
    package let version: String
    package let kind: String

    package init(group: String, version: String, kind: String) {
        self.group = group
        self.version = version
        self.kind = kind
    }

    /// Splits `apps/v1` (or `v1` for the core group) and adds the kind.
    package init(apiVersion: String, kind: String) {
        let (group, version) = splitAPIVersion(apiVersion)
        self.init(group: group, version: version, kind: kind)
    }

    /// `apps/v1`, or `v1` for the core group.
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    package var groupKind: GroupKind { GroupKind(group: group, kind: kind) }
}

extension GroupVersionKind: CustomStringConvertible {
    package var description: String { "\(apiVersion) \(kind)" }
}

/// A kind without its version: the same object may be served in several versions.
package struct GroupKind: Hashable, Sendable, CustomStringConvertible {
    package let group: String
    package let kind: String

    package init(group: String, kind: String) {
        self.group = group
        self.kind = kind
    }

    /// `Deployment.apps`, or `Pod` for the core group.
    package var description: String { group.isEmpty ? kind : "\(kind).\(group)" }
}

/// A resource (the plural name in URLs) without its version.
package struct GroupResource: Hashable, Sendable, CustomStringConvertible {
    package let group: String
    package let resource: String

    package init(group: String, resource: String) {
        self.group = group
        self.resource = resource
    }

    /// `deployments.apps`, or `pods` for the core group, as kubectl prints it.
    package var description: String { group.isEmpty ? resource : "\(resource).\(group)" }
}

/// Splits `apps/v1` into group and version; `v1` belongs to the core group.
package func splitAPIVersion(_ apiVersion: String) -> (group: String, version: String) {
    guard let slash = apiVersion.firstIndex(of: "/") else { return ("", apiVersion) }
    return (String(apiVersion[..<slash]), String(apiVersion[apiVersion.index(after: slash)...]))
}
