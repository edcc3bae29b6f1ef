internal import Drills
internal import KubernetesAPI
internal import KubernetesObjects
internal import SandboxCluster

/// Runs `lifeboat bench archive`: snapshots of one cluster, beside tools for files on the same objects as YAML.
struct ArchiveBench {
    let objects: Int
    let snapshots: Int
    let usesControlPlane: Bool
    let note: (String) -> Void

    func run() async throws -> ArchiveBenchResult {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try Environment.write(Array("benchmark\n".utf8), to: "\(folder.path)/password", isPrivate: true)
        // Nodes are simulated, nobody has defined monitors, and the rest comes from controllers.
        let others: Set<String?> = ["Node", "ServiceMonitor", "Pod", "EndpointSlice"]
        let made = BenchApplications.make(count: objects).filter { !others.contains($0["kind"]?.string) }
        if usesControlPlane {
            note("starting a control plane")
            let plane = try await LocalControlPlane.start(DrillSetup.environment(CommandLogging.logger()))
            do {
                let client = try Self.client(plane.kubeconfig)
                defer { client.close() }
                note("posting \(made.count) objects")
                try await post(made, client)
                let result = try await measure(client, plane.kubeconfig, folder.path)
                await plane.stop()
                return result
            } catch {
                await plane.stop()
                throw error
            }
        }
        var options = SandboxOptions()
        options.now = { SystemClock.now() }
        let sandbox = try await SandboxCluster.start(options)
        note("loading \(made.count) objects")
        try await sandbox.load(made)
        await sandbox.settle()
        let kubeconfig = "\(folder.path)/kubeconfig"
        try Environment.write(Array(sandbox.kubeconfig.utf8), to: kubeconfig, isPrivate: true)
        let client = try Self.client(kubeconfig)
        let result = try await measure(client, kubeconfig, folder.path)
        client.close()
        await sandbox.stop()
        return result
    }

    private static func client(_ kubeconfig: String) throws -> ClusterClient {
        try ClusterClient(ClusterConfiguration.load(environment: Environment.all, path: kubeconfig))
    }

    /// Namespaces first; kinds that an older server does not have are left out.
    private func post(_ made: [JSONValue], _ client: ClusterClient) async throws {
        let resources = Dictionary(
            try await client.discover().resources.map { ($0.groupVersionKind, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let bare = BareClient(client: client, width: 32)
        let namespaces = made.filter { $0["kind"]?.string == "Namespace" }
        try await bare.post(namespaces, resources: resources)
        let others = made.filter { $0["kind"]?.string != "Namespace" }
        try await bare.post(others, resources: resources)
    }

    private func measure(
        _ client: ClusterClient,
        _ kubeconfig: String,
        _ folder: String
    ) async throws -> ArchiveBenchResult {
        let source = "\(folder)/cluster"
        let lifeboat = BackupTool.lifeboat(folder, ["KUBECONFIG": kubeconfig], backup: ["backup", "--output", "json"])
        let peers = [BackupTool.restic(folder, source), BackupTool.borg(folder, source)].filter { tool in
            if !tool.isInstalled { note("\(tool.name) is not installed, so nothing is compared with it") }
            return tool.isInstalled
        }
        let tools = [lifeboat] + peers
        for tool in tools { try await tool.create() }
        var result = ArchiveBenchResult(tools: tools.map(\.name))
        var exported: ExportedCluster?
        for round in 0..<snapshots {
            note("snapshot \(round + 1) of \(snapshots)")
            if round > 0, let objects = exported?.objects { try await change(objects, round, client) }
            for (number, tool) in tools.enumerated() {
                let before = try tool.size()
                let run = try await tool.backUp()
                result.runs[number].append(.init(run: run, added: try tool.size() - before))
                guard number == 0 else { continue }
                // The others get exactly the kinds that the snapshot holds.
                if exported == nil {
                    exported = try await ExportedCluster(client, source, kinds: try await kinds(lifeboat))
                }
                if let changed = try await exported?.update() { result.changed.append(changed) }
                result.objects = exported?.objects.count ?? 0
                result.exportedBytes = exported?.totalBytes ?? 0
            }
        }
        for (number, tool) in tools.enumerated() { result.sizes[number] = try tool.size() }
        let program = lifeboat.backup[0]
        let stats = try await MeasuredProcess.run([program, "stats", "--output", "json"], lifeboat.variables)
        result.types = try JSONValue(parsing: stats.output)["types"]?.array ?? []
        note("check and prune")
        _ = try await MeasuredProcess.run([program, "check", "--read-data"], lifeboat.variables)
        _ = try await MeasuredProcess.run([program, "prune", "--grace", "0s"], lifeboat.variables)
        _ = try await MeasuredProcess.run([program, "check", "--read-data"], lifeboat.variables)
        result.prunedSize = try lifeboat.size()
        return result
    }

    private func kinds(_ lifeboat: BackupTool) async throws -> Set<String> {
        let list = try await MeasuredProcess.run(
            [lifeboat.backup[0], "ls", "latest", "--output", "json"],
            lifeboat.variables
        )
        let entries = try JSONValue(parsing: list.output)["objects"]?.array ?? []
        return Set(entries.map { "\($0["apiVersion"]?.string ?? "") \($0["kind"]?.string ?? "")" })
    }

    /// Changes 1 % of the objects, other ones each round.
    private func change(
        _ objects: [(resource: APIResource, namespace: String, name: String)],
        _ round: Int,
        _ client: ClusterClient
    ) async throws {
        let patch: JSONValue = ["metadata": ["annotations": ["example.com/changed": .string("in round \(round)")]]]
        for (index, object) in objects.enumerated() where index % 100 == round % 100 {
            guard object.resource.verbs.contains("patch") else { continue }
            _ = try? await client.patch(
                object.resource,
                namespace: object.namespace.isEmpty ? nil : object.namespace,
                name: object.name,
                patch: patch.encoded(),
                type: .merge
            )
        }
    }
}
