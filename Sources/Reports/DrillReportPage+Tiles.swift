internal import KubernetesObjects

extension DrillReportPage {
    /// The four answers that most readers come for.
    static func tiles(_ document: JSONValue) -> HTML {
        Tag.div(.class("tiles")) {
            objective("Recovery time", document.part("objectives", "rto"), basis: clock(document))
            objective(
                "Age of the data",
                document.part("objectives", "rpo"),
                basis: document.text("objectives", "rpo", "basis")
            )
            objects(document)
            checks(document)
        }
    }

    private static func clock(_ document: JSONValue) -> String {
        let start = document.text("objectives", "rto", "clockStart")
        return start.isEmpty ? "" : "\(start) to \(document.text("objectives", "rto", "clockStop"))"
    }

    private static func objective(_ title: String, _ objective: JSONValue?, basis: String) -> HTML {
        let (target, achieved) = (objective?.part("targetSec"), objective?.part("achievedSec"))
        let word = objective?["met"]?.bool.map { $0 ? "met" : "not met" }
        return Tag.div(.class("tile")) {
            Tag.h3 { title }
            Tag.p(.class("figure")) { Quantity.seconds(achieved) ?? "not measured" }
            Tag.p {
                if let word { HTML.badge(word) }
                Quantity.seconds(target).map { " objective \($0)" } ?? "no objective is set"
            }
            if let used = share(achieved, of: target) {
                Tag.div(.class("meter", used > 10_000 ? "bad" : "good"), .hiddenFromReaders) {
                    Tag.span(.width(tenThousandths: min(10_000, used)))
                }
            }
            Tag.p(.class("note")) { basis }
        }
    }

    /// How much of the objective was used, in ten-thousandths.
    private static func share(_ achieved: JSONValue?, of target: JSONValue?) -> Int? {
        guard let achieved = achieved?.double, let target = target?.double else { return nil }
        guard achieved.isFinite, achieved >= 0, target > 0 else { return nil }
        return Int(min(2, achieved / target) * 10_000)
    }

    private static func objects(_ document: JSONValue) -> HTML {
        Tag.div(.class("tile")) {
            Tag.h3 { "Objects compared" }
            if let completeness = document.part("completeness") {
                let unexplained = completeness.count("unexplained")
                let compared = completeness.items("byGVK").reduce(0) { $0 + $1.count("inSnapshot") }
                Tag.p(.class("figure")) { Quantity.grouped(compared) }
                Tag.p {
                    HTML.badge(Quantity.grouped(unexplained), unexplained == 0 ? .good : .bad)
                    unexplained == 1 ? " unexplained difference" : " unexplained differences"
                }
                if case .number(let percent)? = completeness.part("identityMatchPct") {
                    Tag.p(.class("note")) { "\(percent) % of those that had to be there are there" }
                }
            } else {
                Tag.p(.class("figure")) { "none" }
                Tag.p { HTML.badge("not compared", .unanswered) }
            }
        }
    }

    private static func checks(_ document: JSONValue) -> HTML {
        let statuses = ReportedCheck.all(document).map(\.status)
        return Tag.div(.class("tile")) {
            Tag.h3 { "Checks" }
            Tag.p(.class("figure")) {
                Quantity.grouped(statuses.count { $0 == "pass" })
                Tag.small { " of \(statuses.count) passed" }
            }
            Tag.p(.class("counts")) {
                for status in ["fail", "unknown", "not-tested", "warn", "skip"] {
                    let count = statuses.count { $0 == status }
                    // The counts that can spoil a pass are named even when they are zero.
                    if count > 0 || status == "fail" || status == "not-tested" {
                        HTML.badge("\(count) \(status)", count == 0 ? .quiet : Tone(of: status))
                    }
                }
            }
        }
    }
}
