internal import KubernetesObjects

extension DrillReportPage {
    /// How many findings of a check, or deviations, are shown at once.
    static let findingsShown = 20

    /// What failed or has no answer, then what is worth a look, then what could not be tested here.
    static func unresolved(_ document: JSONValue) -> PageSection {
        let checks = ReportedCheck.all(document)
        let unresolved = ReportedCheck.unresolved(checks)
        let warned = checks.filter { $0.status == "warn" }
        let untested = checks.filter { $0.status == "not-tested" }
        return PageSection("unresolved", "What failed or was not answered") {
            if unresolved.isEmpty { HTML.note("No check failed, and none is without an answer.") }
            for check in unresolved { card(check) }
            if !warned.isEmpty {
                HTML.details("\(Quantity.of(warned.count, "check", "checks")) with the status warn") {
                    for check in warned { card(check) }
                }
            }
            if !untested.isEmpty {
                HTML.details("\(Quantity.of(untested.count, "check", "checks")) with the status not-tested") {
                    table(untested)
                }
            }
        }
    }

    private static func card(_ check: ReportedCheck) -> HTML {
        Tag.div(.class("card", Tone(of: check.status).rawValue)) {
            Tag.h3 {
                HTML.badge(check.status)
                Tag.span { check.title }
            }
            Tag.p(.class("note")) {
                HTML.code(check.id)
                " · \(check.severity)"
                if let change = check.change { " · \(change)" }
            }
            Tag.p { check.detail }
            if !check.remedy.isEmpty {
                Tag.p(.class("remedy")) {
                    Tag.strong { "Remedy " }
                    HTML(prose: check.remedy)
                }
            }
            findings(check.findings, total: check.findingsTotal)
        }
    }

    /// The first findings, and how many more there are.
    static func findings(_ findings: [ReportedFinding], total: Int? = nil) -> HTML {
        guard !findings.isEmpty else { return HTML() }
        let more = (total ?? findings.count) - min(findings.count, findingsShown)
        var shown = HTML.table(.text("Object"), .text("Finding")) { table in
            for finding in findings.prefix(findingsShown) {
                table.add {
                    HTML.code(finding.object.isEmpty ? "the cluster" : finding.object)
                    Tag.span {
                        finding.message
                        if !finding.path.isEmpty { Tag.code(.class("path")) { finding.path } }
                        if !finding.remedy.isEmpty { Tag.small { HTML(prose: finding.remedy) } }
                    }
                }
            }
        }
        if more > 0 { shown.append(HTML.note("and \(more) more")) }
        return shown
    }

    /// What a person should know and what someone should do.
    static func deviations(_ document: JSONValue) -> PageSection {
        let (deviations, actions) = (document.items("deviations"), document.items("actions"))
        return PageSection("deviations", "Deviations and actions") {
            if deviations.isEmpty {
                HTML.note("There are no deviations.")
            } else {
                table(deviations: deviations.prefix(findingsShown))
                if deviations.count > findingsShown {
                    HTML.details("and \(deviations.count - findingsShown) more") {
                        table(deviations: deviations.dropFirst(findingsShown))
                    }
                }
            }
            if actions.isEmpty {
                HTML.note("There are no actions.")
            } else {
                table(actions: actions)
            }
        }
    }

    private static func table(deviations: ArraySlice<JSONValue>) -> HTML {
        HTML.table(.text("Deviation"), .text("Impact"), .text("Accepted")) { table in
            for deviation in deviations {
                table.add {
                    deviation.text("what")
                    deviation.text("impact")
                    deviation["accepted"]?.bool == true ? "yes" : "no"
                }
            }
        }
    }

    private static func table(actions: [JSONValue]) -> HTML {
        HTML.table(.text("Action"), .text("What to do"), .text("Check"), .text("Status")) { table in
            for action in actions {
                table.add {
                    action.text("id")
                    HTML(prose: action.text("text"))
                    HTML.code(action.text("check"))
                    action.text("status")
                }
            }
        }
    }
}
