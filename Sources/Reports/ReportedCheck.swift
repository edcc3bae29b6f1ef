internal import KubernetesObjects

/// A check as a report tells it.
struct ReportedCheck {
    let id: String
    let title: String
    let severity: String
    let status: String
    /// What was found.
    let detail: String
    let remedy: String
    /// How it compares with the snapshot; nil for the drill's own questions, which have no snapshot to compare with.
    let change: String?
    /// The first findings; a long list is cut in the report.
    let findings: [ReportedFinding]
    let findingsTotal: Int

    init(_ value: JSONValue) {
        id = value.text("id")
        title = value.text("title").isEmpty ? value.text("id") : value.text("title")
        severity = value.text("severity")
        status = value.text("status")
        detail = value.text("actual")
        remedy = value.text("remediation")
        change = value["change"]?.string
        findings = value.items("findings").map(ReportedFinding.init)
        findingsTotal = value["findingsTotal"]?.int ?? findings.count
    }

    /// The checks of a report, in its order.
    static func all(_ document: JSONValue) -> [ReportedCheck] { document.items("checks").map(ReportedCheck.init) }

    var isUnresolved: Bool { status == "fail" || status == "unknown" }

    /// What failed and what has no answer, in the order in which it weighs: what the disaster or the rebuild broke before
    /// what was broken already, the critical before the rest, and failures before missing answers.
    static func unresolved(_ checks: [ReportedCheck]) -> [ReportedCheck] {
        func weight(_ check: ReportedCheck) -> Int {
            let isOld = check.change == "pre-existing"
            return (isOld ? 4 : 0) + (check.severity == "critical" ? 0 : 2) + (check.status == "fail" ? 0 : 1)
        }
        let unresolved = checks.filter(\.isUnresolved)
        return (0..<8).flatMap { place in unresolved.filter { weight($0) == place } }
    }
}

/// One thing that a check found wrong, or one object that could not be restored.
struct ReportedFinding {
    let object: String
    let path: String
    let message: String
    /// What to do about it; empty when the check's remedy says it.
    let remedy: String

    init(_ value: JSONValue) {
        object = value.text("object")
        path = value.text("path")
        message = value.text("message").isEmpty ? value.text("reason") : value.text("message")
        remedy = value.text("next")
    }
}
