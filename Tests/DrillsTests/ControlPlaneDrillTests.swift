import Drills
import FoundationEssentials
import KubernetesObjects
import Policies
import TestSupport
import Testing

@Suite("A drill on a real control plane")
struct ControlPlaneDrillTests {
    private static let hasPrograms = ProcessInfo.processInfo.environment["KUBEBUILDER_ASSETS"] != nil

    @Test(.enabled(if: hasPrograms, "KUBEBUILDER_ASSETS names no control plane"))
    func `a lost cluster is rebuilt on a control plane that is taken away afterwards`() async throws {
        var sample = DrillSample(negativeControls: [.missingObject, .changedObject, .staleNonce])
        sample.drill.target = .controlPlane
        // Its certificates are checked by programs that live in the present.
        sample.environment.now = TestClock.now
        let report = try await sample.run()
        #expect(report.verdict.isPassed, "\(report.document["checks"]?.prettyPrinted() ?? "")")
        #expect(report.document["target", "name"] == "control-plane")
        #expect(report.document["cleanup", "done"] == true)
        #expect(report.document["cleanup", "residue"]?.array?.isEmpty == true)
        let workloads = report.checks.first { $0.id == "drill.workloads-ready" }
        #expect(workloads?.status == .notTested)
    }

    @Test func `a missing program is named, with what to do`() async throws {
        var sample = DrillSample()
        sample.drill.target = .controlPlane
        sample.environment.variables = ["PATH": "/nonexistent"]
        let error = await #expect(throws: LifeboatError.self) { try await sample.run() }
        #expect(error?.code == .drillTargetUnavailable)
        #expect(error?.message.contains("etcd") == true)
    }
}
