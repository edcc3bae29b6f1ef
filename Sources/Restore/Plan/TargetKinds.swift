package import KubernetesAPI
package import KubernetesObjects

/// The kinds that the cluster takes: those it serves, and those that the definitions of the snapshot will add.
package struct TargetKinds: Sendable {
    private let discovery: Discovery
    private var defined: [GroupKind: [APIResource]] = [:]

    /// - Parameter definitions: the CustomResourceDefinitions of the snapshot.
    package init(discovery: Discovery, definitions: [JSONValue]) {
        self.discovery = discovery
        for definition in definitions {
            for resource in Self.resources(of: definition) {
                defined[resource.groupVersionKind.groupKind, default: []].append(resource)
            }
        }
    }

    /// What the cluster serves, each resource in the version that it prefers.
    var served: [APIResource] { discovery.preferred }

    /// The resource in which the cluster takes objects of a kind: in the same version when it is served, else in the nearest
    /// one, else in the group to which Kubernetes moved the kind; nil when the kind is not served in any.
    package func resource(for kind: GroupVersionKind) -> APIResource? {
        if let same = sameKind(kind) { return same }
        return APIConversion.otherGroups(kind.groupKind).lazy
            .compactMap { sameKind(GroupVersionKind(group: $0.group, version: kind.version, kind: $0.kind)) }.first
    }

    private func sameKind(_ kind: GroupVersionKind) -> APIResource? {
        let served = discovery.nearestResource(to: kind)
        if let served, served.verbs.contains("create") || served.verbs.isEmpty { return served }
        let candidates = defined[kind.groupKind] ?? []
        return candidates.first { $0.version == kind.version } ?? candidates.first
    }

    /// Whether the cluster serves the resource already, so that its objects can be listed.
    package func isServed(_ resource: APIResource) -> Bool {
        discovery.resource(for: resource.groupVersionKind) != nil
    }

    /// What a definition will serve, the version in which it is stored first.
    static func resources(of definition: JSONValue) -> [APIResource] {
        guard let group = definition["spec", "group"]?.string,
            let plural = definition["spec", "names", "plural"]?.string,
            let kind = definition["spec", "names", "kind"]?.string
        else { return [] }
        let versions = (definition["spec", "versions"]?.array ?? []).filter { $0["served"]?.bool == true }
        return versions.sorted { $0["storage"]?.bool == true && $1["storage"]?.bool != true }
            .compactMap { version in
                guard let name = version["name"]?.string else { return nil }
                return APIResource(
                    group: group,
                    version: name,
                    resource: plural,
                    kind: kind,
                    isNamespaced: definition["spec", "scope"]?.string != "Cluster",
                    verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
                    hasStatus: version["subresources", "status"] != nil
                        || definition["spec", "subresources", "status"] != nil
                )
            }
    }
}
