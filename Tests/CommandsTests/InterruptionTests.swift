import FoundationEssentials
import Glibc
import KubernetesAPI
import KubernetesObjects
import SandboxCluster
import Synchronization
import TestSupport
import Testing

/// SIGINT, and runs beside each other, at moments that the tests choose.
@Suite struct `A run that is in the middle of its work` {
    private static func map(_ namespace: String, _ name: String, finalizers: JSONValue = []) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": .string(name), "namespace": .string(namespace), "finalizers": finalizers],
        ]
    }

    private static func namespace(_ name: String) -> JSONValue {
        ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
    }

    /// Polls until something is so, for half a minute at most.
    private static func wait(_ isSo: () async throws -> Bool) async throws {
        for _ in 0..<1_500 {
            if try await isSo() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("it never came to be")
    }

    private static func exists(_ path: String, _ client: ClusterClient) async throws -> Bool {
        do throws(ClusterError) {
            _ = try await client.raw(method: "GET", path: path, body: nil, contentType: nil)
            return true
        } catch {
            guard error.kind == .notFound else { throw error }
            return false
        }
    }

    /// Runs a backup whose list of ConfigMaps comes only when the body returns.
    private static func stall(
        _ program: LifeboatProgram,
        _ client: ClusterClient,
        while body: @Sendable () async throws -> Void
    ) async throws -> LifeboatProgram.Run {
        let isAsked = Mutex(false)
        let isReleased = Mutex(false)
        let ended = Mutex<LifeboatProgram.Run?>(nil)
        try await StubServer.with { request in
            if request.path == "/api/v1/configmaps" {
                isAsked.withLock { $0 = true }
                try await Self.wait { isReleased.withLock { $0 } }
            }
            return await request.forwarded(to: client)
        } _: { _, server in
            let kubeconfig = try Kubeconfigs.write(
                #"""
                {"clusters": [{"name": "a", "cluster": {"server": "http://[::1]:\#(server.port)"}}], "users": [],
                 "contexts": [{"name": "a", "context": {"cluster": "a"}}], "current-context": "a"}
                """#
            )
            var stalled = program
            stalled.kubeconfig = kubeconfig
            let chosen = stalled
            async let run = chosen.run("backup", shell: "echo $$ > \(program.folder)/pid")
            try await Self.wait { isAsked.withLock { $0 } }
            try await body()
            isReleased.withLock { $0 = true }
            let result = try await run
            ended.withLock { $0 = result }
            try? FileManager.default.removeItem(atPath: kubeconfig)
        }
        return try #require(ended.withLock { $0 })
    }

    /// Sends SIGINT to the run that has written its process id.
    private static func interrupt(_ program: LifeboatProgram) throws {
        let text = try String(contentsOfFile: "\(program.folder)/pid", encoding: .utf8)
        let id = try #require(pid_t(text.prefix { $0.isNumber }))
        #expect(kill(id, SIGINT) == 0)
    }

    private static func isRunning(_ program: LifeboatProgram) throws -> Bool {
        let text = try String(contentsOfFile: "\(program.folder)/pid", encoding: .utf8)
        let id = try #require(pid_t(text.prefix { $0.isNumber }))
        return kill(id, 0) == 0
    }

    @Test func `C123: a backup that is cancelled ends with 130, leaves no snapshot, and is made when it is run again`()
        async throws
    {
        var program = try LifeboatProgram()
        defer { program.remove() }
        let sandbox = try await SandboxCluster.start()
        let kubeconfig = try Kubeconfigs.write(sandbox.kubeconfig)
        let client = try ClusterClient(Kubeconfigs.configuration(sandbox.kubeconfig))
        try await sandbox.load([Self.map("default", "one")])
        program.kubeconfig = kubeconfig
        #expect(try await program.run("init").status == 0)
        #expect(try await program.run("backup").status == 0)
        try await sandbox.load([Self.map("default", "two")])
        let chosen = program
        let cancelled = try await Self.stall(chosen, client) {
            try Self.interrupt(chosen)
            // It ends although the server does not answer.
            try await Self.wait { try !Self.isRunning(chosen) }
        }
        #expect(cancelled.status == 130 && cancelled.code == "cancelled", "\(cancelled.errors)")
        #expect(try await program.run("snapshots").json["snapshots"]?.array?.count == 1)
        #expect(try await program.run("check", "--read-data").status == 0)
        #expect(try await program.run("backup").status == 0)
        #expect(try await program.run("get", "latest", "configmap/two", "-n", "default").status == 0)
        #expect(try await program.run("check", "--read-data").status == 0)
        client.close()
        await sandbox.stop()
        try? FileManager.default.removeItem(atPath: kubeconfig)
    }

    @Test func `C123: a restore that is cancelled ends with 130, and is completed when it is run again`() async throws {
        var program = try LifeboatProgram()
        defer { program.remove() }
        let source = try await SandboxCluster.start()
        let target = try await SandboxCluster.start()
        let (old, new) = (try Kubeconfigs.write(source.kubeconfig), try Kubeconfigs.write(target.kubeconfig))
        let client = try ClusterClient(Kubeconfigs.configuration(target.kubeconfig))
        let objects = ["free", "held"].flatMap { [Self.namespace($0), Self.map($0, "one")] }
        try await source.load(objects)
        program.kubeconfig = old
        #expect(try await program.run("init").status == 0)
        #expect(try await program.run("backup").status == 0)
        // One namespace of the target is being deleted, so that the restore has to wait for it.
        try await target.load([Self.namespace("held"), Self.map("held", "left", finalizers: ["example.com/held"])])
        _ = try await client.raw(method: "DELETE", path: "/api/v1/namespaces/held", body: nil, contentType: nil)
        program.kubeconfig = new
        let arguments = ["restore", "latest", "-n", "free", "-n", "held"]
        let chosen = program
        async let run = chosen.run(arguments, shell: "echo $$ > \(chosen.folder)/pid")
        try await Self.wait { try await Self.exists("/api/v1/namespaces/free/configmaps/one", client) }
        try Self.interrupt(chosen)
        let cancelled = try await run
        #expect(cancelled.status == 130 && cancelled.code == "cancelled", "\(cancelled.errors)")
        #expect(try await !Self.exists("/api/v1/namespaces/held/configmaps/one", client))
        _ = try await client.raw(
            method: "PATCH",
            path: "/api/v1/namespaces/held/configmaps/left",
            body: Array(#"{"metadata":{"finalizers":null}}"#.utf8),
            contentType: "application/merge-patch+json"
        )
        let completed = try await program.run(arguments)
        #expect(completed.status == 0, "\(completed.errors)")
        #expect(try await Self.exists("/api/v1/namespaces/held/configmaps/one", client))
        let again = try await program.run(arguments + ["--dry-run"])
        #expect(try again.json["plan", "create"] == 0 && again.json["plan", "update"] == 0, "\(again.output)")
        #expect(try await program.run("check", "--read-data").status == 0)
        client.close()
        for kubeconfig in [old, new] { try? FileManager.default.removeItem(atPath: kubeconfig) }
        await source.stop()
        await target.stop()
    }

    @Test func `C143: does not keep a restore or another backup in the same repository from theirs`() async throws {
        var program = try LifeboatProgram()
        defer { program.remove() }
        let source = try await SandboxCluster.start()
        let target = try await SandboxCluster.start()
        let (old, new) = (try Kubeconfigs.write(source.kubeconfig), try Kubeconfigs.write(target.kubeconfig))
        let client = try ClusterClient(Kubeconfigs.configuration(source.kubeconfig))
        let targetClient = try ClusterClient(Kubeconfigs.configuration(target.kubeconfig))
        try await source.load([Self.namespace("shop"), Self.map("shop", "one")])
        program.kubeconfig = old
        #expect(try await program.run("init").status == 0)
        #expect(try await program.run("backup").status == 0)
        try await source.load([Self.map("shop", "two")])
        program.kubeconfig = new
        let other = program
        let backup = try await Self.stall(program, client) {
            let restored = try await other.run("restore", "latest", "-n", "shop")
            #expect(restored.status == 0, "\(restored.errors)")
            #expect(try await Self.exists("/api/v1/namespaces/shop/configmaps/one", targetClient))
            #expect(try await other.run("backup").status == 0)
            #expect(try Self.isRunning(other))
        }
        #expect(backup.status == 0, "\(backup.errors)")
        let check = try await program.run("check", "--read-data")
        #expect(check.status == 0, "\(check.output)")
        // The first backup, what the restore keeps for its undo, and two backups.
        #expect(try await program.run("snapshots").json["snapshots"]?.array?.count == 4)
        client.close()
        targetClient.close()
        for kubeconfig in [old, new] { try? FileManager.default.removeItem(atPath: kubeconfig) }
        await source.stop()
        await target.stop()
    }
}
