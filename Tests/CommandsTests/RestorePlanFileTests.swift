import FoundationEssentials
import KubernetesObjects
import SandboxCluster
import TestSupport
import Testing

/// `restore --dry-run --plan-file` and `restore --plan`, with the program itself.
@Suite struct `A plan in a file` {
    private static func map(_ name: String, _ value: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": .string(name), "namespace": "default"],
            "stringData": ["value": .string(value)],
        ]
    }

    @Test func `is applied exactly, and refused when the cluster, the policy or the snapshot is another`() async throws
    {
        var program = try LifeboatProgram()
        defer { program.remove() }
        let source = try await SandboxCluster.start()
        let target = try await SandboxCluster.start()
        let (old, new) = (try Kubeconfigs.write(source.kubeconfig), try Kubeconfigs.write(target.kubeconfig))
        program.kubeconfig = old
        try await source.load([Self.map("one", "a planted value"), Self.map("two", "b"), Self.map("three", "c")])
        #expect(try await program.run("init").status == 0)
        #expect(try await program.run("backup").status == 0)
        let (policy, plan) = ("\(program.folder)/policy.yaml", "\(program.folder)/plan.json")
        let document = "apiVersion: lifeboat.dr/v1\nkind: RestorePolicy\nmetadata: {name: a}\nspec: {conflict: skip}\n"
        try document.write(toFile: policy, atomically: true, encoding: .utf8)

        program.kubeconfig = new
        let arguments = ["restore", "latest", "secrets/one", "-n", "default", "--policy", policy]
        let dry = try await program.run(arguments + ["--dry-run", "--plan-file", plan])
        #expect(dry.status == 0, "\(dry.errors)")
        let text = try String(contentsOfFile: plan, encoding: .utf8)
        #expect(text.contains("Secret default/one") && !text.contains("default/two"))
        // base64 of “a planted value”
        #expect(!text.contains("YSBwbGFudGVkIHZhbHVl") && !text.contains("planted"))
        #expect((try FileManager.default.attributesOfItem(atPath: plan)[.posixPermissions] as? Int) == 0o600)

        // Another cluster.
        program.kubeconfig = old
        let elsewhere = try await program.run("restore", "--plan", plan)
        #expect(elsewhere.status == 1 && elsewhere.code == "restore.refused", "\(elsewhere.errors)")
        program.kubeconfig = new
        // Another policy.
        try document.replacing("skip", with: "merge").write(toFile: policy, atomically: true, encoding: .utf8)
        let changed = try await program.run("restore", "--plan", plan)
        #expect(changed.code == "restore.refused" && changed.errors.contains("was changed since the plan"))
        try document.write(toFile: policy, atomically: true, encoding: .utf8)
        // A newer snapshot changes nothing: the plan names its own.
        program.kubeconfig = old
        #expect(try await program.run("backup").status == 0)
        program.kubeconfig = new
        let applied = try await program.run("restore", "--plan", plan)
        #expect(applied.status == 0, "\(applied.errors)")
        #expect(try applied.json["created"] == 1)
        // Now the object is there, and the plan does not fit any more.
        let again = try await program.run("restore", "--plan", plan)
        #expect(again.code == "restore.refused" && again.errors.contains("was “create” and is “unchanged” now"))
        #expect(try await program.run("restore", "--plan", policy).code == "usage")
        for kubeconfig in [old, new] { try? FileManager.default.removeItem(atPath: kubeconfig) }
        await source.stop()
        await target.stop()
        let check = try await program.run("check", "--read-data")
        #expect(check.status == 0)
    }
}
