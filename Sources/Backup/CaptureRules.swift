package import KubernetesAPI
internal import KubernetesObjects

/// What a backup never takes, and why. Everything else that can be listed and created is taken; what a cluster makes by itself is
/// left out when it is restored (`RebuildRules`), so that a snapshot shows the whole truth.
package enum CaptureRules {
    /// Resources that describe the moment or the machine and not the cluster's configuration (statements C60, C61, C107 to C109).
    private static let never: [String: String] = [
        "events": "what happened, not state", "events.events.k8s.io": "what happened, not state",
        "leases.coordination.k8s.io": "who leads at the moment; a restored one delays controllers (C60)",
        "nodes": "machines register themselves (C61)", "csinodes.storage.k8s.io": "machines register themselves (C61)",
        "volumeattachments.storage.k8s.io": "what is attached at the moment (C61)",
        "csistoragecapacities.storage.k8s.io": "the storage driver measures it",
        "certificatesigningrequests.certificates.k8s.io":
            "a request of the moment; approvals cannot be restored (C107)",
        "ipaddresses.networking.k8s.io": "the API server allocates them (C108)",
        "resourceslices.resource.k8s.io": "drivers publish them (C108)",
        "storageversions.internal.apiserver.k8s.io": "the API server's own bookkeeping (C108)",
        "componentstatuses": "computed at each request (C49)", "bindings": "an action, not an object (C49)",
        "leasecandidates.coordination.k8s.io": "who could lead at the moment",
    ]

    /// Groups in which older API servers serve kinds a second time (statement C39).
    private static let cohabiting: [String: [String]] = [
        "ingresses.extensions": ["networking.k8s.io"], "deployments.extensions": ["apps"],
        "daemonsets.extensions": ["apps"],
        "replicasets.extensions": ["apps"], "networkpolicies.extensions": ["networking.k8s.io"],
    ]

    /// The resources to take, each once in its preferred version, and those left out with the reason.
    package static func select(_ discovery: Discovery) -> (
        taken: [APIResource], leftOut: [(resource: String, reason: String)]
    ) {
        let served = Set(discovery.preferred.map(\.groupResource))
        var taken: [APIResource] = []
        var leftOut: [(resource: String, reason: String)] = []
        for resource in discovery.preferred where resource.verbs.contains("list") {
            let name = resource.groupResource.description
            let twins = cohabiting[name]?.map { GroupResource(group: $0, resource: resource.resource) } ?? []
            if let reason = never[name] {
                leftOut.append((name, reason))
            } else if !resource.verbs.contains("create") {
                leftOut.append((name, "can be listed but not created (C49)"))
            } else if twins.contains(where: served.contains) {
                leftOut.append((name, "served in a newer group too (C39)"))
            } else {
                taken.append(resource)
            }
        }
        return (taken, leftOut)
    }

    /// Texts in objects of some resources that mark those made from elsewhere, which are never taken.
    static func marker(of resource: GroupResource) -> (text: StaticString, reason: String)? {
        switch resource.description {
        case "pods": ("kubernetes.io/config.mirror", "mirror pods (C68)")
        default: nil
        }
    }
}
