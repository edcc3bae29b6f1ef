internal import KubernetesObjects

extension DrillReportPage {
    /// Where the recovery time went.
    static func recoveryTime(_ document: JSONValue) -> PageSection {
        PageSection("time", "Where the recovery time went") {
            let segments = segments(document)
            let total = segments.reduce(0) { $0 + $1.seconds }
            if segments.isEmpty || total <= 0 {
                HTML.note("It was not measured.")
            } else {
                Tag.div(.class("bar"), .hiddenFromReaders) {
                    for (index, segment) in segments.enumerated() {
                        let width = Int(segment.seconds / total * 10_000)
                        Tag.span(.class("segment-\(index % 6)"), .width(tenThousandths: width), .title(segment.name))
                    }
                }
                Tag.ol(.class("legend")) {
                    for (index, segment) in segments.enumerated() {
                        Tag.li {
                            Tag.span(.class("swatch", "segment-\(index % 6)"), .hiddenFromReaders)
                            Tag.span {
                                Tag.strong { Quantity.seconds(segment.lexeme) ?? "" }
                                " \(segment.name)"
                                Tag.small { segment.title }
                            }
                        }
                    }
                }
            }
        }
    }

    private struct Segment {
        let name: String
        let title: String
        let lexeme: JSONValue
        let seconds: Double
    }

    /// The measured segments in the order of the work, with the titles of their steps.
    private static func segments(_ document: JSONValue) -> [Segment] {
        let titles = document.items("steps").map { ($0.text("id"), $0.text("title")) }
        let members = document.part("objectives", "rto", "segments")?.object?.members ?? []
        return members.compactMap { member in
            guard let seconds = member.value.double, seconds >= 0 else { return nil }
            let title = titles.first { $0.0 == member.key }?.1 ?? ""
            return Segment(name: member.key, title: title, lexeme: member.value, seconds: seconds)
        }
    }

    static func steps(_ document: JSONValue) -> PageSection {
        let steps = document.items("steps")
        return PageSection("steps", "Steps") {
            if steps.isEmpty { HTML.note("No step was taken.") } else { table(steps: steps) }
        }
    }

    private static func table(steps: [JSONValue]) -> HTML {
        HTML.table(
            .text("Step"),
            .text("Status"),
            .text("Started"),
            .number("Duration"),
            .text("Recovery time"),
            .text("What was done")
        ) { table in
            for step in steps {
                let status = step.text("status")
                let isManual = step["manualIntervention"]?.bool == true
                table.add(status == "ok" ? nil : Tone(of: status)) {
                    step.text("title")
                    HTML.badge(status)
                    Tag.time(.datetime(step.text("startedAt"))) { Quantity.clock(step.text("startedAt")) }
                    Quantity.seconds(milliseconds: step.count("durationMs"))
                    Tag.span(.class("brief")) { step["recovery"]?.bool == true ? "counts" : "does not count" }
                    isManual ? "\(step.text("detail")); manual intervention" : step.text("detail")
                }
            }
        }
    }
}
