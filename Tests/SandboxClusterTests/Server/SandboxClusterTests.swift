import FoundationEssentials
import KubernetesObjects
import Testing

@testable import SandboxCluster

@Suite struct `The sandbox over HTTP` {
    @Test func `it starts on a free port, loads objects, settles and stops`() async throws {
        let cluster = try await SandboxCluster.start()
        #expect(!cluster.address.hasSuffix(":0"))
        #expect(cluster.kubeconfig.contains(cluster.address))
        try await cluster.load([
            [
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "c", "namespace": "shop"],
                "data": ["a": "1"],
            ],
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "shop"]],
        ])
        await cluster.settle()
        let second = try await SandboxCluster.start()
        #expect(second.address != cluster.address)
        await second.stop()
        await cluster.stop()
    }

    @Test func `an address that cannot be had is told`() async throws {
        let cluster = try await SandboxCluster.start()
        var options = SandboxOptions()
        options.port = UInt16(cluster.address.split(separator: ":").last ?? "") ?? 0
        await #expect(throws: LifeboatError.self) { try await SandboxCluster.start(options) }
        await cluster.stop()
    }

    @Test func `an object of an unknown kind cannot be loaded`() async throws {
        let cluster = try await SandboxCluster.start()
        await #expect(throws: LifeboatError.self) {
            try await cluster.load([["apiVersion": "none.example.com/v1", "kind": "Thing", "metadata": ["name": "t"]]])
        }
        await cluster.stop()
    }
}
