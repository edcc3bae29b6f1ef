import Drills
import KubernetesObjects
import Policies
import Readiness
import TestSupport
import Testing

@Suite("A drill on the sandbox")
struct DrillRunTests {
    private static func status(_ id: String, _ report: DrillReport) -> DrillCheck.Status? {
        report.checks.first { $0.id == id }?.status
    }

    @Test func `a lost cluster is rebuilt, and every fault that is made on purpose is found`() async throws {
        let report = try await DrillSample(negativeControls: NegativeControl.allCases).run()
        #expect(report.verdict == .pass, "\(report.document["checks"]?.prettyPrinted() ?? "")")
        #expect(report.recoveryTimeSeconds != nil)
        #expect(report.recoveryPointSeconds != nil)
        let controls = try #require(report.document["negativeControls"]?.array)
        #expect(controls.count == NegativeControl.allCases.count)
        #expect(controls.allSatisfy { $0["observed"] == "fail" && $0["ok"] == true })
        for id in ["drill.freshness", "drill.completeness", "drill.workloads-ready", "drill.isolation"] {
            #expect(Self.status(id, report) == .pass, "\(id)")
        }
    }

    @Test func `no value of a Secret is in the report`() async throws {
        let report = try await DrillSample().run()
        let text = report.document.prettyPrinted()
        #expect(!text.contains("secret word"))
        #expect(!text.contains("c2VjcmV0IHdvcmQ="))
    }

    @Test func `a report that is changed afterwards is found`() async throws {
        let report = try await DrillSample().run()
        #expect(DrillReport.isIntact(report.document))
        var changed = report.document
        changed["result", "verdict"] = "fail"
        #expect(!DrillReport.isIntact(changed))
    }

    @Test func `a missed recovery time fails the drill`() async throws {
        var sample = DrillSample()
        sample.drill.objectives = DrillObjectives(recoveryTimeSeconds: 0)
        let report = try await sample.run()
        #expect(report.verdict == .fail)
        #expect(Self.status("drill.recovery-time", report) == .fail)
    }

    @Test func `a namespace that is deleted comes back, and the others are looked at as well`() async throws {
        var sample = DrillSample(negativeControls: [.missingObject, .changedObject])
        sample.drill.damage = [.deleteNamespace("shop")]
        sample.drill.restore.selection.includedNamespaces = [NamePattern("shop")]
        let report = try await sample.run()
        #expect(report.verdict == .pass, "\(report.document["checks"]?.prettyPrinted() ?? "")")
        let steps = (report.document["steps"]?.array ?? []).compactMap { $0["id"]?.string }
        #expect(steps.contains("damage"))
    }

    @Test func `a drill that restores nothing fails with what is missing`() async throws {
        var sample = DrillSample()
        sample.drill.damage = [.deleteNamespace("shop")]
        // The repair brings back another namespace than the one that is lost.
        sample.drill.restore.selection.includedNamespaces = [NamePattern("default")]
        let report = try await sample.run()
        #expect(report.verdict == .fail)
        #expect(Self.status("drill.completeness", report) == .fail)
        let missing = report.checks.first { $0.id == "drill.completeness" }?.findings ?? []
        #expect(missing.contains { $0["object"]?.string?.contains("shop/settings") == true })
    }

    @Test func `other servers are asked only when the drill says so, and an image that is gone fails it`() async throws
    {
        let check = try #require(
            try ReadinessChecklist.load(folder: "policies/readiness").checks.first {
                $0.id == "image-registry.images-reachable"
            }
        )
        try await StubServer.with(answer: { _ in StubAnswer(status: 404, body: "") }) { _, server in
            func report(probes: Bool) async throws -> DrillReport {
                var sample = DrillSample()
                sample.drill.checks.probes = probes
                sample.environment.workload = DrillSample.workload.map { object in
                    let text = object.prettyPrinted()
                        .replacing("registry.example/", with: "localhost:\(server.port)/shop/")
                    return (try? JSONValue(parsing: Array(text.utf8))) ?? object
                }
                return try await sample.run(checks: [check])
            }
            #expect(try await report(probes: false).verdict == .pass)
            #expect(server.requests.isEmpty)
            let asked = try await report(probes: true)
            #expect(asked.verdict == .fail && Self.status(check.id, asked) == .fail)
            #expect(server.requests.map(\.path) == ["/v2/shop/web/manifests/1"])
        }
    }

    @Test func `a drill that names a snapshot that is not there is refused`() async throws {
        var sample = DrillSample()
        sample.drill.source.backupFirst = false
        let error = await #expect(throws: LifeboatError.self) { try await sample.run() }
        #expect(error?.code == .snapshotNotFound)
    }
}
