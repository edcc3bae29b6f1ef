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
        Self.isName(kind, plural: plural, kind: objectKind, group: group) && name.matches(objectName)
    }

    /// Whether `text` names a resource as kubectl takes it: plural, plural.group, kind or kind.group, in any case.
    package static func isName(_ text: String, plural: String, kind: String, group: String) -> Bool {
        let (wanted, names) = (text.lowercased(), [plural, kind.lowercased()])
        return names.contains(wanted) || names.contains { "\($0).\(group)" == wanted }
    }
}
