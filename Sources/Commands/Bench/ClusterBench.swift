internal import Drills
internal import KubernetesAPI
internal import KubernetesObjects

/// Runs the measurements of `lifeboat bench cluster`.
struct ClusterBench {
    let objects: [JSONValue]
    private static let width = 32
    /// Single runs differ by more than what is to be seen, so the short ones are repeated side by side.
    let rounds: Int
    let note: (String) -> Void

    func run() async throws -> ClusterBenchResult {
        var result = ClusterBenchResult(objects: objects.count)
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        func tool(_ round: Int) -> LifeboatProcess { LifeboatProcess(folder: "\(folder.path)/round-\(round)") }
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
            for round in 1...rounds {
                note("round \(round) of \(rounds): fetches of the bare client")
                result.bareFetch.append(try await Self.time { try await bare.fetch(listed) })
                result.bareMetadataFetch.append(
                    try await Self.time { try await bare.fetch(listed, metadataOnly: true) }
                )
                note("round \(round) of \(rounds): backups")
                let tool = tool(round)
                try await tool.makeRepository()
                result.firstBackup.append(try await tool.backUp(kubeconfig))
                result.unchangedBackup.append(try await tool.backUp(kubeconfig))
                result.cachedBackup.append(try await tool.backUp(kubeconfig, "--cached-lists"))
                try await change(round, client, resources)
                result.changedBackup.append(try await tool.backUp(kubeconfig))
                try await change(round + rounds, client, resources)
                result.cachedChangedBackup.append(try await tool.backUp(kubeconfig, "--cached-lists"))
            }
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
            let tool = tool(rounds)
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

    /// Changes 1 % of the objects, other ones each round.
    private func change(
        _ round: Int,
        _ client: ClusterClient,
        _ resources: [GroupVersionKind: APIResource]
    ) async throws {
        for object in objects.enumerated().filter({ $0.offset % 100 == round }).map(\.element) {
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
