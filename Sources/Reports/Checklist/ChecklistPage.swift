package import KubernetesObjects

/// A checklist as a page for people: one file without scripts that loads nothing.
package enum ChecklistPage {
    private static let findingsShown = 20

    package static func html(_ document: JSONValue) -> String {
        let answers = ChecklistAnswers(document)
        let verdict = answers.isPassed ? "Passed" : "Not passed"
        let sections = [overview(answers), unresolved(answers), all(answers), notes(answers)].filter {
            !$0.content.isEmpty
        }
        let page = Tag.html(.lang("en")) {
            DrillReportPage.head(title: "\(verdict) · Readiness checklist of \(answers.source)")
            Tag.body {
                PageDrawing.shapes
                Tag.main {
                    header(answers, verdict)
                    Tag.nav(.label("Contents")) {
                        for section in sections { Tag.a(.href(place: section.id)) { section.title } }
                    }
                    for section in sections { section.html }
                }
                Tag.footer {
                    Tag.p { "Lifeboat \(answers.version) · a check that could not look is unknown, and never passes" }
                }
            }
        }
        return "<!DOCTYPE html>\n\(page.markup)"
    }

    private static func header(_ answers: ChecklistAnswers, _ verdict: String) -> HTML {
        let tone: Tone = answers.isPassed ? (answers.count("fail") > 0 ? .caution : .good) : .bad
        return Tag.header {
            Tag.p(.class("kicker")) { "Lifeboat · production readiness checklist" }
            Tag.h1 { answers.source }
            Tag.div(.class("banner", tone.rawValue), .role("status")) {
                tone.icon
                Tag.div {
                    Tag.p(.class("verdict")) { verdict }
                    Tag.p { sentence(answers) }
                }
            }
            HTML.facts([
                (name: "Looked at", value: HTML.moment(answers.takenAt)),
                (name: "Compared with", value: HTML(answers.comparedWith)),
                (name: "Answers", value: HTML(answers.counts)),
            ])
        }
    }

    private static func sentence(_ answers: ChecklistAnswers) -> String {
        guard answers.comparedWith.isEmpty else {
            return answers.isPassed
                ? "Nothing critical got worse since the snapshot, and no component is gone."
                : "Something critical got worse since the snapshot, has no answer, or is gone."
        }
        return answers.isPassed
            ? "No critical check failed, and none is without an answer."
            : "A critical check failed or has no answer, or a row is missing that a policy requires."
    }

    private static func overview(_ answers: ChecklistAnswers) -> PageSection {
        PageSection("overview", "Rows and areas") {
            HTML.table(
                .text("Row or area"),
                .text("Verdict"),
                .text("Components"),
                .number("Passed"),
                .number("Failed"),
                .number("Warned"),
                .number("No answer")
            ) { table in
                for section in answers.sections {
                    func count(_ statuses: String...) -> String {
                        "\(section.answers.count { statuses.contains($0.status) })"
                    }
                    table.add(Tone(of: section.verdict) == .bad ? .bad : nil) {
                        Tag.strong { section.title }
                        section.before.isEmpty
                            ? HTML.badge(section.verdict) : HTML.change(from: section.before, to: section.verdict)
                        HTML(
                            (section.components + section.lostComponents.map { "\($0) (lost)" }).joined(separator: ", ")
                        )
                        count("pass")
                        count("fail")
                        count("warn")
                        count("unknown", "manual")
                    }
                }
            }
        }
    }

    private static func unresolved(_ answers: ChecklistAnswers) -> PageSection {
        PageSection("unresolved", "What to look at") {
            if answers.unresolved.isEmpty { HTML.note("No check failed, and none is without an answer.") }
            for answer in answers.unresolved {
                Tag.h3 {
                    HTML.badge(answer.status)
                    " \(answer.title)"
                }
                Tag.p {
                    HTML.code(answer.id)
                    " · \(answer.severity)"
                    if !answer.change.isEmpty, answer.change != "unchanged" { HTML.badge(answer.change) }
                }
                if !(answer.reason + answer.why).isEmpty { HTML.note(answer.reason + answer.why) }
                HTML.list(answer.findings.prefix(findingsShown).map(\.line))
                if answer.findings.count > findingsShown {
                    HTML.note("and \(answer.findings.count - findingsShown) more; the JSON document has all")
                }
                if !answer.remedy.isEmpty {
                    Tag.p {
                        Tag.strong { "Next: " }
                        HTML(prose: answer.remedy)
                    }
                }
            }
        }
    }

    private static func all(_ answers: ChecklistAnswers) -> PageSection {
        PageSection("checks", "All checks") {
            for section in answers.sections where !section.answers.isEmpty {
                HTML.details("\(section.title): \(section.answers.count) checks") {
                    HTML.table(.text("Check"), .text("Severity"), .text("Answer"), .text("What was found")) { table in
                        for answer in section.answers {
                            table.add(answer.status == "fail" ? .bad : nil) {
                                Tag.span(.class("named")) {
                                    answer.title
                                    Tag.small { HTML.code(answer.id) }
                                }
                                answer.severity
                                HTML.badge(answer.status)
                                found(answer)
                            }
                        }
                    }
                }
            }
        }
    }

    private static func found(_ answer: ChecklistAnswers.Answer) -> String {
        if !answer.reason.isEmpty { return answer.reason }
        guard let first = answer.findings.first else { return "" }
        return answer.findings.count == 1 ? first.line : "\(first.line), and \(answer.findings.count - 1) more"
    }

    private static func notes(_ answers: ChecklistAnswers) -> PageSection {
        PageSection("notes", "Notes on the policies") { if !answers.notes.isEmpty { HTML.list(answers.notes) } }
    }
}
