import Archive
import Backup
import Drills
import KubernetesAPI
import KubernetesObjects
import Logging
import Policies
import Restore
import SandboxCluster
import TestSupport
import Testing

/// A cluster that a test starts for itself and stops at the end.
enum OwnCluster {
    case sandbox(SandboxCluster)
    case controlPlane(LocalControlPlane)

    static func start(_ kind: TestCluster) async throws -> OwnCluster {
        switch kind {
        case .sandbox: .sandbox(try await SandboxCluster.start())
        case .controlPlane: .controlPlane(try await LocalControlPlane.start())
        }
    }

    var kubeconfig: String {
        switch self {
        case .sandbox(let cluster): cluster.kubeconfig
        case .controlPlane(let plane): plane.kubeconfig
        }
    }

    func client() throws -> ClusterClient { try ClusterClient(Kubeconfigs.configuration(kubeconfig)) }

    func stop() async {
        switch self {
        case .sandbox(let cluster): await cluster.stop()
        case .controlPlane(let plane): await plane.stop()
        }
    }
}

/// Creates objects as a user would, and waits until the controllers are done.
struct WorkloadLoader {
    let client: ClusterClient

    func load() async throws {
        let version = try await client.serverVersion()
        let objects = try DisasterWorkload.objects(isOld: version.minor.contains("20"))
        var discovery = try await client.discover()
        for object in objects {
            let identity = try #require(ObjectIdentity(of: object))
            for _ in 0..<200 {
                if let resource = discovery.resource(for: identity.groupVersionKind) {
                    do {
                        _ = try await client.create(resource, namespace: identity.namespace, body: object.encoded())
                        break
                    } catch let error as ClusterError where error.kind == .forbidden || error.kind == .notFound {}
                }
                // The kind or the namespace's service account is not there yet.
                try await Task.sleep(for: .milliseconds(50))
                discovery = try await client.discover()
            }
        }
        try await own(discovery)
        try await settle(discovery)
    }

    /// The owner chain: a Widget owns a ConfigMap.
    private func own(_ discovery: Discovery) async throws {
        let widgets = try #require(
            discovery.resource(for: GroupVersionKind(apiVersion: "example.com/v1", kind: "Widget"))
        )
        let maps = try #require(discovery.resource(for: GroupVersionKind(apiVersion: "v1", kind: "ConfigMap")))
        let gear = try JSONValue(parsing: await client.get(widgets, namespace: "shop", name: "gear"))
        let owned = DisasterWorkload.owned(gearUID: try #require(gear["metadata", "uid"]?.string))
        _ = try await client.create(maps, namespace: "shop", body: owned.encoded())
    }

    /// Until the Deployment has its pods, the claim its volume and the token Secret its token.
    private func settle(_ discovery: Discovery) async throws {
        func get(_ apiVersion: String, _ kind: String, _ namespace: String, _ name: String) async throws -> JSONValue {
            let resource = try #require(discovery.resource(for: GroupVersionKind(apiVersion: apiVersion, kind: kind)))
            return try JSONValue(parsing: await client.get(resource, namespace: namespace, name: name))
        }
        for _ in 0..<600 {
            let web = try await get("apps/v1", "Deployment", "shop", "web")
            let claim = try await get("v1", "PersistentVolumeClaim", "data", "ledger")
            let token = try await get("v1", "Secret", "shop", "robot-token")
            if web["status", "observedGeneration"] != nil, web["status", "replicas"] == 3,
                claim["status", "phase"] == "Bound",
                token["data", "token"] != nil
            {
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("the workload never settled")
    }
}
