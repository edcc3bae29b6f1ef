package import KubernetesObjects

/// The objects of the cluster as rules and controllers read them: synchronous and without side effects.
package protocol ClusterObjects: Sendable {
    /// The object of a resource; the namespace is empty for cluster-scoped ones.
    func object(_ resource: GroupResource, namespace: String, name: String) -> JSONValue?
    /// The objects of a resource in a namespace, or in all when it is nil.
    func objects(_ resource: GroupResource, namespace: String?) -> [JSONValue]
}

/// What rules need besides the objects: injected time and randomness.
package struct RuleOptions: Sendable {
    package let now: Timestamp
    /// Generates names' suffixes, in the alphabet of the API server.
    package let randomSuffix: @Sendable (Int) -> String
    /// The range from which clusterIPs are allocated: the first two bytes of a /16.
    package let serviceNetwork: String
    package let nodePorts: ClosedRange<Int>

    package init(
        now: Timestamp,
        randomSuffix: @escaping @Sendable (Int) -> String,
        serviceNetwork: String = "10.96",
        nodePorts: ClosedRange<Int> = 30000...32767
    ) {
        self.now = now
        self.randomSuffix = randomSuffix
        self.serviceNetwork = serviceNetwork
        self.nodePorts = nodePorts
    }
}
