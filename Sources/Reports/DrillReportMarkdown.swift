package import KubernetesObjects

/// A drill report as Markdown, for tickets and pull requests: what a reader must know, and where the rest is.
package enum DrillReportMarkdown {
    package static func text(_ document: JSONValue) -> String {
        var markdown = MarkdownText()
        verdict(document, &markdown)
        objectives(document, &markdown)
        unresolved(document, &markdown)
        deviations(document, &markdown)
        steps(document, &markdown)
        proof(document, &markdown)
        return markdown.text
    }

    private static func verdict(_ document: JSONValue, _ markdown: inout MarkdownText) {
        let verdict = ReportedVerdict(document)
        markdown.heading(1, "\(verdict.title): \(document.text("drill", "title"))")
        markdown.strong(verdict.sentence)
        markdown.list(verdict.reasons.map(\.line))
        markdown.paragraph(document.text("drill", "scenario"))
        let (started, ended) = (document.text("drill", "startedAt"), document.text("drill", "endedAt"))
        var facts = ["Drill \(document.text("drill", "name")), trigger \(document.text("drill", "trigger"))"]
        facts.append("From \(Quantity.moment(started)) to \(Quantity.moment(ended))")
        let person = document.text("drill", "operator")
        if !person.isEmpty { facts.append("Operator \(person)") }
        facts.append("Lifeboat \(document.text("drill", "toolVersion"))")
        markdown.list(facts)
    }

    private static func objectives(_ document: JSONValue, _ markdown: inout MarkdownText) {
        markdown.heading(2, "Objectives")
        let rows = [("Recovery time", "rto"), ("Age of the data", "rpo")].map { title, key -> [String] in
            let objective = document.part("objectives", key)
            let target = Quantity.seconds(objective?.part("targetSec")) ?? "no objective is set"
            let achieved = Quantity.seconds(objective?.part("achievedSec")) ?? "not measured"
            return [title, target, achieved, objective?["met"]?.bool.map { $0 ? "met" : "not met" } ?? "–"]
        }
        markdown.table(["", "Objective", "Achieved", "Result"], rows)
        let statuses = ReportedCheck.all(document).map(\.status)
        let counts = ["pass", "fail", "unknown", "not-tested", "warn", "skip"].map { status in
            "\(statuses.count { $0 == status }) \(status)"
        }
        markdown.paragraph("\(statuses.count) checks: \(counts.joined(separator: ", ")).")
        if let completeness = document.part("completeness") {
            let compared = completeness.items("byGVK").reduce(0) { $0 + $1.count("inSnapshot") }
            let unexplained = completeness.count("unexplained")
            markdown.paragraph("\(compared) objects compared, \(unexplained) unexplained differences.")
        } else {
            markdown.paragraph("The rebuilt cluster was not compared with the snapshot.")
        }
    }

    private static func unresolved(_ document: JSONValue, _ markdown: inout MarkdownText) {
        markdown.heading(2, "What failed or was not answered")
        let checks = ReportedCheck.unresolved(ReportedCheck.all(document))
        if checks.isEmpty { markdown.paragraph("No check failed, and none is without an answer.") }
        for check in checks {
            markdown.heading(3, "\(check.status): \(check.title)")
            let change = check.change.map { ", \($0)" } ?? ""
            markdown.paragraph("\(check.id), \(check.severity)\(change). \(check.detail)")
            if !check.remedy.isEmpty { markdown.paragraph("Remedy: \(check.remedy)") }
            var lines = check.findings.prefix(DrillReportPage.findingsShown).map(line)
            let more = check.findings.count - lines.count
            if more > 0 { lines.append("and \(more) more") }
            markdown.list(lines)
        }
    }

    private static func line(_ finding: ReportedFinding) -> String {
        let place = finding.path.isEmpty ? finding.object : "\(finding.object) \(finding.path)"
        return place.isEmpty ? finding.message : "\(place): \(finding.message)"
    }

    private static func deviations(_ document: JSONValue, _ markdown: inout MarkdownText) {
        markdown.heading(2, "Deviations and actions")
        let (deviations, actions) = (document.items("deviations"), document.items("actions"))
        if deviations.isEmpty {
            markdown.paragraph("There are no deviations.")
        } else {
            markdown.table(["Deviation", "Impact"], deviations.map { [$0.text("what"), $0.text("impact")] })
        }
        if !actions.isEmpty {
            let rows = actions.map { [$0.text("id"), $0.text("text"), $0.text("check"), $0.text("status")] }
            markdown.table(["Action", "What to do", "Check", "Status"], rows)
        }
    }

    private static func steps(_ document: JSONValue, _ markdown: inout MarkdownText) {
        markdown.heading(2, "Steps")
        let rows = document.items("steps").map { step in
            let duration = Quantity.seconds(milliseconds: step.count("durationMs"))
            return [step.text("title"), step.text("status"), duration, step.text("detail")]
        }
        markdown.table(["Step", "Status", "Duration", "What was done"], rows)
    }

    private static func proof(_ document: JSONValue, _ markdown: inout MarkdownText) {
        markdown.heading(2, "Proof of this report")
        let previous = document.text("prevReportSha256")
        markdown.list([
            "Report id: \(document.text("reportId"))",
            "SHA-256: \(document.text("reportSha256"))",
            "SHA-256 of the previous report: \(previous.isEmpty ? "none" : previous)",
        ])
        markdown.paragraph(
            "The JSON document is the report. “lifeboat drill verify FILE.json” shows whether it is as it was written."
        )
    }
}
