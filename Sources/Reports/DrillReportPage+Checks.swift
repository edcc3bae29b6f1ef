internal import KubernetesObjects

extension DrillReportPage {
    /// The questions of the drill itself: whether everything came back, from this backup, in time.
    static func ownQuestions(_ document: JSONValue) -> PageSection {
        PageSection("questions", "The drill's own questions") {
            table(ReportedCheck.all(document).filter { $0.change == nil })
        }
    }

    /// Checks without a comparison, failed ones first.
    static func table(_ checks: [ReportedCheck]) -> HTML {
        guard !checks.isEmpty else { return HTML.note("There are none.") }
        let unresolved = ReportedCheck.unresolved(checks)
        let others = checks.filter { !$0.isUnresolved }
        return HTML.table(.text("Check"), .text("Severity"), .text("Status"), .text("What was found")) { table in
            for check in unresolved + others {
                table.add(check.isUnresolved ? Tone(of: check.status) : nil) {
                    named(check)
                    check.severity
                    HTML.badge(check.status)
                    check.detail
                }
            }
        }
    }

    static func named(_ check: ReportedCheck) -> HTML {
        Tag.span(.class("named")) {
            check.title
            Tag.small { HTML.code(check.id) }
        }
    }

    /// Faults that are made on purpose, which show that the checks can fail.
    static func negativeControls(_ document: JSONValue) -> PageSection {
        let controls = document.items("negativeControls")
        return PageSection("controls", "Negative controls") {
            if controls.isEmpty {
                HTML.note("No fault was made on purpose, so the drill does not show that its checks could fail.")
            } else {
                HTML.note("Faults that were made on purpose: a check that does not find them proves nothing.")
                table(controls: controls)
            }
        }
    }

    private static func table(controls: [JSONValue]) -> HTML {
        HTML.table(
            .text("Control"),
            .text("Fault"),
            .text("Expected"),
            .text("Observed"),
            .text("Found"),
            .text("Observation")
        ) { table in
            for control in controls {
                let isFound = control["ok"]?.bool == true
                table.add(isFound ? nil : .unanswered) {
                    Tag.span(.class("brief")) { HTML.code(control.text("id")) }
                    control.text("fault")
                    control.text("expected")
                    control.text("observed")
                    HTML.badge(isFound ? "found" : "not found", isFound ? .good : .unanswered)
                    control.text("observation")
                }
            }
        }
    }
}
