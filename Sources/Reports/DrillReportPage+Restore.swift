internal import KubernetesObjects

extension DrillReportPage {
    /// What the restore did with every object, and what it left out for which reason.
    static func restore(_ document: JSONValue) -> PageSection {
        PageSection("restore", "Restore") {
            if let restore = document.part("restore") {
                counts(restore)
                failed(restore)
                leftOut(restore, document.part("completeness", "leftOut"))
                remarks(restore)
            } else {
                HTML.note("Nothing was restored.")
            }
        }
    }

    private static func counts(_ restore: JSONValue) -> HTML {
        let (conflicts, failed) = (restore.items("conflicts").count, restore.items("failed").count)
        func count(_ number: Int) -> HTML { HTML(Quantity.grouped(number)) }
        return HTML.facts([
            ("Created", count(restore.count("created"))),
            ("Updated", count(restore.count("updated"))),
            ("Unchanged", count(restore.count("unchanged"))),
            ("Left out", count(restore.items("skipped").count)),
            ("Conflicts", conflicts == 0 ? count(0) : HTML.badge("\(conflicts)", .bad)),
            ("Failed", failed == 0 ? count(0) : HTML.badge("\(failed)", .bad)),
            ("Duration", HTML(Quantity.seconds(restore.part("durationSeconds")) ?? "")),
            ("Requests", count(restore.count("requests"))),
        ])
    }

    @HTMLBuilder private static func failed(_ restore: JSONValue) -> HTML {
        let failed = restore.items("failed").map(ReportedFinding.init)
        let conflicts = restore.items("conflicts").map(ReportedFinding.init)
        if !failed.isEmpty {
            HTML.details("\(Quantity.of(failed.count, "object", "objects")) failed") { findings(failed) }
        }
        if !conflicts.isEmpty {
            HTML.details(Quantity.of(conflicts.count, "conflict", "conflicts")) { findings(conflicts) }
        }
    }

    /// The reasons for leaving objects out. Some of those objects are in the rebuilt cluster all the same, because the
    /// cluster makes them itself; the second number counts those that it did not have when it was compared.
    private static func leftOut(_ restore: JSONValue, _ absent: JSONValue?) -> HTML {
        var skipped: [String: Int] = [:]
        for object in restore.items("skipped") { skipped[object.text("reason"), default: 0] += 1 }
        let known = skipped
        for member in absent?.object?.members ?? [] where known[member.key] == nil { skipped[member.key] = 0 }
        guard !skipped.isEmpty else { return HTML.note("No object was left out.") }
        let reasons = skipped.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return HTML.table(
            .text("Reason for leaving objects out"),
            .number("Left out"),
            .number("Not in the rebuilt cluster")
        ) { table in
            for reason in reasons {
                table.add {
                    reason.key
                    Quantity.grouped(reason.value)
                    absent == nil ? "–" : Quantity.grouped(absent?.value(at: [reason.key])?.int ?? 0)
                }
            }
        }
    }

    @HTMLBuilder private static func remarks(_ restore: JSONValue) -> HTML {
        let warnings = restore.texts("warnings")
        if !warnings.isEmpty {
            HTML.details(Quantity.of(warnings.count, "warning", "warnings")) { HTML.list(warnings) }
        }
    }
}
