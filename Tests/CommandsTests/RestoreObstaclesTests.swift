import FoundationEssentials
import KubernetesAPI
import KubernetesObjects
import SandboxCluster
import Synchronization
import TestSupport
import Testing

/// A restore into a cluster whose webhooks, quotas, slow definitions and missing classes all stand in the way at once.
@Suite(
    "A restore that meets every obstacle",
    .enabled(if: !ObstructedCluster.kubectls.isEmpty, "LIFEBOAT_TEST_KUBECTLS names no kubectl")
)
struct RestoreObstaclesTests {
    private static func arguments(_ cluster: ObstructedCluster) -> [String] {
        ["restore", "latest", "-n", cluster.name]
    }

    private static let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    private static let slowAnswers = 8

    /// Backs up what was lost, and returns the program with the repository.
    private static func backUp(_ name: String) async throws -> LifeboatProgram {
        var program = try LifeboatProgram()
        let source = try await ObstructedCluster.start(.sandbox, name: name)
        try await source.apply(ObstructedCluster.stocked)
        let definition = "crd/gadgets.\(name).example.com"
        try await source.run("kubectl wait --for=condition=established \(definition) --timeout=30s")
        try await source.apply(ObstructedCluster.gadgets)
        program.kubeconfig = source.kubeconfig
        #expect(try await program.run("init").status == 0)
        #expect(try await program.run("backup").status == 0)
        try await source.stop()
        return program
    }

    /// Runs `body` with the program on a proxy in front of the cluster that keeps the definition waiting.
    private static func behindProxy(
        _ program: LifeboatProgram,
        _ cluster: ObstructedCluster,
        _ body: @Sendable (LifeboatProgram) async throws -> Void
    ) async throws {
        let hidden = Mutex(0)
        let (client, name) = (cluster.client, cluster.name)
        try await StubServer.with { request in
            var answer = await request.forwarded(to: client)
            if request.method == "GET", request.path == definitions, answer.body.contains("gadgets.\(name).example.com")
            {
                let isHidden = hidden.withLock { count in
                    count += 1
                    return count <= slowAnswers
                }
                if isHidden { answer.body = answer.body.replacing(#""Established""#, with: #""Waits""#) }
            }
            return answer
        } _: { _, server in
            var through = program
            through.kubeconfig = try Kubeconfigs.write(
                #"""
                {"clusters": [{"name": "a", "cluster": {"server": "http://[::1]:\#(server.port)"}}], "users": [],
                 "contexts": [{"name": "a", "context": {"cluster": "a"}}], "current-context": "a"}
                """#
            )
            try await body(through)
            try? FileManager.default.removeItem(atPath: through.kubeconfig ?? "")
        }
        #expect(hidden.withLock { $0 } > slowAnswers)
    }

    /// What is to be done about each kind of obstacle.
    private static func remedies(_ document: JSONValue) -> [String: String] {
        let obstacles = document["obstacles"]?.array ?? []
        return Dictionary(
            obstacles.map { ($0["kind"]?.string ?? "", $0["next"]?.string ?? "") },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The command within a remedy, as a person would copy it.
    private static func command(_ program: String, in remedy: String?) throws -> String {
        let text = try #require(remedy)
        let (_, rest) = try #require(text.splitOnce("\(program) "), "no \(program) in “\(text)”")
        return rest.splitOnce(", or ")?.0 ?? rest
    }

    private static let named: Set = ["quota", "webhook", "storage-class", "ingress-class", "priority-class"]

    /// Obstructs the cluster, waits until its quota is counted, and gives the remedies of the plan.
    private static func obstruct(_ cluster: ObstructedCluster, _ program: LifeboatProgram) async throws -> [String:
        String]
    {
        try await cluster.apply(ObstructedCluster.inTheWay)
        try await cluster.waitForQuota()
        let plan = try await program.run(arguments(cluster) + ["--dry-run"])
        let remedies = remedies(try plan.json)
        #expect(named.isSubset(of: remedies.keys), "\(plan.output)")
        #expect(remedies["permission"] == nil && remedies["unreadable"] == nil)
        return remedies
    }

    /// Removes the two that refuse objects.
    private static func open(_ cluster: ObstructedCluster, _ remedies: [String: String]) async throws {
        for kind in ["quota", "webhook"] {
            try await cluster.run("kubectl \(try command("kubectl", in: remedies[kind]))")
        }
        try await cluster.waitForQuota()
    }

    private static func expectWhole(_ cluster: ObstructedCluster, _ program: LifeboatProgram, _ options: [String])
        async throws
    {
        #expect(try await cluster.missing() == [])
        let again = try await program.run(arguments(cluster) + options)
        #expect(again.status == 0, "\(again.output)")
        let result = try again.json
        #expect(result["created"] == 0 && result["updated"] == 0 && result["deleted"] == 0, "\(again.output)")
        #expect(result["conflicts"]?.array?.isEmpty == true && result["failed"]?.array?.isEmpty == true)
    }

    @Test(arguments: TestCluster.available)
    func `names each in its result with a command, and rebuilds the cluster once these were run`(
        kind: TestCluster
    ) async throws {
        let program = try await Self.backUp("rebuilt")
        defer { program.remove() }
        let cluster = try await ObstructedCluster.start(kind, name: "rebuilt")
        try await Self.behindProxy(program, cluster) { program in
            _ = try await Self.obstruct(cluster, program)
            let first = try await program.run(Self.arguments(cluster))
            #expect(first.status == 3)
            let result = try first.json
            let remedies = Self.remedies(result)
            #expect(Self.named.isSubset(of: remedies.keys), "\(first.output)")
            let failed = (result["failed"]?.array ?? []).compactMap { $0["object"]?.string }
            #expect(failed.filter { $0.hasPrefix("Gadget") }.count == 3, "\(failed)")
            #expect(failed.contains { $0.hasPrefix("ConfigMap \(cluster.name)/map-") }, "\(failed)")
            // The slow definition has stopped nothing: its objects have failed by the webhook only.
            #expect(!first.output.contains("restore.kind-not-established"))
            try await Self.open(cluster, remedies)
            for kind in ["storage-class", "ingress-class", "priority-class"] {
                let command = try Self.command("lifeboat", in: remedies[kind])
                let words = command.replacing("SNAPSHOT", with: "latest").split(separator: " ").map(String.init)
                let run = try await program.run(words)
                #expect(run.status == 0, "\(command): \(run.errors)")
                #expect(try run.json["created"] == 1, "\(command): \(run.output)")
            }
            let second = try await program.run(Self.arguments(cluster))
            #expect(second.status == 0, "\(second.output)")
            #expect(
                try second.json["obstacles"]?.array?.contains { Self.named.contains($0["kind"]?.string ?? "") }
                    == false,
                "\(second.output)"
            )
            try await Self.expectWhole(cluster, program, [])
            let classes = "storageclass/rebuilt-fast ingressclass/rebuilt-web priorityclass/rebuilt-gold"
                .replacing("rebuilt", with: cluster.name)
            _ = try await cluster.run("kubectl get \(classes) -o name")
        }
        try await cluster.stop()
    }

    @Test(arguments: TestCluster.available)
    func `rebuilds the cluster in one command with the options that its plan has named`(kind: TestCluster) async throws
    {
        let program = try await Self.backUp("moved")
        defer { program.remove() }
        let cluster = try await ObstructedCluster.start(kind, name: "moved")
        try await Self.behindProxy(program, cluster) { program in
            let remedies = try await Self.obstruct(cluster, program)
            try await Self.open(cluster, remedies)
            try await cluster.apply(ObstructedCluster.otherClasses)
            var options: [String] = []
            for (kind, other) in [("storage-class", "slow"), ("ingress-class", "other")] {
                let (_, rest) = try #require(remedies[kind]?.splitOnce("--\(kind)-mapping "))
                options += ["--\(kind)-mapping", rest.replacing("OTHER", with: "\(cluster.name)-\(other)")]
            }
            let restored = try await program.run(Self.arguments(cluster) + options)
            #expect(restored.status == 0, "\(restored.output)")
            #expect(try restored.json["failed"]?.array?.isEmpty == true)
            try await Self.expectWhole(cluster, program, options)
            let claim = "kubectl get pvc/data -n \(cluster.name) -o jsonpath='{.spec.storageClassName}'"
            #expect(try await cluster.run(claim) == "\(cluster.name)-slow")
        }
        try await cluster.stop()
    }
}
