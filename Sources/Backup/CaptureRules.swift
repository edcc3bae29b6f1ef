package import KubernetesAPI
package import KubernetesObjects

/// Which resources are never captured, and why.
///
/// Everything else that can be listed and created is captured, also what a restore leaves out by a `SkipRule`: a snapshot
/// then still shows it. What stands here changes by itself all the time or means nothing once its nodes are gone.
package enum CaptureRules {
    package struct Rule: Sendable {
        package let resource: GroupResource
        package let reason: String
    }

    package static let never: [Rule] = [
        rule("", "events", "events are a log and expire within an hour"),
        rule("events.k8s.io", "events", "events are a log and expire within an hour"),
        rule("coordination.k8s.io", "leases", "leases are heartbeats of nodes and leaders that will be gone"),
        rule("coordination.k8s.io", "leasecandidates", "leases are heartbeats of nodes and leaders that will be gone"),
        rule("", "nodes", "nodes register themselves"),
        rule("storage.k8s.io", "csinodes", "the storage drivers of a node register themselves"),
        rule("storage.k8s.io", "csistoragecapacities", "the storage drivers report their capacity themselves"),
        rule("storage.k8s.io", "volumeattachments", "volumes are attached to nodes that will be gone"),
        rule("resource.k8s.io", "resourceslices", "the device drivers of a node publish them"),
        rule("networking.k8s.io", "ipaddresses", "the API server allocates addresses itself"),
        rule("certificates.k8s.io", "certificatesigningrequests", "a request for a certificate ends with its answer"),
        rule("certificates.k8s.io", "podcertificaterequests", "a request for a certificate ends with its answer"),
        rule("internal.apiserver.k8s.io", "storageversions", "the API server records its own storage"),
    ]

    /// Groups that served the same objects before another one did; the newer group is captured.
    package static let successors: [GroupResource: GroupResource] = [
        GroupResource(group: "extensions", resource: "deployments"): GroupResource(group: "apps", resource: "deployments"),
        GroupResource(group: "extensions", resource: "daemonsets"): GroupResource(group: "apps", resource: "daemonsets"),
        GroupResource(group: "extensions", resource: "replicasets"): GroupResource(group: "apps", resource: "replicasets"),
        GroupResource(group: "extensions", resource: "ingresses"):
            GroupResource(group: "networking.k8s.io", resource: "ingresses"),
        GroupResource(group: "extensions", resource: "networkpolicies"):
            GroupResource(group: "networking.k8s.io", resource: "networkpolicies"),
        GroupResource(group: "extensions", resource: "podsecuritypolicies"):
            GroupResource(group: "policy", resource: "podsecuritypolicies"),
    ]

    /// Why a resource is never captured; nil when it is.
    ///
    /// - Parameter served: everything that the cluster serves, to know an old group from its successor.
    package static func reasonNotTaken(_ resource: APIResource, served: Set<GroupResource>) -> String? {
        if let rule = never.first(where: { $0.resource == resource.groupResource }) { return rule.reason }
        if !resource.verbs.contains("list") { return "it cannot be listed" }
        if !resource.verbs.contains("create") { return "it cannot be created: it is computed and holds no state" }
        if let successor = successors[resource.groupResource], served.contains(successor) {
            return "the same objects are captured as \(successor)"
        }
        return nil
    }

    /// A label selector that spares the server sending objects which are never captured.
    package static func labelSelector(for resource: GroupResource) -> String? {
        resource == GroupResource(group: "discovery.k8s.io", resource: "endpointslices")
            ? "endpointslice.kubernetes.io/managed-by notin "
                + "(endpointslice-controller.k8s.io,endpointslicemirroring-controller.k8s.io)"
            : nil
    }

    private static func rule(_ group: String, _ resource: String, _ reason: String) -> Rule {
        Rule(resource: GroupResource(group: group, resource: resource), reason: reason)
    }
}
