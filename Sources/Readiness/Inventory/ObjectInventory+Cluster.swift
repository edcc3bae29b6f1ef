package import KubernetesAPI
package import KubernetesObjects

extension ObjectInventory {
    /// Kinds that no check looks at and of which a cluster may have very many.
    private static let uninteresting: Set<GroupKind> = [
        GroupKind(group: "", kind: "Event"), GroupKind(group: "events.k8s.io", kind: "Event"),
        GroupKind(group: "coordination.k8s.io", kind: "Lease"), GroupKind(group: "apps", kind: "ControllerRevision"),
        GroupKind(group: "metrics.k8s.io", kind: "PodMetrics"), GroupKind(group: "metrics.k8s.io", kind: "NodeMetrics"),
    ]

    /// The objects of a live cluster, each kind at the server's preferred version.
    ///
    /// Pages are kept as bytes and parsed when a check asks for their kind.
    /// - Throws: what makes reading anything impossible, such as a server that cannot be reached.
    /// - Parameters:
    ///   - kinds: the kinds to read; nil reads all.
    ///   - versions: the versions to read kinds in, as near as they are served, so that objects can be compared.
    package static func live(
        _ client: ClusterClient,
        only kinds: Set<GroupKind>? = nil,
        versions: [GroupVersionKind] = []
    ) async throws(ClusterError) -> ObjectInventory {
        let discovery = try await client.discover()
        var pages: [GroupKind: Result<[ListPage], UnreadableKind>] = [:]
        let wanted = Dictionary(versions.map { ($0.groupKind, $0) }, uniquingKeysWith: { first, _ in first })
        let resources = discovery.preferred.map { resource in
            wanted[resource.groupVersionKind.groupKind].flatMap { discovery.nearestResource(to: $0) } ?? resource
        }
        for resource in resources where resource.verbs.contains("list") {
            let kind = resource.groupVersionKind.groupKind
            guard !uninteresting.contains(kind), kinds?.contains(kind) ?? true, pages[kind] == nil else { continue }
            do throws(ClusterError) {
                pages[kind] = .success(try await client.list(resource).collect())
            } catch {
                if [.unreachable, .unauthorized, .cancelled].contains(error.kind) { throw error }
                // A resource that is served and then gone, such as one of an API that went down, is unreadable, not empty.
                pages[kind] = .failure(UnreadableKind(kind: kind, reason: error.message))
            }
        }
        for failure in discovery.failures {
            let group = splitAPIVersion(failure.groupVersion).group
            for kind in knownKinds where kind.group == group && pages[kind] == nil {
                pages[kind] = .failure(UnreadableKind(kind: kind, reason: failure.reason))
            }
        }
        let loaded = pages
        let versions = Dictionary(
            resources.map { ($0.groupVersionKind.groupKind, $0.groupVersionKind.apiVersion) },
            uniquingKeysWith: { first, _ in first }
        )
        return ObjectInventory(
            source: "cluster \(client.configuration.contextName)",
            kinds: Set(loaded.keys),
            served: Set(discovery.resources.map(\.groupVersionKind))
        ) { kind throws(UnreadableKind) in
            guard let result = loaded[kind] else { return [] }
            return try objects(of: try result.get(), kind, apiVersion: versions[kind])
        }
    }

    /// Items of a list carry no kind and version of their own, so they are given the list's.
    private static func objects(of pages: [ListPage], _ kind: GroupKind, apiVersion: String?) throws(UnreadableKind)
        -> [JSONValue]
    {
        var objects: [JSONValue] = []
        for page in pages {
            for item in page.items {
                do throws(JSONError) {
                    var object = try JSONValue(parsing: page.bytes.span, range: item.range)
                    if object["kind"] == nil { object["kind"] = .string(kind.kind) }
                    if object["apiVersion"] == nil { object["apiVersion"] = apiVersion.map { .string($0) } }
                    objects.append(object)
                } catch {
                    throw UnreadableKind(kind: kind, reason: "the API server sent an object that is not JSON")
                }
            }
        }
        return objects
    }

    private static let knownKinds: [GroupKind] =
        ObjectInventory.workloadKinds + [
            .ingress, .ingressClass, .networkPolicy, .disruptionBudget, .autoscaler, .customResourceDefinition,
            .apiService,
            .validatingWebhooks, .mutatingWebhooks, .role, .clusterRole, .roleBinding, .clusterRoleBinding,
            .sealedSecret,
            .storageClass, .csiDriver, .priorityClass, .endpointSlice, .gatewayClass,
        ]
}
