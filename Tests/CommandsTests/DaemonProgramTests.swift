import Drills
import FoundationEssentials
import KubernetesObjects
import Logging
import SandboxCluster
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// `lifeboat daemon` as users start it: by a supervisor that stops it with SIGTERM and starts it again.
@Suite("The daemon as a program")
struct DaemonProgramTests {
    @Test func `backs the sandbox up by schedule, drills it, and goes on after a restart`() async throws {
        let sandbox = try await SandboxCluster.start()
        let kubeconfig = try Kubeconfigs.write(sandbox.kubeconfig)
        defer { try? FileManager.default.removeItem(atPath: kubeconfig) }
        do {
            try await check(kubeconfig, target: "sandbox")
        } catch {
            await sandbox.stop()
            throw error
        }
        await sandbox.stop()
    }

    @Test(.enabled(if: Self.hasPrograms, "KUBEBUILDER_ASSETS names no control plane"))
    func `backs a real control plane up by schedule, and drills it on one of its own`() async throws {
        // One that no other test writes to, so that the drill finds what the backup found.
        let environment = DrillEnvironment(
            variables: ProcessInfo.processInfo.environment,
            now: TestClock.now,
            random: TestClock.random,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let plane = try await LocalControlPlane.start(environment)
        do {
            try await check(plane.kubeconfig, target: "control-plane")
        } catch {
            await plane.stop()
            throw error
        }
        await plane.stop()
    }

    @Test func `applies the retention of a policy after its backups, when it may forget`() async throws {
        try await LifeboatProgram.withSandbox { program in
            let policies = "\(program.folder)/kept"
            try FileManager.default.createDirectory(atPath: policies, withIntermediateDirectories: true)
            let policy = """
                apiVersion: lifeboat.dr/v1
                kind: BackupPolicy
                metadata: {name: often}
                spec:
                  schedule: {cron: "@every 1s"}
                  retention: {keepLast: 2, minimum: 1}
                """
            try policy.write(toFile: "\(policies)/often.yaml", atomically: true, encoding: .utf8)
            let other = try #require(try await program.run("backup").json["snapshot"]?.string)

            let writer = try await program.holding("writer")
            let unpermitted = try await serve(writer, policies) { Self.runs("backup", program) >= 4 }
            #expect(unpermitted == .exited(0))
            let before = try await program.run("snapshots").json["snapshots"]?.array ?? []
            #expect(before.count >= 5)

            let runs = Self.runs("backup", program)
            let permitted = try await serve(program, policies) { Self.runs("backup", program) > runs }
            #expect(permitted == .exited(0))
            let after = try await program.run("snapshots").json["snapshots"]?.array ?? []
            #expect(after.count == 3, "two of the policy, and the one that it does not weigh")
            #expect(after.contains { $0["id"]?.string == other })
            #expect(try await program.run("check", "--read-data").status == 0)
        }
    }

    private static let hasPrograms = ProcessInfo.processInfo.environment["KUBEBUILDER_ASSETS"] != nil

    private func check(_ kubeconfig: String, target: String) async throws {
        var program = try LifeboatProgram()
        defer { program.remove() }
        program.kubeconfig = kubeconfig
        let policies = try Self.writePolicies(program.folder, target: target)
        #expect(try await program.run("init").status == 0)
        let valid = try await program.run("daemon", "--policies", policies, "--validate")
        try #require(valid.status == 0, "\(valid.errors)")
        let first = try await serve(program, policies) {
            Self.runs("backup", program) >= 2 && !Self.reports(program).isEmpty
        }
        #expect(first == .exited(0))
        let before = Self.runs("backup", program)
        let second = try await serve(program, policies) { Self.runs("backup", program) > before }
        #expect(second == .exited(0))
        let snapshots = try await program.run("snapshots").json["snapshots"]?.array ?? []
        #expect(snapshots.count >= 3)
        let check = try await program.run("check", "--read-data")
        #expect(check.status == 0, "\(check.output)")
        let report = try #require(Self.reports(program).first)
        let verified = try await program.run("drill", "verify", "\(program.folder)/reports/\(report)")
        #expect(verified.status == 0)
        let verdict = try verified.json["verdict"]?.string ?? ""
        #expect(["pass", "pass-with-deviations"].contains(verdict), "\(verdict)")
    }

    /// Runs the daemon until the condition holds, for four minutes at most, and stops it as supervisors do. A drill that a busy
    /// machine made fail is tried again after a minute.
    private func serve(_ program: LifeboatProgram, _ policies: String, until isDone: () -> Bool) async throws
        -> TerminationStatus
    {
        let result = try await Subprocess.run(
            .path(FilePath(LifeboatProgram.path)),
            arguments: [
                "daemon", "--policies", policies, "--reports", "\(program.folder)/reports", "--listen", "127.0.0.1:0",
            ],
            environment: .custom(try program.variables(true)),
            input: .none,
            output: .discarded,
            error: .discarded
        ) { daemon in
            for _ in 0..<1200 where !isDone() { try await Task.sleep(for: .milliseconds(200)) }
            #expect(isDone(), "the daemon did not get that far: \(Self.failures(program))")
            try daemon.send(signal: .terminate)
        }
        return result.terminationStatus
    }

    /// How many runs of a kind the history has; the first record only says that the schedule is in force.
    private static func runs(_ kind: String, _ program: LifeboatProgram) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(program.repository)/h")) ?? []
        return names.count { $0.contains(".\(kind).") } - 1
    }

    private static func reports(_ program: LifeboatProgram) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(program.folder)/reports")) ?? []
        return names.filter { $0.hasSuffix(".json") }
    }

    /// Why runs failed, from the history.
    private static func failures(_ program: LifeboatProgram) -> [String] {
        let folder = "\(program.repository)/h"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { FileManager.default.contents(atPath: "\(folder)/\($0)") }
            .compactMap { (try? JSONValue(parsing: [UInt8]($0)))?["message"]?.string }
    }

    private static func writePolicies(_ folder: String, target: String) throws -> String {
        let path = "\(folder)/policies"
        try FileManager.default.createDirectory(atPath: "\(path)/readiness", withIntermediateDirectories: true)
        let documents = """
            apiVersion: lifeboat.dr/v1
            kind: BackupPolicy
            metadata: {name: often}
            spec:
              schedule: {cron: "@every 3s"}
            ---
            apiVersion: lifeboat.dr/v1
            kind: RestoreDrill
            metadata: {name: rehearsal}
            spec:
              title: The cluster is lost
              scenario: Everything is lost.
              source: {cluster: current, snapshot: latest, backupFirst: true}
              target: \(target)
              schedule: {cron: "@every 7s"}
              negativeControls: [stale-nonce]
            """
        try documents.write(toFile: "\(path)/policies.yaml", atomically: true, encoding: .utf8)
        let check = """
            apiVersion: lifeboat.dr/v1
            kind: ReadinessCheck
            metadata: {name: namespaces-active}
            spec:
              area: disaster-recovery
              severity: major
              title: Namespaces are active
              why: Nothing can be created in a namespace that is being deleted.
              remedy: Find the finalizer that holds the namespace.
              builtin: namespaces-active
            """
        try check.write(toFile: "\(path)/readiness/namespaces-active.yaml", atomically: true, encoding: .utf8)
        return path
    }
}
