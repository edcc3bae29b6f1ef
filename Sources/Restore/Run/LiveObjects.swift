internal import KubernetesAPI
internal import KubernetesObjects

extension ClusterClient {
    /// All objects of a resource as trees, without their managed fields; for kinds of which a cluster has few.
    func objects(of resource: APIResource, in namespace: String? = nil) async throws(ClusterError) -> [JSONValue] {
        var query = ListQuery()
        query.namespace = namespace
        return try await list(resource, query).collect()
            .flatMap { page in
                page.items.compactMap { item in
                    guard
                        var object = try? JSONValue(
                            parsing: page.bytes.span,
                            range: item.range,
                            leavesOutManagedFields: true
                        )
                    else { return nil }
                    // The objects of a typed list carry no kind.
                    object["kind"] = .string(resource.kind)
                    return object
                }
            }
    }
}

/// Resources that every API server serves in this version, for what needs no discovery.
extension APIResource {
    static let pods = everywhere("pods", "Pod")
    static let nodes = everywhere("nodes", "Node", isNamespaced: false)
    static let replicaSets = everywhere("replicasets", "ReplicaSet", group: "apps")
    static let volumes = everywhere("persistentvolumes", "PersistentVolume", isNamespaced: false)
    static let claims = everywhere("persistentvolumeclaims", "PersistentVolumeClaim")
    static let definitions = everywhere(
        "customresourcedefinitions",
        "CustomResourceDefinition",
        group: "apiextensions.k8s.io",
        isNamespaced: false
    )

    private static func everywhere(
        _ resource: String,
        _ kind: String,
        group: String = "",
        isNamespaced: Bool = true
    ) -> APIResource {
        APIResource(
            group: group,
            version: "v1",
            resource: resource,
            kind: kind,
            isNamespaced: isNamespaced,
            verbs: ["list", "patch"],
            hasStatus: true
        )
    }
}
