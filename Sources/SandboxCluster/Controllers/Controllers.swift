import KubernetesObjects

/// The controllers of the cluster: garbage collection, namespaces, workloads on simulated nodes, volumes.
///
/// They are fed by `ClusterStorage.events()` and write through `ResourceOperations`.
final class Controllers: Sendable {
    private let operations: ResourceOperations
    private let nodeCount: Int

    init(operations: ResourceOperations, nodeCount: Int) {
        self.operations = operations
        self.nodeCount = nodeCount
    }

    /// Writes what a new cluster has: nodes, the namespaces and their default objects.
    func bootstrap() async {}

    /// Works until the task is cancelled or the watches end.
    func run() async {}

    /// Returns when the controllers have seen all writes and have nothing left to do.
    func settle() async {}
}
