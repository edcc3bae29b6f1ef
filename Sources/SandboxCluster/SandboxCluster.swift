package import KubernetesObjects

/// How a sandbox cluster is started.
package struct SandboxOptions: Sendable {
    package var host = "127.0.0.1"
    /// 0 takes any free port.
    package var port: UInt16 = 0
    /// The simulated nodes on which workloads become ready.
    package var nodeCount = 3
    /// The Kubernetes version that `/version` claims.
    package var version = "v1.32.0"
    /// Whether garbage collection, namespaces, workloads and volumes are taken care of.
    package var controllers = true
    /// How many past events a watch can start from before it is answered with 410.
    package var watchWindow = 20_000
    package var now: @Sendable () -> Timestamp
    /// Gives as many random bytes as asked for.
    package var random: @Sendable (Int) -> [UInt8]

    package init(
        now: @escaping @Sendable () -> Timestamp = SystemEnvironment.now,
        random: @escaping @Sendable (Int) -> [UInt8] = SystemEnvironment.random
    ) {
        self.now = now
        self.random = random
    }
}
