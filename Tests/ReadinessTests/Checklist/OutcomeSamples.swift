import KubernetesObjects
import Policies

@testable import Readiness

/// Outcomes and results that no builtin had to make.
enum OutcomeSamples {
    static func outcome(
        _ id: String,
        _ examination: Examination,
        severity: ReadinessCheck.Severity = .critical,
        row: ReadinessSection? = nil
    ) -> CheckOutcome {
        let check = ReadinessCheck(
            id: id,
            section: row ?? .security,
            severity: severity,
            title: id,
            test: .builtin("nodes-ready")
        )
        return CheckOutcome(check, examination)
    }

    static let pass = Examination()
    static let skip = Examination.notApplicable("nothing")
    static let notTested = Examination.withoutNodes
    static let unknown = Examination.unknown("forbidden")
    static let manual = Examination.manual("ask")
    static let warning = finding { $0.warn(nil, "odd", at: "/a") }
    static let failure = failure(["/a"])

    /// Failures of one object at these places.
    static func failure(_ paths: [String], message: String = "broken") -> Examination {
        finding { examination in
            for path in paths { examination.fail(object, message, at: path) }
        }
    }

    private static let object = ObjectIdentity(
        groupVersionKind: GroupVersionKind(group: "", version: "v1", kind: "Service"),
        namespace: "shop",
        name: "web"
    )

    private static func finding(_ add: (inout Examination) -> Void) -> Examination {
        var examination = Examination()
        add(&examination)
        return examination
    }

    static func component(_ id: String, _ state: DetectedComponent.State) throws -> DetectedComponent {
        DetectedComponent(
            signature: try ComponentSignature(of: ["id": .string(id), "row": "service-mesh"], source: "test"),
            state: state,
            version: nil,
            workloads: [],
            workloadObjects: [],
            evidence: []
        )
    }

    static func result(_ outcomes: [CheckOutcome], components: [DetectedComponent] = []) -> ChecklistResult {
        let time = Timestamp(secondsSince1970: 0)
        return ChecklistResult(source: "test", takenAt: time, components: components, outcomes: outcomes)
    }
}
