internal import KubernetesObjects

extension DrillReportPage {
    /// Whether every object of the snapshot came back with its content, kind by kind.
    static func completeness(_ document: JSONValue) -> PageSection {
        PageSection("completeness", "Completeness") {
            if let completeness = document.part("completeness") {
                compared(completeness)
            } else {
                HTML.note("The rebuilt cluster was not compared with the snapshot.")
            }
        }
    }

    @HTMLBuilder private static func compared(_ completeness: JSONValue) -> HTML {
        let kinds = completeness.items("byGVK")
        let differing = kinds.filter { !$0.items("drift").isEmpty }
        let equal = kinds.filter { $0.items("drift").isEmpty }
        let dropped = completeness.items("droppedByOlderVersion")
        HTML.facts([
            ("Kinds", HTML(Quantity.grouped(kinds.count))),
            ("Objects in the snapshot", HTML(Quantity.grouped(sum(kinds, "inSnapshot")))),
            ("Restored", HTML(Quantity.grouped(sum(kinds, "restored")))),
            ("Equal", HTML(Quantity.grouped(sum(kinds, "specEqual")))),
            ("Left out", HTML(Quantity.grouped(sum(kinds, "leftOut")))),
            ("Unexplained", HTML(Quantity.grouped(completeness.count("unexplained")))),
        ])
        if differing.isEmpty {
            HTML.note("No object differs without a reason.")
        } else {
            table(kinds: differing)
            for kind in differing {
                let objects = Quantity.of(kind.items("drift").count, "object", "objects")
                HTML.details("\(kind.text("gvk")): \(objects) with unexplained differences") { drift(kind) }
            }
        }
        if !dropped.isEmpty {
            let objects = Quantity.of(dropped.count, "object", "objects")
            HTML.details("\(objects) lost fields that the target's older Kubernetes does not have") {
                grouped(dropped.map { Difference(object: $0.text("obj"), what: "", paths: $0.texts("paths")) })
            }
        }
        if !equal.isEmpty {
            let objects = Quantity.of(sum(equal, "inSnapshot"), "object", "objects")
            HTML.details("\(equal.count) kinds without unexplained differences, \(objects)") { table(kinds: equal) }
        }
    }

    private static func sum(_ kinds: [JSONValue], _ number: String) -> Int {
        kinds.reduce(0) { $0 + $1.count(number) }
    }

    private static func table(kinds: [JSONValue]) -> HTML {
        HTML.table(
            .text("Kind"),
            .number("In snapshot"),
            .number("Restored"),
            .number("Equal"),
            .number("Left out"),
            .number("Unexplained")
        ) { table in
            for kind in kinds {
                let unexplained = kind.items("drift").count
                table.add(unexplained == 0 ? nil : .bad) {
                    HTML.code(kind.text("gvk"))
                    Quantity.grouped(kind.count("inSnapshot"))
                    Quantity.grouped(kind.count("restored"))
                    Quantity.grouped(kind.count("specEqual"))
                    Quantity.grouped(kind.count("leftOut"))
                    Quantity.grouped(unexplained)
                }
            }
        }
    }

    private static func drift(_ kind: JSONValue) -> HTML {
        grouped(
            kind.items("drift").map { entry in
                let isMissing = entry["missing"]?.bool == true
                let what = isMissing ? entry.text("reason") : ""
                return Difference(object: entry.text("obj"), what: what, paths: entry.texts("paths"))
            }
        )
    }

    /// An object and what is wrong with it.
    private struct Difference {
        let object: String
        let what: String
        let paths: [String]

        /// Objects of one group have the same trouble.
        var group: [String] { [what] + paths }
    }

    /// Objects that differ in the same fields stand together, for one cause often touches every object of a kind.
    private static func grouped(_ differences: [Difference]) -> HTML {
        let groups = Dictionary(grouping: differences, by: \.group).values.sorted {
            ($1.count, $0[0].object) < ($0.count, $1[0].object)
        }
        return HTML.table(.text("Difference"), .number("Objects"), .text("Which")) { table in
            for group in groups {
                table.add {
                    Tag.span(.class("named")) {
                        group[0].what
                        for path in group[0].paths { HTML.code(path) }
                    }
                    Quantity.grouped(group.count)
                    Tag.ul(.class("objects")) {
                        for difference in group { Tag.li { HTML.code(difference.object) } }
                    }
                }
            }
        }
    }
}
