package import Drills
package import KubernetesAPI
package import KubernetesObjects
package import SandboxCluster
package import Testing

/// A cluster that tests share: the sandbox, or a real control plane. Each test works in namespaces of its own.
package enum TestCluster: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sandbox = "the sandbox"
    case controlPlane = "a real control plane"

    package var testDescription: String { rawValue }

    /// Those that are here; the real one only when its binaries are.
    package static var available: [TestCluster] { RealParts.controlPlaneFolder == nil ? [.sandbox] : allCases }

    /// A client of the shared cluster, which is started when it is first asked for.
    package func client() async throws -> ClusterClient { try await SharedClusters.shared.client(self) }
}

/// Clusters that live as long as the test process.
private actor SharedClusters {
    static let shared = SharedClusters()
    private var clients: [TestCluster: Task<ClusterClient, any Error>] = [:]
    private var planes: [LocalControlPlane] = []
    private var sandboxes: [SandboxCluster] = []

    func client(_ cluster: TestCluster) async throws -> ClusterClient {
        if let running = clients[cluster] { return try await running.value }
        let task = Task { try await ClusterClient(start(cluster)) }
        clients[cluster] = task
        return try await task.value
    }

    private func start(_ cluster: TestCluster) async throws -> ClusterConfiguration {
        switch cluster {
        case .sandbox:
            let sandbox = try await SandboxCluster.start()
            sandboxes.append(sandbox)
            return try Kubeconfigs.configuration(sandbox.kubeconfig)
        case .controlPlane:
            let plane = try await LocalControlPlane.start()
            planes.append(plane)
            return try Kubeconfigs.configuration(plane.kubeconfig)
        }
    }
}
