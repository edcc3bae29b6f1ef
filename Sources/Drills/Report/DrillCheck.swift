package import KubernetesObjects
package import Policies
internal import Readiness

/// One question that a drill answers: its own, such as whether everything was restored, or one of the readiness checklist.
package struct DrillCheck: Sendable {
    package enum Status: String, Sendable {
        case pass
        case fail
        case warn
        /// It does not apply.
        case skip
        /// The target cannot show it by its nature.
        case notTested = "not-tested"
        case unknown
    }

    package let id: String
    package let severity: ReadinessCheck.Severity
    package let status: Status
    package let title: String
    /// What was found, for people; no secrets.
    package let detail: String
    package let remedy: String
    /// How it was in the snapshot, for a check of the checklist.
    package var change: ChecklistChange?
    /// The first of what was found wrong.
    package var findings: [JSONValue] = []
    /// How much was found wrong in all; nil when `findings` holds everything.
    package var findingsTotal: Int?
    /// Whether the drill demands it by name, so that it decides the verdict whatever its severity.
    package var isRequired = false

    init(
        _ id: String,
        _ severity: ReadinessCheck.Severity,
        _ status: Status,
        _ title: String,
        _ detail: String = "",
        remedy: String = ""
    ) {
        self.id = id
        self.severity = severity
        self.status = status
        self.title = title
        self.detail = detail
        self.remedy = remedy
    }

    package var json: JSONValue {
        var value: JSONValue = [
            "id": .string(id), "severity": .string(severity.rawValue), "status": .string(status.rawValue),
            "title": .string(title), "actual": .string(detail), "remediation": .string(remedy),
            "findings": .array(findings),
        ]
        if let findingsTotal { value["findingsTotal"] = .int(findingsTotal) }
        if isRequired { value["required"] = true }
        if let change { value["change"] = .string(change.rawValue) }
        return value
    }
}

/// How a check of the checklist came out after the rebuild compared with the snapshot.
package enum ChecklistChange: String, Sendable {
    case regressed
    case preExisting = "pre-existing"
    case fixed
    case lost
    case unchanged
    case notComparable = "not-comparable"

    init(_ change: ChecklistComparison.Change) {
        self =
            switch change {
            case .regressed: .regressed
            case .preExisting: .preExisting
            case .fixed: .fixed
            case .lost: .lost
            case .unchanged: .unchanged
            case .notComparable: .notComparable
            }
    }
}
