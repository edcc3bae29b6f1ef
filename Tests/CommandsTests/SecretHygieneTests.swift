import FoundationEssentials
import KubernetesObjects
import SandboxCluster
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// What runs of the program leave behind: no value of a Secret, and nothing in a repository that is only read.
@Suite struct `What a run leaves behind` {
    private static let value = "planted-4f9d2c71"
    private static let encoded = "cGxhbnRlZC00ZjlkMmM3MQ=="

    private static func secret(_ value: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "planted", "namespace": "default"],
            "stringData": ["password": .string(value)],
        ]
    }

    /// Files below a folder that hold a text, by grep, which reads all bytes.
    private static func files(below folder: String, holding text: String) async throws -> String {
        let result = try await Subprocess.run(
            .path("/usr/bin/env"),
            arguments: ["grep", "-rlaF", text, folder],
            output: .string(limit: 1 << 16),
            error: .discarded
        )
        return result.standardOutput
    }

    // A16, C137
    @Test func `holds no value of a Secret`() async throws {
        var program = try LifeboatProgram()
        defer { program.remove() }
        let source = try await SandboxCluster.start()
        let target = try await SandboxCluster.start()
        let (old, new) = (try Kubeconfigs.write(source.kubeconfig), try Kubeconfigs.write(target.kubeconfig))
        try await source.load([Self.secret(Self.value)])
        try await target.load([Self.secret("another")])
        program.kubeconfig = old
        let plan = "\(program.folder)/plan.json"
        var runs = [
            try await program.run("init"), try await program.run("backup"), try await program.run("snapshots"),
            try await program.run("ls", "latest"), try await program.run("stats"),
            try await program.run("check", "--read-data"),
        ]
        program.kubeconfig = new
        runs += [
            try await program.run("diff", "latest", "--live"),
            try await program.run("restore", "latest", "-n", "default", "--dry-run", "--plan-file", plan),
            try await program.run("restore", "latest", "-n", "default"),
            try await program.run(
                "restore",
                "latest",
                "-n",
                "default",
                "--conflict",
                "merge",
                "--events",
                "--annotate"
            ),
            try await program.run("restore", "--undo"),
            try await program.run("checklist", "--snapshot", "latest"),
        ]
        #expect(runs.count { $0.status == 0 } >= 10, "\(runs.map(\.status))")
        for text in [Self.value, Self.encoded] {
            for run in runs { #expect(!run.output.contains(text) && !run.errors.contains(text)) }
            #expect(try await Self.files(below: program.folder, holding: text) == "")
        }
        // The search finds what is there.
        #expect(try await Self.files(below: program.folder, holding: "lifeboat.dr/v1").contains("plan.json"))
        for kubeconfig in [old, new] { try? FileManager.default.removeItem(atPath: kubeconfig) }
        await source.stop()
        await target.stop()
    }

    // C134
    @Test func `is nothing in the repository when a reader restores what is missing`() async throws {
        var program = try LifeboatProgram()
        defer { program.remove() }
        let source = try await SandboxCluster.start()
        let target = try await SandboxCluster.start()
        let (old, new) = (try Kubeconfigs.write(source.kubeconfig), try Kubeconfigs.write(target.kubeconfig))
        try await source.load([Self.secret(Self.value)])
        program.kubeconfig = old
        #expect(try await program.run("init").status == 0)
        #expect(try await program.run("backup").status == 0)
        let identity = "\(program.folder)/reader.identity"
        #expect(try await program.run("key", "export", "--role", "reader", "--to", identity).status == 0)
        func files() throws -> [String] {
            try FileManager.default.subpathsOfDirectory(atPath: program.repository).sorted()
        }
        let before = try files()
        program.kubeconfig = new
        program.identity = identity
        let restored = try await program.run("restore", "latest", "-n", "default", hasPassphrase: false)
        #expect(restored.status == 0, "\(restored.errors)")
        #expect(try restored.json["created"]?.int ?? 0 >= 1 && restored.json["undo"] == .null)
        #expect(try files() == before)
        // A writer whose repository cannot be written to fills gaps as well, and is told that there is no undo.
        program.identity = nil
        try await target.load([["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "shop"]]])
        let second = try await program.run(
            "restore",
            "latest",
            "-n",
            "default",
            "--namespace-mapping",
            "default=shop",
            shell: "ulimit -f 0"
        )
        #expect(second.status == 0, "\(second.errors)")
        #expect(try second.json["created"]?.int ?? 0 >= 1 && second.json["undo"] == .null)
        #expect(second.errors.contains("cannot be written to"), "\(second.errors)")
        #expect(try await program.run("check", "--read-data").status == 0)
        for kubeconfig in [old, new] { try? FileManager.default.removeItem(atPath: kubeconfig) }
        await source.stop()
        await target.stop()
    }
}
