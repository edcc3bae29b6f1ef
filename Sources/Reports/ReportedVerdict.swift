internal import KubernetesObjects

/// The verdict of a report in words.
struct ReportedVerdict {
    let title: String
    let tone: Tone
    /// What the verdict means for the rebuild.
    let sentence: String
    /// What decided it, the weightiest first; empty for a pass.
    let reasons: [Reason]

    struct Reason {
        /// The status of a check, whose title says how it should be and not how it is; empty for a deviation.
        let status: String
        let text: String

        var line: String { status.isEmpty ? text : "\(status): \(text)" }
    }

    init(_ document: JSONValue) {
        let word = document.text("result", "verdict")
        let checks = ReportedCheck.all(document)
        let deviations = document.items("deviations")
        tone = Tone(of: word)
        switch word {
        case "pass":
            title = "Pass"
            sentence = "The rebuild is proven, without deviations.\(Self.untested(checks))"
            reasons = []
        case "pass-with-deviations":
            title = "Pass with deviations"
            let count = Quantity.of(deviations.count, "deviation", "deviations")
            sentence = "The rebuild is proven, with \(count) that a person should know.\(Self.untested(checks))"
            reasons = deviations.map { Reason(status: "", text: "\($0.text("what")): \($0.text("impact"))") }
        case "fail":
            title = "Fail"
            let decisive = Self.decisive(checks, "fail")
            sentence = "The rebuild is not proven: \(Self.counted(decisive)) failed."
            reasons = decisive.map(Self.reason)
        case "inconclusive":
            title = "Inconclusive"
            let decisive = Self.decisive(checks, "unknown")
            let subject = decisive.isEmpty ? "a required check" : Self.counted(decisive)
            sentence = "This is not a pass: \(subject) \(decisive.count > 1 ? "have" : "has") no answer."
            reasons = decisive.map(Self.reason)
        default:
            title = word.isEmpty ? "No verdict" : word
            sentence = "This page does not know the verdict."
            reasons = []
        }
    }

    /// The checks that a verdict rests on: the critical ones that did not fail before the disaster already. A drill can
    /// demand checks that are not critical, which the report does not mark; then all of the status are named.
    private static func decisive(_ checks: [ReportedCheck], _ status: String) -> [ReportedCheck] {
        let all = ReportedCheck.unresolved(checks).filter { $0.status == status }
        let critical = all.filter { $0.severity == "critical" && $0.change != "pre-existing" }
        return critical.isEmpty ? all : critical
    }

    /// A pass must not hide what it did not look at.
    private static func untested(_ checks: [ReportedCheck]) -> String {
        let count = checks.count { $0.status == "not-tested" }
        return count == 0 ? "" : " \(count) \(count == 1 ? "check was" : "checks were") not tested."
    }

    private static func counted(_ checks: [ReportedCheck]) -> String {
        let isCritical = checks.allSatisfy { $0.severity == "critical" }
        return "\(checks.count) \(isCritical ? "critical " : "")\(checks.count == 1 ? "check" : "checks")"
    }

    private static func reason(_ check: ReportedCheck) -> Reason {
        Reason(status: check.status, text: check.detail.isEmpty ? check.title : "\(check.title): \(check.detail)")
    }
}
