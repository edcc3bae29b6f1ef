import Archive
import Backup
import KubernetesAPI
import KubernetesObjects
import Logging
import Policies
import Restore
import SandboxCluster
import TestSupport
import Testing

/// The two clusters of a disaster: the one that is lost, and the empty one that takes its place.
struct ClusterPair {
    let source: ClusterClient
    let target: ClusterClient
    private let sandboxes: [SandboxCluster]

    static func start(_ kind: TestCluster) async throws -> ClusterPair {
        if kind == .controlPlane {
            let source = try ClusterConfiguration.load(environment: [:], path: RealParts.sourceKubeconfig ?? "")
            let target = try ClusterConfiguration.load(environment: [:], path: RealParts.targetKubeconfig ?? "")
            return ClusterPair(source: try ClusterClient(source), target: try ClusterClient(target), sandboxes: [])
        }
        let sandboxes = [try await SandboxCluster.start(), try await SandboxCluster.start()]
        return ClusterPair(
            source: try ClusterClient(Kubeconfigs.configuration(sandboxes[0].kubeconfig)),
            target: try ClusterClient(Kubeconfigs.configuration(sandboxes[1].kubeconfig)),
            sandboxes: sandboxes
        )
    }

    func stop() async {
        source.close()
        target.close()
        for sandbox in sandboxes { await sandbox.stop() }
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
            var isCreated = false
            for _ in 0..<200 where !isCreated {
                if let resource = discovery.resource(for: identity.groupVersionKind) {
                    let refusal = await refusal(of: object, resource, identity.namespace)
                    isCreated = refusal == nil
                    if let refusal, refusal.kind != .forbidden, refusal.kind != .notFound { throw refusal }
                }
                if isCreated { break }
                // The kind or the namespace's service account is not there yet.
                try await Task.sleep(for: .milliseconds(50))
                discovery = try await client.discover()
            }
        }
        try await own(discovery)
        try await settle(discovery)
    }

    /// Creates the object; what the server said when it refused.
    private func refusal(of object: JSONValue, _ resource: APIResource, _ namespace: String?) async -> ClusterError? {
        do {
            _ = try await client.create(resource, namespace: namespace, body: object.encoded())
            return nil
        } catch {
            return error
        }
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
