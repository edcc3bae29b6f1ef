internal import Drills
internal import KubernetesAPI
internal import KubernetesObjects

/// Runs the measurements of `lifeboat bench cluster`.
struct ClusterBench {
    let objects: [JSONValue]
    let note: (String) -> Void
    private static let width = 32

    func run() async throws -> ClusterBenchResult {
        var result = ClusterBenchResult(objects: objects.count)
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let tool = LifeboatProcess(folder: folder.path)
        note("starting the source control plane")
        try await withControlPlane { configuration, kubeconfig in
            let client = try ClusterClient(configuration)
            defer { client.close() }
            let bare = BareClient(client: client, width: Self.width)
            let resources = try await Self.resources(client)
            try await bare.post(BenchObjects.namespaces, resources: resources)
            note("bare client: posting \(objects.count) objects")
            result.barePost = try await Self.time { try await bare.post(objects, resources: resources) }
            let listed = try await client.discover().preferred.filter { $0.verbs.isSuperset(of: ["list", "create"]) }
            try await bare.fetch(listed)
            note("bare client: fetching the same pages")
            result.bareFetch = try await Self.time { try await bare.fetch(listed) }
            note("bare client: fetching metadata alone")
            result.bareMetadataFetch = try await Self.time { try await bare.fetch(listed, metadataOnly: true) }
            _ = try await tool.run(["init"])
            note("lifeboat: first backup")
            result.firstBackup = try await tool.run(["backup"], kubeconfig: kubeconfig)
            note("lifeboat: unchanged backup")
            result.unchangedBackup = try await tool.run(["backup"], kubeconfig: kubeconfig)
            note("lifeboat: unchanged backup with lists from the server's cache")
            result.cachedBackup = try await tool.run(["backup", "--cached-lists"], kubeconfig: kubeconfig)
            note("changing 1 % of the objects")
            try await Self.change(
                objects.enumerated().filter { $0.offset % 100 == 0 }.map(\.element),
                client,
                resources
            )
            note("lifeboat: backup after 1 % changed")
            result.changedBackup = try await tool.run(["backup"], kubeconfig: kubeconfig)
        }
        note("bare client: posting to an empty control plane")
        try await withControlPlane { configuration, _ in
            let client = try ClusterClient(configuration)
            defer { client.close() }
            let bare = BareClient(client: client, width: Self.width)
            let resources = try await Self.resources(client)
            try await bare.post(BenchObjects.namespaces, resources: resources)
            result.barePostAgain = try await Self.time { try await bare.post(objects, resources: resources) }
        }
        note("lifeboat: restoring to an empty control plane")
        try await withControlPlane { _, kubeconfig in
            result.restore = try await tool.run(["restore", "latest"], kubeconfig: kubeconfig)
            note("lifeboat: restoring again, which changes nothing")
            result.secondRestore = try await tool.run(["restore", "latest"], kubeconfig: kubeconfig)
        }
        return result
    }

    private func withControlPlane(_ body: (ClusterConfiguration, String) async throws -> Void) async throws {
        // Without controllers nothing but the measured client writes.
        let environment = DrillSetup.environment(CommandLogging.logger())
        let plane = try await LocalControlPlane.start(environment, withControllers: false)
        do {
            let configuration = try ClusterConfiguration.load(environment: Environment.all, path: plane.kubeconfig)
            try await body(configuration, plane.kubeconfig)
        } catch {
            await plane.stop()
            throw error
        }
        await plane.stop()
    }

    private static func resources(_ client: ClusterClient) async throws -> [GroupVersionKind: APIResource] {
        Dictionary(
            try await client.discover().resources.map { ($0.groupVersionKind, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private static func change(
        _ objects: [JSONValue],
        _ client: ClusterClient,
        _ resources: [GroupVersionKind: APIResource]
    ) async throws {
        for object in objects {
            guard let identity = ObjectIdentity(of: object), let resource = resources[identity.groupVersionKind] else {
                continue
            }
            let patch: JSONValue = ["metadata": ["annotations": ["example.com/changed": "yes"]]]
            _ = try await client.patch(
                resource,
                namespace: identity.namespace,
                name: identity.name,
                patch: patch.encoded(),
                type: .merge
            )
        }
    }

    private static func time(_ body: () async throws -> Void) async throws -> Double {
        let start = SystemClock.seconds()
        try await body()
        return SystemClock.seconds() - start
    }
}
