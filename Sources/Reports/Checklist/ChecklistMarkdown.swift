package import KubernetesObjects

/// A checklist as Markdown, for tickets and pull requests.
package enum ChecklistMarkdown {
    private static let findingsShown = 10

    package static func text(_ document: JSONValue) -> String {
        let answers = ChecklistAnswers(document)
        var markdown = MarkdownText()
        markdown.heading(1, "Readiness checklist: \(answers.isPassed ? "passed" : "not passed")")
        var facts = ["Looked at \(answers.source), \(Quantity.moment(answers.takenAt))", answers.counts]
        if !answers.comparedWith.isEmpty { facts.insert("Compared with \(answers.comparedWith)", at: 1) }
        markdown.list(facts)
        markdown.table(
            ["Row or area", "Verdict", "Components", "Passed", "Failed", "Warned", "No answer"],
            answers.sections.map(row)
        )
        markdown.heading(2, "What to look at")
        let unresolved = answers.unresolved
        if unresolved.isEmpty { markdown.paragraph("No check failed, and none is without an answer.") }
        for answer in unresolved { add(answer, &markdown) }
        if !answers.notes.isEmpty {
            markdown.heading(2, "Notes on the policies")
            markdown.list(answers.notes)
        }
        return markdown.text
    }

    private static func row(_ section: ChecklistAnswers.Section) -> [String] {
        func count(_ statuses: String...) -> String { "\(section.answers.count { statuses.contains($0.status) })" }
        let verdict = section.before.isEmpty ? section.verdict : "\(section.before) → \(section.verdict)"
        let lost = section.lostComponents.map { "\($0) (lost)" }
        return [
            section.title, verdict, (section.components + lost).joined(separator: ", "), count("pass"), count("fail"),
            count("warn"), count("unknown", "manual"),
        ]
    }

    private static func add(_ answer: ChecklistAnswers.Answer, _ markdown: inout MarkdownText) {
        let change = answer.change.isEmpty || answer.change == "unchanged" ? "" : ", \(answer.change)"
        markdown.heading(3, "\(answer.status): \(answer.title)")
        markdown.paragraph("\(answer.id), \(answer.severity)\(change). \(answer.reason)\(answer.why)")
        var lines = answer.findings.prefix(findingsShown).map(\.line)
        if answer.findings.count > lines.count { lines.append("and \(answer.findings.count - lines.count) more") }
        markdown.list(lines)
        if !answer.remedy.isEmpty { markdown.paragraph("Next: \(answer.remedy)") }
    }
}
