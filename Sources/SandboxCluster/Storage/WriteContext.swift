import KubernetesObjects

/// What a write is about, for the rules and webhooks that look at it.
struct WriteContext: Sendable {
    enum Operation: String, Sendable { case create = "CREATE", update = "UPDATE", delete = "DELETE" }

    let operation: Operation
    /// The resource in the version of the request; the object is in its storage version.
    let resource: ServedResource
    /// Empty for a cluster-scoped object.
    let namespace: String
    let name: String
    /// `status`, `scale`, `finalize`, … or empty.
    var subresource = ""
    var isDryRun = false
    var fieldManager = "unknown"
    /// What the name of a generated object or a node port is drawn from.
    let environment: SandboxEnvironment

    var groupResource: GroupResource { resource.groupResource }
}
