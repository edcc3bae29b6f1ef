internal import KubernetesObjects

extension DrillReportPage {
    /// How many reasons the banner names; the sections below name all.
    private static let reasonsShown = 3

    /// The verdict, what was drilled, when and by whom.
    static func header(_ document: JSONValue, _ verdict: ReportedVerdict) -> HTML {
        Tag.header {
            Tag.p(.class("kicker")) {
                "Lifeboat drill report · "
                HTML.code(document.text("drill", "name"))
            }
            Tag.h1 { document.text("drill", "title") }
            banner(verdict)
            Tag.p(.class("scenario")) { document.text("drill", "scenario") }
            HTML.facts(circumstances(document))
        }
    }

    private static func banner(_ verdict: ReportedVerdict) -> HTML {
        let more = verdict.reasons.count - reasonsShown
        return Tag.div(.class("banner", verdict.tone.rawValue), .role("status")) {
            verdict.tone.icon
            Tag.div {
                Tag.p(.class("verdict")) { verdict.title }
                Tag.p { verdict.sentence }
                if !verdict.reasons.isEmpty {
                    Tag.ul {
                        for reason in verdict.reasons.prefix(reasonsShown) {
                            Tag.li {
                                if !reason.status.isEmpty { HTML.badge(reason.status) }
                                reason.text
                            }
                        }
                        if more > 0 {
                            Tag.li {
                                Tag.a(.href(place: verdict.tone == .caution ? "deviations" : "unresolved")) {
                                    "and \(more) more"
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private static func circumstances(_ document: JSONValue) -> [(name: String, value: HTML)] {
        let participants = document.texts("drill", "participants").joined(separator: ", ")
        return [
            ("Started", HTML.moment(document.text("drill", "startedAt"))),
            ("Ended", HTML.moment(document.text("drill", "endedAt"))),
            ("Scheduled for", HTML.moment(document.text("drill", "scheduledFor"))),
            ("Trigger", HTML(document.text("drill", "trigger"))),
            ("Operator", HTML(document.text("drill", "operator"))),
            ("Participants", HTML(participants)),
            ("Kind", HTML(document.text("drill", "kind"))),
            ("Tool version", HTML(document.text("drill", "toolVersion"))),
        ]
    }
}
