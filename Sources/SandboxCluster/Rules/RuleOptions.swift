import KubernetesObjects

/// What the rules of a cluster are set to.
struct RuleOptions: Sendable {
    let environment: SandboxEnvironment
    /// The first two bytes of the network from which clusterIPs are allocated.
    var serviceNetwork = "10.96"
    /// The range of node ports.
    var nodePorts = 30000...32767
}

extension Transaction {
    /// The object of a resource as a tree; the namespace is empty for cluster-scoped ones.
    func value(_ resource: GroupResource, namespace: String, name: String) -> JSONValue? {
        object(ObjectKey(resource, namespace: namespace, name: name))?.value
    }

    /// The objects of a resource in a namespace, or in all when it is nil.
    func values(_ resource: GroupResource, namespace: String?) -> [JSONValue] {
        objects(resource, namespace: namespace).map(\.value)
    }
}
