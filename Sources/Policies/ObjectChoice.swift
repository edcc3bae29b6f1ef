internal import KubernetesObjects

/// An object by its kind and name, as kubectl takes it: `deployment/web`, `deployments.apps/web-*`.
package struct ObjectChoice: Hashable, Sendable, CustomStringConvertible {
    /// Plural, kind or either with its group, in any case.
    package let kind: String
    package let name: NamePattern

    /// nil when the text is not `KIND/NAME`.
    package init?(parsing text: String) {
        guard let (kind, name) = text.splitOnce("/"), !kind.isEmpty, !name.isEmpty, !name.contains("/") else {
            return nil
        }
        self.kind = kind
        self.name = NamePattern(name)
    }

    package var description: String { "\(kind)/\(name)" }

    /// Whether an object of a resource is meant.
    package func matches(plural: String, kind objectKind: String, group: String, name objectName: String) -> Bool {
        let wanted = kind.lowercased()
        let names = [plural, objectKind.lowercased()]
        return (names.contains(wanted) || names.contains { "\($0).\(group)" == wanted }) && name.matches(objectName)
    }
}
