import FoundationEssentials
import KubernetesAPI
import KubernetesObjects
import SandboxCluster
import TestSupport
import Testing

/// A restore that is killed and run again ends where an undisturbed one ends.
@Suite struct `A restore that is killed` {
    /// How many times it is killed; more when LIFEBOAT_TEST_KILLS says so.
    private static let kills = ProcessInfo.processInfo.environment["LIFEBOAT_TEST_KILLS"].flatMap(Int.init) ?? 8
    /// A real control plane to restore into, in place of sandboxes. Its namespace `shop` is deleted again and again.
    private static let kubeconfig = ProcessInfo.processInfo.environment["LIFEBOAT_TEST_KILLS_KUBECONFIG"]
    private static let pairs = 150

    /// ConfigMaps that own others, in a namespace that the target has not.
    private static func load(_ sandbox: SandboxCluster, _ client: ClusterClient) async throws {
        try await sandbox.load([["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "shop"]]])
        func map(_ name: String) -> JSONValue {
            [
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "namespace": "shop"],
                "data": ["name": .string(name)],
            ]
        }
        try await sandbox.load((0..<pairs).map { map("owner-\($0)") })
        let uids = try await Self.maps(client).mapValues { $0["metadata", "uid"] ?? .null }
        try await sandbox.load(
            (0..<pairs).map { number in
                var owned = map("owned-\(number)")
                owned["metadata", "ownerReferences"] = [
                    [
                        "apiVersion": "v1", "kind": "ConfigMap", "name": .string("owner-\(number)"),
                        "uid": uids["owner-\(number)"] ?? .null,
                    ]
                ]
                return owned
            }
        )
    }

    private static func maps(_ client: ClusterClient) async throws -> [String: JSONValue] {
        let discovery = try await client.discover()
        let resource = try #require(discovery.resource(for: GroupVersionKind(apiVersion: "v1", kind: "ConfigMap")))
        var query = ListQuery()
        query.namespace = "shop"
        var found: [String: JSONValue] = [:]
        for page in try await client.list(resource, query).collect() {
            for item in page.items { found[item.name] = try JSONValue(parsing: page.bytes.span, range: item.range) }
        }
        return found
    }

    /// What is wrong with a target; every owned object must name the owner of this cluster.
    private static func problems(_ client: ClusterClient) async throws -> [String] {
        let maps = try await maps(client)
        var problems: [String] = []
        for number in 0..<pairs {
            let (owner, owned) = (maps["owner-\(number)"], maps["owned-\(number)"])
            if owner?["data", "name"] != .string("owner-\(number)") { problems.append("owner-\(number)") }
            if owned?["data", "name"] != .string("owned-\(number)") { problems.append("owned-\(number)") }
            let uid = owned?["metadata", "ownerReferences"]?.array?.first?["uid"]
            if uid == nil || uid != owner?["metadata", "uid"] { problems.append("the owner of owned-\(number)") }
        }
        return problems
    }

    @Test func `at any moment goes on when it is run again, and ends as an undisturbed one`() async throws {
        var program = try LifeboatProgram()
        defer { program.remove() }
        let source = try await SandboxCluster.start()
        let from = try Kubeconfigs.write(source.kubeconfig)
        let client = try ClusterClient(Kubeconfigs.configuration(source.kubeconfig))
        try await Self.load(source, client)
        program.kubeconfig = from
        #expect(try await program.run("init").status == 0)
        #expect(try await program.run("backup").status == 0)
        let arguments = ["restore", "latest", "-n", "shop"]
        let clock = ContinuousClock()
        func milliseconds(_ arguments: [String]) async throws -> Int {
            let start = clock.now
            #expect(try await program.run(arguments).status == 0)
            return Int((clock.now - start) / .milliseconds(1))
        }
        var range = 0..<1
        var (killed, targets) = (0, 0)
        while killed < Self.kills {
            let target = try await KillTarget.start(kubeconfig: Self.kubeconfig)
            let client = target.client
            program.kubeconfig = target.kubeconfig
            if targets == 0 {
                // Measured on this machine: what a run needs before it restores, and what it needs in all.
                let start = try await milliseconds(["snapshots"])
                let whole = try await milliseconds(arguments)
                range = min(start, whole - 1)..<whole
            } else {
                var isDone = false
                while !isDone, killed < Self.kills {
                    try await program.runAndKill(arguments, afterMilliseconds: Int.random(in: range))
                    killed += 1
                    isDone = try await Self.maps(client).count > 2 * Self.pairs
                }
                let run = try await program.run(arguments)
                #expect(run.status == 0, "\(run.errors)")
            }
            targets += 1
            #expect(try await Self.problems(client) == [], "after \(killed) kills")
            let again = try await program.run(arguments + ["--dry-run"])
            let plan = try again.json["plan"]
            #expect(plan?["create"] == 0 && plan?["update"] == 0 && plan?["conflict"] == 0, "\(again.output)")
            try await target.stop()
        }
        client.close()
        await source.stop()
        try? FileManager.default.removeItem(atPath: from)
        #expect(killed == Self.kills && targets > 1)
        #expect(try await program.run("check", "--read-data").status == 0)
        print(
            "Killed \(killed) times, \(range.lowerBound) to \(range.upperBound) ms after the start, in \(targets) clusters."
        )
    }
}

/// An empty cluster to restore into: a sandbox, or a real control plane without the namespace that comes.
private struct KillTarget {
    let client: ClusterClient
    let kubeconfig: String
    private let sandbox: SandboxCluster?

    static func start(kubeconfig: String?) async throws -> KillTarget {
        let sandbox = kubeconfig == nil ? try await SandboxCluster.start() : nil
        let text = try sandbox?.kubeconfig ?? String(contentsOfFile: kubeconfig ?? "", encoding: .utf8)
        let target = KillTarget(
            client: try ClusterClient(Kubeconfigs.configuration(text)),
            kubeconfig: try Kubeconfigs.write(text),
            sandbox: sandbox
        )
        try await target.empty()
        return target
    }

    func stop() async throws {
        try await empty()
        client.close()
        await sandbox?.stop()
        try? FileManager.default.removeItem(atPath: kubeconfig)
    }

    /// Takes the namespace away at once. The namespace controller would take its time for it, so what is in it goes first.
    private func empty() async throws {
        guard sandbox == nil else { return }
        for _ in 0..<300 {
            guard let namespace = try await send("GET", "") else { return }
            if namespace["metadata", "deletionTimestamp"] == nil { _ = try await send("DELETE", "") }
            for resource in ["configmaps", "serviceaccounts", "secrets"] {
                _ = try await send("DELETE", "/\(resource)")
            }
            let finalized: JSONValue = [
                "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "shop"], "spec": ["finalizers": []],
            ]
            _ = try await send("PUT", "/finalize", finalized)
        }
        Issue.record("the namespace does not go away")
    }

    /// nil when there is no such namespace.
    private func send(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue? {
        do throws(ClusterError) {
            let answer = try await client.raw(
                method: method,
                path: "/api/v1/namespaces/shop\(path)",
                body: body?.encoded(),
                contentType: body == nil ? nil : "application/json"
            )
            return try? JSONValue(parsing: answer)
        } catch {
            guard [.notFound, .conflict].contains(error.kind) else { throw error }
            return nil
        }
    }
}
