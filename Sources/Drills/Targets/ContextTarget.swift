internal import KubernetesAPI
internal import KubernetesObjects

/// Another cluster of the kubeconfig as the target of a drill.
enum ContextTarget {
    static func open(_ name: String, _ environment: DrillEnvironment) throws(LifeboatError) -> TargetCluster {
        let configuration = try ClusterConfiguration.load(
            environment: environment.variables,
            path: environment.kubeconfig,
            context: name
        )
        let client = try ClusterClient(configuration)
        return TargetCluster(
            kind: "context:\(name)",
            isThrowaway: false,
            client: client,
            isolation: "a cluster with another identity than the source; its network is not Lifeboat's to judge"
        ) {
            client.close()
            return ["the objects restored into the context \(name) stay there"]
        }
    }
}
