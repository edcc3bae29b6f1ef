internal import KubernetesObjects

extension DrillReportPage {
    /// What the drill says nothing about.
    static func scope(_ document: JSONValue) -> PageSection {
        let (excluded, notTested) = (document.items("scope", "excluded"), document.items("scope", "notTested"))
        return PageSection("scope", "Scope") {
            Tag.h3 { "Not tested" }
            if notTested.isEmpty { HTML.note("Nothing is stated.") } else { table(notTested) }
            Tag.h3 { "Excluded from the backup" }
            if excluded.isEmpty {
                HTML.note("Nothing is excluded.")
            } else {
                HTML.details(Quantity.of(excluded.count, "resource", "resources")) { table(excluded) }
            }
        }
    }

    private static func table(_ entries: [JSONValue]) -> HTML {
        HTML.table(.text("What"), .text("Reason")) { table in
            for entry in entries {
                table.add {
                    entry.text("what")
                    entry.text("reason")
                }
            }
        }
    }

    /// What is left behind, and which rules ask for this report.
    static func closing(_ document: JSONValue) -> PageSection {
        let residue = document.texts("cleanup", "residue")
        let isDone = document["cleanup", "done"]?.bool == true
        let references = document.items("compliance")
        return PageSection("closing", "Compliance references and clean-up") {
            if references.isEmpty { HTML.note("The drill names no compliance references.") }
            HTML.facts(references.map { ($0.text("framework"), HTML($0.text("control"))) })
            Tag.p {
                HTML.badge(isDone ? "done" : "not done", isDone && residue.isEmpty ? .good : .caution)
                residue.isEmpty ? " Clean-up: nothing is left." : " Clean-up: this is left."
            }
            if !residue.isEmpty { HTML.list(residue) }
        }
    }

    /// How to make sure that the report is as it was written.
    static func proof(_ document: JSONValue) -> PageSection {
        let previous = document.text("prevReportSha256")
        return PageSection("proof", "Proof of this report") {
            HTML.facts([
                ("Report id", HTML.code(document.text("reportId"))),
                ("SHA-256", HTML.code(document.text("reportSha256"))),
                ("SHA-256 of the previous report", previous.isEmpty ? HTML("none") : HTML.code(previous)),
                ("SHA-256 of the drill's definition", HTML.code(document.text("drill", "configSha256"))),
                ("Rule of the verdict", HTML(document.text("result", "rule"))),
                ("Schema", HTML.code(document.text("schema"))),
            ])
            HTML.note(
                "The JSON document is the report; this page is a rendering of it. `lifeboat drill verify FILE.json` shows whether it is as it was written."
            )
        }
    }
}
