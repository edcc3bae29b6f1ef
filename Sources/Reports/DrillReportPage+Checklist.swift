internal import KubernetesObjects

extension DrillReportPage {
    /// The readiness checklist on the snapshot and on the rebuilt cluster, side by side.
    static func checklist(_ document: JSONValue) -> PageSection {
        let checks = ReportedCheck.all(document)
        let sections = document.items("checklist", "rows") + document.items("checklist", "areas")
        return PageSection("checklist", "Readiness checklist") {
            if document.part("checklist") == nil {
                HTML.note("The checklist was not answered for both the snapshot and the rebuilt cluster.")
            } else {
                HTML.note("Each answer is given for the snapshot, then for the rebuilt cluster.")
                Tag.div(.class("checklist")) { table(sections, checks) }
                HTML.details("What the words mean") { Tag.div(.class("words")) { HTML.facts(words) } }
            }
        }
    }

    private static func table(_ sections: [JSONValue], _ checks: [ReportedCheck]) -> HTML {
        HTML.table(.text("Row or area"), .text("Components"), .text("Checks")) { table in
            for row in sections {
                let verdict = row.text("rebuilt")
                let tone = Tone(of: verdict)
                table.add(tone == .bad ? .bad : nil) {
                    Tag.span(.class("named")) {
                        Tag.strong { row.text("title") }
                        HTML.change(from: row.text("snapshot"), to: verdict)
                    }
                    components(row)
                    answers(row.items("checks"), checks)
                }
            }
        }
    }

    /// What did not pass on both sides stands open; the rest is folded, because there is much of it and nobody waits for it.
    private static func answers(_ answers: [JSONValue], _ checks: [ReportedCheck]) -> HTML {
        guard !answers.isEmpty else { return HTML("no check") }
        func both(_ status: String) -> (JSONValue) -> Bool {
            { $0.text("before") == status && $0.text("after") == status }
        }
        let (passed, others) = (answers.filter(both("pass")), answers.filter(both("skip")))
        let open = answers.filter { !both("pass")($0) && !both("skip")($0) }
        return Tag.div {
            if !open.isEmpty { list(open, checks) }
            if !passed.isEmpty { HTML.details("\(passed.count) passed on both sides") { list(passed, checks) } }
            if !others.isEmpty { Tag.small { "\(others.count) do not apply" } }
        }
    }

    private static func list(_ answers: [JSONValue], _ checks: [ReportedCheck]) -> HTML {
        Tag.ul(.class("answers")) {
            for answer in answers {
                let check = checks.first { $0.id == answer.text("id") }
                Tag.li {
                    Tag.span { check?.title ?? answer.text("id") }
                    statuses(answer, check)
                    change(answer)
                }
            }
        }
    }

    /// How a check came out on both sides. The drill tells `not-tested` from `skip` and the checklist does not, so the
    /// drill's word stands for the rebuilt cluster.
    private static func statuses(_ answer: JSONValue, _ check: ReportedCheck?) -> HTML {
        HTML.change(from: answer.text("before"), to: check?.status ?? answer.text("after"))
    }

    /// Nothing where the answers say it already.
    private static func change(_ answer: JSONValue) -> HTML {
        let change = answer.text("change")
        guard change == "unchanged" else { return HTML.badge(change) }
        return answer.text("before") == answer.text("after") ? Tag.small { change } : HTML("")
    }

    /// What the words of the checklist mean, for those who do not read them every week.
    private static var words: [(name: String, value: HTML)] {
        [
            ("ready", HTML("every check that applies was answered, and none failed")),
            ("degraded", HTML("nothing critical failed, but something did, or is worth a look")),
            ("not-ready", HTML("a critical check failed")),
            ("lost", HTML("the snapshot has it, and the rebuilt cluster has not")),
            ("absent", HTML("there is no component of this row")),
            ("unverifiable", HTML("its critical checks could not be answered, or none of its checks could")),
            ("skip", HTML("the check does not apply")),
            ("not-tested", HTML("the target cannot show it by its nature")),
            ("unknown", HTML("the check could not look where it should have")),
            ("manual", HTML("a person must answer")),
            ("regressed", HTML("it did not fail like this in the snapshot, and does in the rebuilt cluster")),
            ("pre-existing", HTML("it failed before the disaster already")),
            ("fixed", HTML("it failed in the snapshot and does not in the rebuilt cluster")),
            ("not-comparable", HTML("one of the two sides has no answer")),
        ]
    }
}
