package import Archive
package import KubernetesAPI
package import KubernetesObjects
package import Policies

/// Which resources a backup lists, and what it leaves out or cannot read.
package struct CapturePlan: Sendable {
    /// In the order in which they are begun.
    package let resources: [APIResource]
    /// Cluster-scoped resources of which only those objects are taken that the selected namespaces need.
    package let needed: [APIResource]
    /// Left out on purpose.
    package let excluded: [LeftOutResource]
    /// What discovery could not see: a backup without it is incomplete.
    package let unreadable: [LeftOutResource]

    package static let namespaces = GroupResource(group: "", resource: "namespaces")
    package static let secrets = GroupResource(group: "", resource: "secrets")
    package static let sealedSecrets = GroupResource(group: "bitnami.com", resource: "sealedsecrets")

    package init(discovery: Discovery, selection: ObjectSelection) {
        let served = Set(discovery.preferred.map(\.groupResource))
        var resources: [APIResource] = []
        var needed: [APIResource] = []
        var excluded: [LeftOutResource] = []
        for resource in discovery.preferred {
            if let reason = CaptureRules.reasonNotTaken(resource, served: served) {
                excluded.append(.init(resource: "\(resource.groupResource)", namespace: nil, reason: reason))
            } else if !selection.mayInclude(resource: resource.groupResource, isNamespaced: resource.isNamespaced) {
                let isNeeded = selection.takesNeeded(resource.groupResource, isNamespaced: resource.isNamespaced)
                if isNeeded { needed.append(resource) }
                excluded.append(
                    .init(
                        resource: "\(resource.groupResource)",
                        namespace: nil,
                        reason: isNeeded
                            ? "only what the selected namespaces need of it is taken" : "the policy does not select it"
                    )
                )
            } else {
                resources.append(resource)
            }
        }
        self.resources = resources.sorted { Self.rank($0) < Self.rank($1) }
        self.needed = needed
        self.excluded = excluded
        unreadable = discovery.failures.map {
            LeftOutResource(
                resource: $0.groupVersion,
                namespace: nil,
                reason: "it could not be discovered: \($0.reason)"
            )
        }
    }

    /// SealedSecrets come first, because the Secrets wait for them: a sealing key that is renewed in the meantime is then in the
    /// snapshot together with everything that was sealed by it. Resources with many objects come early, so that none of them is
    /// left alone at the end.
    private static func rank(_ resource: APIResource) -> (Int, String) {
        let early = ["pods": 1, "configmaps": 1, "replicasets": 1, "endpoints": 2]
        let rank =
            switch resource.groupResource {
            case sealedSecrets: 0
            case secrets: 1
            default: early[resource.resource] ?? 3
            }
        return (rank, "\(resource.groupResource)")
    }
}
