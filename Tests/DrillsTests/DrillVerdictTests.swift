import KubernetesObjects
import Policies
import Testing

@testable import Drills

@Suite("The verdict of a drill")
struct DrillVerdictTests {
    private static func check(
        _ severity: ReadinessCheck.Severity,
        _ status: DrillCheck.Status,
        _ change: ChecklistChange? = nil
    ) -> DrillCheck {
        var check = DrillCheck("x", severity, status, "X")
        check.change = change
        return check
    }

    private static func verdict(_ checks: [DrillCheck], required: Bool = false, deviations: Int = 0) -> DrillVerdict {
        DrillVerdict.of(checks, required: { _ in required }, deviations: deviations)
    }

    @Test func `a critical check that failed fails the drill, whatever else passed`() {
        #expect(Self.verdict([Self.check(.critical, .pass), Self.check(.critical, .fail)]) == .fail)
    }

    @Test func `a critical check without an answer makes the drill inconclusive, which is no pass`() {
        let verdict = Self.verdict([Self.check(.critical, .unknown)])
        #expect(verdict == .inconclusive)
        #expect(!verdict.isPassed)
    }

    @Test func `what failed before the disaster already is a deviation and no failure`() {
        #expect(Self.verdict([Self.check(.critical, .fail, .preExisting)], deviations: 1) == .passWithDeviations)
    }

    @Test func `a check that the drill demands by name fails it even when it failed before`() {
        #expect(Self.verdict([Self.check(.minor, .fail, .preExisting)], required: true) == .fail)
    }

    @Test func `a check that the drill demands by name must have an answer`() {
        #expect(Self.verdict([Self.check(.minor, .notTested)], required: true) == .inconclusive)
    }

    @Test func `a failed minor check is left to the deviations`() {
        #expect(Self.verdict([Self.check(.minor, .fail)]) == .pass)
    }
}

@Suite("The parts of a drill's report")
struct DrillReportPartsTests {
    @Test func `ids of reports sort by time and have 26 characters`() {
        let early = ReportIdentifier.make(at: Timestamp(secondsSince1970: 1_000_000)) {
            .init(repeating: 255, count: $0)
        }
        let late = ReportIdentifier.make(at: Timestamp(secondsSince1970: 1_000_001)) { .init(repeating: 0, count: $0) }
        #expect(early.utf8.count == 26)
        #expect(early < late)
    }

    @Test func `an id of the time zero without randomness is all zeros`() {
        let id = ReportIdentifier.make(at: Timestamp(secondsSince1970: 0)) { .init(repeating: 0, count: $0) }
        #expect(id == String(repeating: "0", count: 26))
    }

    @Test func `a target with the identity of the source is refused`() {
        let cluster = TargetGuard.Cluster(uid: "u", server: "https://a")
        let error = #expect(throws: LifeboatError.self) {
            try TargetGuard.check(source: [cluster], target: cluster, isThrowaway: true, name: "sandbox")
        }
        #expect(error?.code == .drillTargetRefused)
    }

    @Test func `an existing target with the address of the source is refused, whatever its identity`() {
        let source = TargetGuard.Cluster(uid: "u", server: "https://a:443/")
        let target = TargetGuard.Cluster(uid: "v", server: "HTTPS://A")
        #expect(throws: LifeboatError.self) {
            try TargetGuard.check(source: [source], target: target, isThrowaway: false, name: "context:a")
        }
    }

    @Test func `an existing target that does not say who it is is refused`() {
        let target = TargetGuard.Cluster(uid: nil, server: "https://b")
        #expect(throws: LifeboatError.self) {
            try TargetGuard.check(source: [], target: target, isThrowaway: false, name: "context:b")
        }
    }

    @Test func `volumes of the source's disks go only where nobody could reach them, or when that is asked for`() throws
    {
        let kind = GroupVersionKind(apiVersion: "v1", kind: "PersistentVolume")
        let volumes = [ObjectIdentity(groupVersionKind: kind, namespace: nil, name: "pv")]
        func check(_ target: DrillTarget, allows: Bool = false, _ volumes: [ObjectIdentity]) throws {
            var drill = RestoreDrill(name: "a", target: target)
            drill.allowsRealVolumes = allows
            try TargetGuard.checkVolumes(volumes, drill, name: "\(target)")
        }
        let others: [DrillTarget] = [.context("b"), .command(provision: ["a"], tearDown: [])]
        for target in others {
            let error = #expect(throws: LifeboatError.self) { try check(target, volumes) }
            #expect(error?.code == .drillTargetRefused)
            try check(target, allows: true, volumes)
            try check(target, [])
        }
        try check(.sandbox, volumes)
        try check(.controlPlane, volumes)
    }
}
