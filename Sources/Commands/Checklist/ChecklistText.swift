internal import KubernetesObjects
internal import Policies
internal import Readiness

/// The checklist on a terminal: the rows and areas in their order, and below what has to be looked at.
enum ChecklistText {
    private static let findingsShown = 5

    static func text(_ result: ChecklistResult) -> String {
        var table = Table("ROW OR AREA", "VERDICT", "PASSED", "COMPONENTS")
        for row in result.sections {
            var components = row.components.map(\.id) + row.traces.map { "traces of \($0.component)" }
            if let attestation = row.attestation {
                components.append("attested by \(attestation.owner) until \(attestation.until.description.prefix(10))")
            }
            let verdict = row.isMissing ? "absent, required" : row.verdict.rawValue
            table.add(row.row.title, verdict, passed(row.outcomes), components.joined(separator: ", "))
        }
        var lines = [table.text, ""]
        let order: [CheckStatus] = [.fail, .unknown, .manual, .warn]
        for status in order {
            let outcomes = result.outcomes.filter { $0.status == status }
            for severity in ReadinessCheck.Severity.allCases {
                for outcome in outcomes where outcome.check.severity == severity { add(outcome, &lines) }
            }
        }
        let exempted = result.outcomes.flatMap(\.exempted).count
        if exempted > 0 { lines.append("\(exempted) findings are exempted by a policy; --output json lists them.") }
        lines += result.notes.map { "note  \($0)" }
        let counts = CheckStatus.allCases.map { "\(result.count($0)) \($0.rawValue)" }.joined(separator: ", ")
        lines.append("Checklist of \(result.source): \(counts).")
        return lines.joined(separator: "\n")
    }

    /// `7 of 9`, of the checks that apply.
    private static func passed(_ outcomes: [CheckOutcome]) -> String {
        let applying = outcomes.count { $0.status != .skip }
        return applying == 0 ? "–" : "\(outcomes.count { $0.status == .pass }) of \(applying)"
    }

    private static func add(_ outcome: CheckOutcome, _ lines: inout [String]) {
        let check = outcome.check
        lines.append("\(outcome.status.rawValue)  \(check.id) (\(check.severity.rawValue)): \(check.title)")
        if !outcome.reason.isEmpty { lines.append("    \(outcome.reason)") }
        for finding in outcome.findings.prefix(findingsShown) {
            lines.append("    \(finding.object.map { "\($0): " } ?? "")\(finding.message)")
        }
        if outcome.findings.count > findingsShown {
            lines.append("    … and \(outcome.findings.count - findingsShown) more")
        }
        if !outcome.failures.isEmpty { lines.append("    next: \(check.remedy)") }
    }

    static func text(_ comparison: ChecklistComparison, _ source: String) -> String {
        var lines = ["Compared with \(source):"]
        for row in comparison.sections where !row.lostComponents.isEmpty {
            lines.append("lost  \(row.row.rawValue): \(row.lostComponents.joined(separator: ", "))")
        }
        for change in [ChecklistComparison.Change.regressed, .lost, .preExisting, .fixed] {
            for check in comparison.checks(change) {
                lines.append("\(change.rawValue)  \(check.check.id) (\(check.check.severity.rawValue))")
            }
        }
        if lines.count == 1 { lines.append("nothing got worse and nothing is gone.") }
        return lines.joined(separator: "\n")
    }
}
