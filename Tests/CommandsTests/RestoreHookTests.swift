import Drills
import FoundationEssentials
import KubernetesAPI
import KubernetesObjects
import Logging
import SandboxCluster
import TestSupport
import Testing

/// Hooks with the program itself: a real API server passes the commands on to a kubelet.
@Suite struct `Hooks of a restore` {
    private static let hasPrograms = ProcessInfo.processInfo.environment["KUBEBUILDER_ASSETS"] != nil

    private static let policy = """
        apiVersion: lifeboat.dr/v1
        kind: RestorePolicy
        metadata: {name: hooks}
        spec:
          selection: {namespaces: [shop]}
          patches:
            # Nobody schedules Pods here.
            - selection: {resources: [pods]}
              merge: {spec: {nodeName: node-1}}
            - selection: {resources: [deployments.apps, replicasets.apps]}
              merge: {spec: {template: {spec: {nodeName: node-1}}}}
          hooks:
            - name: refill
              selection: {labelSelector: {matchLabels: {app: db}}}
              exec: {command: [refill, "a b&c"]}
            - name: slow
              selection: {labelSelector: {matchLabels: {app: db}}}
              exec: {command: [hang], timeout: 1s, onError: continue}
            - name: broken
              selection: {labelSelector: {matchLabels: {app: db}}}
              exec: {command: [break], onError: continue}
            - name: strict
              selection: {labelSelector: {matchLabels: {app: db}}}
              exec: {container: db, command: [exit, "4"]}
            - name: prepare
              selection: {labelSelector: {matchLabels: {app: web}}}
              initContainers: [{name: prepare, image: "busybox:1", command: ["true"]}]
        """

    private static let objects = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: db-0, namespace: shop, labels: {app: db}}
        spec: {containers: [{name: db, image: "db:1"}, {name: log, image: "log:1"}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata:
              labels: {app: web}
              annotations: {post.hook.restore.velero.io/command: '["warm", "cache"]'}
            spec: {containers: [{name: app, image: "app:1"}]}
        """

    @Test(.enabled(if: Self.hasPrograms, "KUBEBUILDER_ASSETS names no control plane"))
    func `are run once in each restored Pod by a real API server, and say how they ended`() async throws {
        var program = try LifeboatProgram()
        defer { program.remove() }
        let source = try await SandboxCluster.start()
        let objects = try YAMLDocuments.parse(Self.objects, source: "objects")
        try await source.load(Array(objects[..<1]))
        // A Pod is refused until its namespace has an account.
        var isLoaded = false
        for _ in 0..<200 where !isLoaded {
            isLoaded = (try? await source.load(Array(objects[1...]))) != nil
            if !isLoaded { try await Task.sleep(for: .milliseconds(25)) }
        }
        #expect(isLoaded)
        let old = try Kubeconfigs.write(source.kubeconfig)
        program.kubeconfig = old
        #expect(try await program.run("init").status == 0)
        #expect(try await program.run("backup").status == 0)
        await source.stop()
        let kubelet = try await StubKubelet.start(folder: program.folder)
        let plane = try await LocalControlPlane.start(
            DrillEnvironment(
                variables: ProcessInfo.processInfo.environment,
                now: TestClock.now,
                random: TestClock.random,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        program.kubeconfig = plane.kubeconfig
        do {
            let client = try ClusterClient(ClusterConfiguration.load(environment: [:], path: plane.kubeconfig))
            try await check(program, client, kubelet)
            client.close()
        } catch {
            Issue.record(error)
        }
        kubelet.stop()
        await plane.stop()
        try? FileManager.default.removeItem(atPath: old)
        #expect(try await program.run("check", "--read-data").status == 0)
    }

    private func check(_ program: LifeboatProgram, _ client: ClusterClient, _ kubelet: StubKubelet) async throws {
        let discovery = try await client.discover()
        let nodes = try #require(discovery.resource(for: GroupVersionKind(apiVersion: "v1", kind: "Node")))
        let pods = try #require(discovery.resource(for: GroupVersionKind(apiVersion: "v1", kind: "Pod")))
        _ = try await client.create(nodes, namespace: nil, body: kubelet.node.encoded())
        let path = "\(program.folder)/policy.yaml"
        try Self.policy.write(toFile: path, atomically: true, encoding: .utf8)
        let restore = ["restore", "latest", "--policy", path, "--velero-hooks"]
        let run = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Self.runPods(client, pods) }
            let run = try await program.run(restore)
            group.cancelAll()
            return run
        }
        #expect(run.status == 3, "\(run.output) \(run.errors)")
        let hooks = try run.json["hooks"]?.array ?? []
        func endings(_ hook: String) -> [String] {
            hooks.filter { $0["hook"]?.string == hook }.compactMap { $0["reason"]?.string }
        }
        #expect(endings("refill") == ["succeeded"])
        #expect(endings("slow") == ["it took longer than 1 s, and may still run"])
        #expect(endings("broken") == ["the connection ended before the command did"])
        #expect(endings("strict") == ["ended with the status 4"])
        #expect(endings("velero.io") == ["succeeded", "succeeded"])
        let failed = try run.json["failed"]?.array ?? []
        #expect(failed.count == 1 && failed.first?["code"] == "restore.hook-failed", "\(run.output)")
        #expect(!run.output.contains("what a command prints") && !run.errors.contains("what a command prints"))
        let ofDatabase = kubelet.calls().filter { $0.contains("db-0") }
        #expect(ofDatabase == ["db db-0 refill a b&c", "db db-0 hang", "db db-0 break", "db db-0 exit 4"])
        #expect(kubelet.calls().count { $0.hasPrefix("app web-") && $0.hasSuffix(" warm cache") } == 2)
        let deployments = try #require(
            discovery.resource(for: GroupVersionKind(apiVersion: "apps/v1", kind: "Deployment"))
        )
        let web = try JSONValue(parsing: try await client.get(deployments, namespace: "shop", name: "web"))
        #expect(web["spec", "template", "spec", "initContainers"]?.array?.first?["name"] == "prepare")

        let again = try await program.run(restore)
        #expect(again.status == 0, "\(again.output)")
        #expect(kubelet.calls().count == 6, "a restore that changed nothing has run commands")
        #expect(try await program.run(restore + ["--repeat-hooks"]).status == 3)
        #expect(kubelet.calls().count == 12)
    }

    /// Does what a kubelet would do: says that containers run.
    private static func runPods(_ client: ClusterClient, _ pods: APIResource) async throws {
        var query = ListQuery()
        query.namespace = "shop"
        while !Task.isCancelled {
            for page in try await client.list(pods, query).collect() {
                for item in page.items {
                    let pod = try JSONValue(parsing: page.bytes.span, range: item.range)
                    guard pod["status", "containerStatuses"] == nil else { continue }
                    let statuses = (pod["spec", "containers"]?.array ?? [])
                        .map { container -> JSONValue in
                            [
                                "name": container["name"] ?? "", "image": container["image"] ?? "", "imageID": "",
                                "ready": true, "restartCount": 0,
                                "state": ["running": ["startedAt": "2026-01-01T00:00:00Z"]],
                            ]
                        }
                    let status: JSONValue = ["status": ["phase": "Running", "containerStatuses": .array(statuses)]]
                    _ = try await client.patch(
                        pods,
                        namespace: "shop",
                        name: item.name,
                        patch: status.encoded(),
                        type: .merge,
                        subresource: "status"
                    )
                }
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
