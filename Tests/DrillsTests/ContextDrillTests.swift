import FoundationEssentials
import KubernetesAPI
import KubernetesObjects
import Policies
import SandboxCluster
import TestSupport
import Testing

@testable import Drills

/// A drill into another cluster of the kubeconfig, which could reach the disks that the volumes of the source stand for.
@Suite("A drill into a context")
struct ContextDrillTests {
    private static func volume(_ name: String, _ disk: JSONValue) -> JSONValue {
        var spec: JSONValue = [
            "capacity": ["storage": "1Gi"], "accessModes": ["ReadWriteOnce"],
            "persistentVolumeReclaimPolicy": "Delete", "storageClassName": "disks",
        ]
        for member in disk.object?.members ?? [] { spec[member.key] = member.value }
        return ["apiVersion": "v1", "kind": "PersistentVolume", "metadata": ["name": .string(name)], "spec": spec]
    }

    private static let real = volume("ledger", ["csi": ["driver": "disk.example.com", "volumeHandle": "disk-1"]])
    private static let ofNodes = volume("scratch", ["hostPath": ["path": "/scratch"]])

    /// Runs the drill into a sandbox that is a context of a kubeconfig, and says which volumes and ConfigMaps that has afterwards.
    private func run(
        volumes: [JSONValue],
        _ change: (inout RestoreDrill) -> Void = { _ in }
    ) async throws -> (report: DrillReport, volumes: Set<String>, hasSettings: Bool) {
        let other = try await SandboxCluster.start()
        let path = try Kubeconfigs.write(other.kubeconfig)
        defer { try? FileManager.default.removeItem(atPath: path) }
        var sample = DrillSample()
        sample.drill.target = .context("sandbox")
        sample.environment.kubeconfig = path
        sample.environment.workload = DrillSample.workload + volumes
        change(&sample.drill)
        let report = try await sample.run()
        let client = try ClusterClient(Kubeconfigs.configuration(other.kubeconfig))
        let names = try await Self.names("PersistentVolume", client)
        let maps = try await Self.names("ConfigMap", client)
        client.close()
        await other.stop()
        return (report, names, maps.contains("settings"))
    }

    private static func names(_ kind: String, _ client: ClusterClient) async throws -> Set<String> {
        let discovery = try await client.discover()
        let resource = try #require(discovery.resource(for: GroupVersionKind(apiVersion: "v1", kind: kind)))
        return Set(try await client.list(resource).collect().flatMap { $0.items.map(\.name) })
    }

    @Test func `brings no volumes of real disks, writes nothing, and names the option that allows it`() async throws {
        let (report, volumes, hasSettings) = try await run(volumes: [Self.real])
        #expect(!report.verdict.isPassed)
        let completed = try #require(report.checks.first { $0.id == "drill.completed" })
        #expect(completed.status == .fail)
        #expect(completed.detail.contains("drill.target-refused"), "\(completed.detail)")
        #expect(completed.detail.contains("PersistentVolume ledger"), "\(completed.detail)")
        #expect(completed.detail.contains("context:sandbox"), "\(completed.detail)")
        #expect(completed.remedy.contains("allowRealVolumes: true"))
        #expect(volumes.isEmpty && !hasSettings)
    }

    @Test func `damages nothing either when its volumes are refused`() async throws {
        let (report, volumes, hasSettings) = try await run(volumes: [Self.real]) {
            $0.damage = [.deleteNamespace("shop")]
        }
        let completed = try #require(report.checks.first { $0.id == "drill.completed" })
        #expect(completed.detail.contains("drill.target-refused"), "\(completed.detail)")
        #expect(volumes.isEmpty && !hasSettings)
    }

    @Test func `brings them when the drill says so by name`() async throws {
        let (report, volumes, hasSettings) = try await run(volumes: [Self.real]) { $0.allowsRealVolumes = true }
        #expect(report.verdict.isPassed, "\(report.document["checks"]?.prettyPrinted() ?? "")")
        #expect(volumes == ["ledger"] && hasSettings)
    }

    @Test func `goes on without them when its selection leaves them out, as the refusal says`() async throws {
        let (report, volumes, hasSettings) = try await run(volumes: [Self.real]) {
            $0.restore.selection.excludedResources = [
                "persistentvolumes", "volumesnapshotcontents.snapshot.storage.k8s.io",
            ]
        }
        let completed = try #require(report.checks.first { $0.id == "drill.completed" })
        #expect(completed.status == .pass, "\(completed.detail)")
        #expect(volumes.isEmpty && hasSettings)
    }

    @Test func `brings disks of nodes, which are other disks in another cluster`() async throws {
        let (report, volumes, _) = try await run(volumes: [Self.ofNodes])
        #expect(report.verdict.isPassed, "\(report.document["checks"]?.prettyPrinted() ?? "")")
        #expect(volumes == ["scratch"])
    }
}
