import KubernetesObjects
import Policies
import Testing

@testable import Readiness

@Suite struct `The verdict of a row` {
    private static func verdict(
        _ examinations: [(Examination, ReadinessCheck.Severity)],
        components: [DetectedComponent] = []
    ) -> RowVerdict {
        let outcomes = examinations.enumerated().map {
            OutcomeSamples.outcome("\($0.offset)", $0.element.0, severity: $0.element.1, row: .serviceMesh)
        }
        return RowResult(.serviceMesh, components: components, outcomes: outcomes).verdict
    }

    @Test func `is ready when it has a component, a check passed and none did worse`() throws {
        let components = [try OutcomeSamples.component("relay", .active)]
        let examinations = [(OutcomeSamples.pass, ReadinessCheck.Severity.critical), (OutcomeSamples.skip, .critical)]
        #expect(Self.verdict(examinations, components: components) == .ready)
        // Advice is no defect.
        let advised = examinations + [(OutcomeSamples.warning, .info)]
        #expect(Self.verdict(advised, components: components) == .ready)
    }

    @Test func `is absent without a component, whatever passes`() {
        #expect(Self.verdict([(OutcomeSamples.pass, .critical), (OutcomeSamples.unknown, .minor)]) == .absent)
    }

    @Test func `is not ready when a critical check failed, whatever else is`() {
        #expect(Self.verdict([(OutcomeSamples.failure, .critical), (OutcomeSamples.pass, .major)]) == .notReady)
        #expect(Self.verdict([(OutcomeSamples.failure, .critical), (OutcomeSamples.unknown, .critical)]) == .notReady)
    }

    @Test func `is degraded when something less than critical failed or is worth a look`() {
        #expect(Self.verdict([(OutcomeSamples.failure, .major), (OutcomeSamples.pass, .critical)]) == .degraded)
        #expect(Self.verdict([(OutcomeSamples.warning, .critical), (OutcomeSamples.pass, .critical)]) == .degraded)
    }

    @Test func `is absent when there is no component and nothing to look at`() {
        #expect(Self.verdict([]) == .absent)
        #expect(Self.verdict([(OutcomeSamples.skip, .critical), (OutcomeSamples.manual, .major)]) == .absent)
    }

    @Test(arguments: [OutcomeSamples.unknown, OutcomeSamples.notTested])
    func `is unverifiable when a critical check could not look`(examination: Examination) throws {
        let components = [try OutcomeSamples.component("relay", .active)]
        let verdict = Self.verdict(
            [(examination, .critical), (OutcomeSamples.pass, .critical)],
            components: components
        )
        #expect(verdict == .unverifiable)
    }

    @Test func `is unverifiable when there is a component and no check has an answer`() throws {
        let components = [try OutcomeSamples.component("relay", .active)]
        #expect(Self.verdict([(OutcomeSamples.skip, .critical)], components: components) == .unverifiable)
        #expect(Self.verdict([(OutcomeSamples.unknown, .critical)]) == .unverifiable)
    }

    @Test func `stands in the document with its components and checks`() throws {
        let result = OutcomeSamples.result(
            [OutcomeSamples.outcome("a", OutcomeSamples.pass, row: .serviceMesh)],
            components: [try OutcomeSamples.component("relay", .declared)]
        )
        let row = result.json["rows"]?.array?.first { $0["row"] == "service-mesh" }
        #expect(row?["verdict"] == "ready" && row?["title"] == "Service mesh")
        #expect(row?["components"]?.array?.first?["state"] == "declared")
        #expect(row?["checks"]?.array?.first?["status"] == "pass")
    }

    @Test func `an untested check says so in the document`() {
        let json = OutcomeSamples.outcome("a", OutcomeSamples.notTested).json
        #expect(json["status"] == "skip" && json["notTested"] == true)
        #expect(json["reason"] == "the cluster has no nodes, so that no workload can run in it")
        #expect(OutcomeSamples.outcome("a", OutcomeSamples.skip).json["notTested"] == nil)
    }
}
