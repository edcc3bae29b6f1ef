import FoundationEssentials
import KubernetesAPI
import KubernetesObjects
import SandboxCluster
import TestSupport
import Testing

/// `restore --undo` and `restore --prune`, with the program itself.
@Suite struct `The undo of a restore` {
    private static func map(_ name: String, _ value: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "namespace": "default"],
            "data": ["value": .string(value)],
        ]
    }

    @Test func `walks back restore by restore, and prunes only what is confirmed by number`() async throws {
        var program = try LifeboatProgram()
        defer { program.remove() }
        let cluster = try await SandboxCluster.start()
        let kubeconfig = try Kubeconfigs.write(cluster.kubeconfig)
        program.kubeconfig = kubeconfig
        try await cluster.load([Self.map("one", "a"), Self.map("two", "a")])
        #expect(try await program.run("init").status == 0)
        #expect(try await program.run("backup").status == 0)
        let nothing = try await program.run("restore", "--undo")
        #expect(nothing.code == "snapshot.not-found", "\(nothing.errors)")

        // The cluster moves on: one object changes, one is lost, one is new.
        let client = Maps(client: try ClusterClient(Kubeconfigs.configuration(cluster.kubeconfig)))
        defer { client.client.close() }
        try await client.set("one", "b")
        try await client.remove("two")
        try await cluster.load([Self.map("three", "b")])

        let refused = try await program.run(
            "restore",
            "latest",
            "-n",
            "default",
            "--prune",
            "--conflict",
            "configmaps=merge"
        )
        #expect(refused.status == 1 && refused.errors.contains("--confirm-deletions 1"), "\(refused.errors)")
        #expect(try await client.values("one", "three") == ["one": "b", "three": "b"])
        let restored = try await program.run(
            "restore",
            "latest",
            "-n",
            "default",
            "--prune",
            "--conflict",
            "configmaps=merge",
            "--confirm-deletions",
            "1"
        )
        #expect(restored.status == 0, "\(restored.errors)")
        #expect(try restored.json["deleted"] == 1 && restored.json["updated"] == 1 && restored.json["created"] == 1)
        #expect(try await client.values("one", "two", "three") == ["one": "a", "two": "a"])
        // A second restore, which changes something else.
        try await client.set("two", "c")
        let second = try await program.run("restore", "latest", "-n", "default", "--conflict", "merge")
        #expect(try second.json["updated"] == 1)

        // `latest` and the next backup's parent are not what restores have kept.
        let snapshots = try await program.run("snapshots").json["snapshots"]?.array ?? []
        #expect(snapshots.count { $0["policy"] == "lifeboat/before-restore" } == 2)
        let first = try await program.run("restore", "--undo")
        #expect(first.status == 0, "\(first.errors)")
        #expect(try await client.values("one", "two") == ["one": "a", "two": "c"])
        let third = try await program.run("restore", "--undo", "--prune", "--confirm-deletions", "1")
        #expect(third.status == 0, "\(third.errors)")
        #expect(try await client.values("one", "two", "three") == ["one": "b", "three": "b"])
        #expect(try await program.run("restore", "--undo").code == "snapshot.not-found")
        #expect(try await program.run("restore", "--undo", "-n", "default").status == 64)
        // What an undo changed can be brought back by name.
        let undo = try #require(try third.json["undo"]?.string)
        let redone = try await program.run("restore", "--undo", String(undo.prefix(12)), "--no-undo")
        #expect(redone.status == 0, "\(redone.errors)")
        #expect(try await client.values("one", "two") == ["one": "a", "two": "c"])
        #expect(try redone.json["undo"] == .null)
        let check = try await program.run("check", "--read-data")
        #expect(check.status == 0)
        try? FileManager.default.removeItem(atPath: kubeconfig)
        await cluster.stop()
    }
}

/// The ConfigMaps of the default namespace.
private struct Maps {
    let client: ClusterClient

    func values(_ names: String...) async throws -> [String: String] {
        var values: [String: String] = [:]
        for name in names { values[name] = try await value(name) }
        return values
    }

    private func value(_ name: String) async throws -> String? {
        do throws(ClusterError) {
            let bytes = try await client.get(try await resource(), namespace: "default", name: name)
            return (try? JSONValue(parsing: bytes))?["data", "value"]?.string
        } catch {
            guard error.kind == .notFound else { throw error }
            return nil
        }
    }

    private func resource() async throws(ClusterError) -> APIResource {
        guard let resource = try await client.discover().resource(for: GroupResource(group: "", resource: "configmaps"))
        else { throw ClusterError(.notFound, message: "no ConfigMaps", method: "GET", path: "/api/v1") }
        return resource
    }

    func set(_ name: String, _ value: String) async throws {
        let patch: JSONValue = ["data": ["value": .string(value)]]
        _ = try await client.patch(
            try await resource(),
            namespace: "default",
            name: name,
            patch: patch.encoded(),
            type: .merge
        )
    }

    func remove(_ name: String) async throws {
        _ = try await client.delete(
            try await resource(),
            namespace: "default",
            name: name,
            options: DeleteOptions()
        )
    }
}
