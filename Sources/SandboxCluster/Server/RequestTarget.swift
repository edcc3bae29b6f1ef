import KubernetesObjects

/// What the path of a request names.
struct RequestTarget: Sendable {
    let resource: ServedResource
    /// Empty for a cluster-scoped resource and for all namespaces.
    let namespace: String
    /// Empty for a collection.
    let name: String
    let subresource: String

    var key: ObjectKey { resource.key(namespace: namespace, name: name) }

    /// Reads `/api/VERSION/…` and `/apis/GROUP/VERSION/…`.
    ///
    /// - Returns: nil when the group and version are not served at all.
    /// - Throws: 404 when they are, but not the resource.
    init?(_ path: [String], _ registry: ResourceRegistry) throws(StatusError) {
        let (group, version, rest): (String, String, ArraySlice<String>)
        switch path.first {
        case "api" where path.count > 2: (group, version, rest) = ("", path[1], path[2...])
        case "apis" where path.count > 3: (group, version, rest) = (path[1], path[2], path[3...])
        default: return nil
        }
        guard registry.serves(group: group, version: version) else { return nil }
        var parts = Array(rest)
        var namespace = ""
        let isOfNamespace = parts.count == 3 && ["status", "finalize"].contains(parts[2])
        if parts[0] == "namespaces", parts.count > 2, !isOfNamespace {
            namespace = parts[1]
            parts.removeFirst(2)
        }
        guard parts.count <= 3, let resource = registry.resource(group: group, version: version, resource: parts[0]),
            resource.isNamespaced || namespace.isEmpty
        else { throw Self.unknown }
        self.resource = resource
        self.namespace = namespace
        name = parts.count > 1 ? parts[1] : ""
        subresource = parts.count > 2 ? parts[2] : ""
        guard name.isEmpty || !resource.isNamespaced || !namespace.isEmpty else { throw Self.unknown }
    }

    static let unknown = StatusError(
        code: 404,
        reason: "NotFound",
        message: "the server could not find the requested resource",
        subject: StatusError.Subject()
    )

    static let notAllowed = StatusError(
        code: 405,
        reason: "MethodNotAllowed",
        message: "the server does not allow this method on the requested resource",
        subject: StatusError.Subject()
    )
}
