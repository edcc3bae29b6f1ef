package import KubernetesObjects

/// A group and version whose resources could not be read.
package struct DiscoveryFailure: Sendable, Equatable {
    package let groupVersion: String
    package let reason: String
}

/// What an API server serves. A group version that fails, such as one of an aggregated API whose server is down, is in
/// `failures` and never left out in silence.
package struct Discovery: Sendable {
    /// All resources in all served versions, without subresources.
    package let resources: [APIResource]
    package let failures: [DiscoveryFailure]
    /// One for each group and resource, at the version that the server prefers and that has it.
    package let preferred: [APIResource]
    private let byKind: [GroupVersionKind: APIResource]
    private let byResource: [GroupResource: APIResource]

    /// - Parameter resources: in the server's order of preference of versions within each group.
    package init(resources: [APIResource], failures: [DiscoveryFailure]) {
        self.resources = resources
        self.failures = failures
        var preferred: [APIResource] = []
        var byResource: [GroupResource: APIResource] = [:]
        var byKind: [GroupVersionKind: APIResource] = [:]
        for resource in resources {
            if byKind[resource.groupVersionKind] == nil { byKind[resource.groupVersionKind] = resource }
            if byResource[resource.groupResource] == nil {
                byResource[resource.groupResource] = resource
                preferred.append(resource)
            }
        }
        self.preferred = preferred
        self.byKind = byKind
        self.byResource = byResource
    }

    package func resource(for kind: GroupVersionKind) -> APIResource? { byKind[kind] }

    /// The resource at its preferred version.
    package func resource(for resource: GroupResource) -> APIResource? { byResource[resource] }

    /// The resource of a kind in every served version, the preferred one first.
    package func resources(for kind: GroupKind) -> [APIResource] {
        resources.filter { $0.group == kind.group && $0.kind == kind.kind }
    }
}
