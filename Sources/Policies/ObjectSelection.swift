package import KubernetesObjects

/// Which objects a backup takes, a restore brings back or a patch edits.
///
/// An object is selected when every part selects it. An exclusion wins over an inclusion; an empty inclusion takes all.
package struct ObjectSelection: Equatable, Sendable {
    /// What happens to objects that live in no namespace.
    package enum ClusterResources: String, CaseIterable, Sendable {
        /// Taken when all namespaces are, or when the resource is included by its name; of the others a backup takes those that the
        /// selected namespaces need.
        case auto
        case include
        case exclude
    }

    package var includedNamespaces: [NamePattern]
    package var excludedNamespaces: [NamePattern]
    /// In kubectl's `plural.group` form, such as `deployments.apps` or `*.cert-manager.io`.
    package var includedResources: [NamePattern]
    package var excludedResources: [NamePattern]
    package var labelSelector: LabelSelector
    package var clusterResources: ClusterResources

    package init(
        includedNamespaces: [NamePattern] = [],
        excludedNamespaces: [NamePattern] = [],
        includedResources: [NamePattern] = [],
        excludedResources: [NamePattern] = [],
        labelSelector: LabelSelector = LabelSelector([]),
        clusterResources: ClusterResources = .auto
    ) {
        self.includedNamespaces = includedNamespaces
        self.excludedNamespaces = excludedNamespaces
        self.includedResources = includedResources
        self.excludedResources = excludedResources
        self.labelSelector = labelSelector
        self.clusterResources = clusterResources
    }

    /// Selects every object.
    package static let everything = ObjectSelection()

    package var isEverything: Bool { self == .everything }

    /// Whether an object is selected.
    ///
    /// A Namespace is selected as its content is: by its name, whatever its labels are, because the objects in it need it.
    ///
    /// - Parameters:
    ///   - namespace: nil or empty for a cluster-scoped object.
    ///   - name: the object's name; only a Namespace's name matters.
    package func includes(
        resource: GroupResource,
        namespace: String?,
        labels: [String: String] = [:],
        name: String? = nil
    ) -> Bool {
        guard mayInclude(resource: resource, isNamespaced: !(namespace ?? "").isEmpty) else { return false }
        if resource == Self.namespaces, let name { return includes(namespace: name) }
        if let namespace, !namespace.isEmpty, !includes(namespace: namespace) { return false }
        return labelSelector.matches(labels)
    }

    /// Whether any object of the resource can be selected, so that the others are not even listed.
    package func mayInclude(resource: GroupResource, isNamespaced: Bool) -> Bool {
        let text = resource.description
        guard !excludedResources.matches(text), includedResources.isEmpty || includedResources.matches(text) else {
            return false
        }
        guard !isNamespaced else { return true }
        switch clusterResources {
        case .include: return true
        case .exclude: return resource == Self.namespaces
        case .auto:
            return resource == Self.namespaces || takesAllNamespaces
                || includedResources.contains { $0.isLiteral && $0.matches(text) }
        }
    }

    /// Whether single objects of a resource come because the selected objects need them.
    package func takesNeeded(_ resource: GroupResource, isNamespaced: Bool) -> Bool {
        guard clusterResources == .auto, !isNamespaced else { return false }
        var whole = self
        whole.clusterResources = .include
        return whole.mayInclude(resource: resource, isNamespaced: false)
    }

    /// Names of resources that fit none of the given ones, such as `Secret` for `secrets`: what they were to exclude is not excluded.
    package func unknownResources(among resources: [GroupResource]) -> [String] {
        let known = resources.map(\.description)
        return (includedResources + excludedResources)
            .filter { pattern in pattern.isLiteral && !known.contains { pattern.matches($0) } }
            .map(\.text)
    }

    /// Whether objects of the namespace can be selected.
    package func includes(namespace: String) -> Bool {
        !excludedNamespaces.matches(namespace) && (includedNamespaces.isEmpty || includedNamespaces.matches(namespace))
    }

    /// The included namespaces when none of them is a pattern, so that a caller can list each alone; nil otherwise.
    package var literalNamespaces: [String]? {
        guard !includedNamespaces.isEmpty, includedNamespaces.allSatisfy(\.isLiteral) else { return nil }
        return includedNamespaces.map(\.text).filter { !excludedNamespaces.matches($0) }
    }

    /// Whether no namespace is named, or all are by `*`; exclusions do not count.
    private var takesAllNamespaces: Bool {
        includedNamespaces.isEmpty || includedNamespaces.contains { $0.text == "*" }
    }

    private static let namespaces = GroupResource(group: "", resource: "namespaces")
}
