import FoundationEssentials
import KubernetesObjects
import SandboxCluster
import TestSupport
import Testing

/// What must be shown: each trouble has a clear error with its exit status, and no committed snapshot is lost.
@Suite("The program in trouble")
struct FailureTests {
    /// A repository with one snapshot of a sandbox that goes on running.
    private func prepared(_ body: (inout LifeboatProgram, SandboxCluster) async throws -> Void) async throws {
        var program = try LifeboatProgram()
        defer { program.remove() }
        let sandbox = try await SandboxCluster.start()
        let kubeconfig = try Kubeconfigs.write(sandbox.kubeconfig)
        program.kubeconfig = kubeconfig
        try await sandbox.load(Self.objects(0..<40))
        #expect(try await program.run("init").status == 0)
        #expect(try await program.run("backup").status == 0)
        do {
            try await body(&program, sandbox)
        } catch {
            await sandbox.stop()
            throw error
        }
        await sandbox.stop()
        try? FileManager.default.removeItem(atPath: kubeconfig)
    }

    private static func objects(_ numbers: Range<Int>) -> [JSONValue] {
        numbers.map { number in
            [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": .string("settings-\(number)"), "namespace": "default"],
                // Random letters, which no compression makes small.
                "data": [
                    "text": .string(
                        String((0..<20_000).map { _ in Character(Unicode.Scalar(UInt8.random(in: 97...122))) })
                    )
                ],
            ]
        }
    }

    /// Every snapshot is there and every byte of it can be read.
    private func expectWhole(_ program: LifeboatProgram, snapshots: Int) async throws {
        let check = try await program.run("check", "--read-data")
        #expect(check.status == 0, "\(check.output) \(check.errors)")
        #expect(try check.json["snapshots"]?.int == snapshots)
    }

    @Test func `a wrong passphrase is named and ends with 12`() async throws {
        try await prepared { program, _ in
            program.passphrase = "something else"
            for arguments in [["snapshots"], ["backup"], ["restore", "latest"], ["check"]] {
                let run = try await program.run(arguments)
                #expect(run.status == 12)
                #expect(run.code == "repository.wrong-key")
                #expect(!run.errors.contains("something else"))
            }
            program.passphrase = "correct horse battery staple"
            try await expectWhole(program, snapshots: 1)
        }
    }

    @Test func `a missing passphrase, a missing repository and a missing kubeconfig are told apart`() async throws {
        let program = try LifeboatProgram()
        defer { program.remove() }
        let none = try await program.run("snapshots")
        #expect(none.status == 10)
        #expect(none.code == "repository.not-found")
        #expect(try await program.run("init").status == 0)
        let again = try await program.run("init")
        #expect(again.code == "repository.exists")
        let key = try await program.run("snapshots", hasPassphrase: false)
        #expect(key.status == 12)
        #expect(key.code == "repository.key-missing")
        let cluster = try await program.run("backup")
        #expect(cluster.status == 1)
        #expect(cluster.code?.hasPrefix("kubeconfig.") == true)
    }

    @Test func `a server that is gone ends the backup with the address, and the snapshot before it stays`() async throws
    {
        try await prepared { program, sandbox in
            await sandbox.stop()
            let run = try await program.run("backup")
            #expect(run.status == 1)
            #expect(run.code == "cluster.unreachable")
            #expect(run.errors.contains("127.0.0.1"))
            try await expectWhole(program, snapshots: 1)
        }
    }

    @Test func `a full disk ends the backup, and the snapshot before it stays`() async throws {
        try await prepared { program, sandbox in
            try await sandbox.load(Self.objects(100..<180))
            // No file may be larger than 64 KiB: the pack of this backup is.
            let run = try await program.run("backup", shell: "ulimit -f 64")
            #expect(run.status == 1)
            #expect(run.code == "storage.full", "\(run.errors)")
            try await expectWhole(program, snapshots: 1)
            let later = try await program.run("backup")
            #expect(later.status == 0)
            try await expectWhole(program, snapshots: 2)
        }
    }

    @Test func `a backup that is killed at any moment loses no snapshot and needs no help`() async throws {
        try await prepared { program, sandbox in
            for (round, delay) in [900, 1300, 1700, 2100, 2600].enumerated() {
                try await sandbox.load(Self.objects(1000 + round * 40..<1040 + round * 40))
                try await program.runAndKill(["backup"], afterMilliseconds: delay)
            }
            let run = try await program.run("backup")
            #expect(run.status == 0, "\(run.errors)")
            #expect(try run.json["objects"]?.int ?? 0 > 240)
            let check = try await program.run("check", "--read-data")
            #expect(check.status == 0, "\(check.output) \(check.errors)")
        }
    }

    @Test func `a word that is no verb and an option that is none end with 64`() async throws {
        let program = try LifeboatProgram()
        defer { program.remove() }
        #expect(try await program.run("rescue").status == 64)
        #expect(try await program.run("restore", "latest", "--force-everything").status == 64)
        #expect(try await program.run("drill", "run", "no-such-drill").code == "drill.not-found")
    }

    @Test func `every verb explains itself`() async throws {
        let program = try LifeboatProgram()
        defer { program.remove() }
        let help = try await program.run("--help")
        for verb in [
            "init", "backup", "restore", "diff", "check", "checklist", "drill", "daemon", "sandbox", "key", "bench",
        ] {
            #expect(help.output.contains(verb), "\(verb)")
            let own = try await program.run(verb, "--help")
            #expect(own.status == 0 && own.output.contains("OVERVIEW"), "\(verb)")
        }
    }
}
