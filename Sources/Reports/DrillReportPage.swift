package import KubernetesObjects

/// A drill report as a page for people: one file without scripts that loads nothing, and the verdict first.
package enum DrillReportPage {
    package static func html(_ document: JSONValue) -> String {
        let verdict = ReportedVerdict(document)
        let sections = sections(document)
        let page = Tag.html(.lang("en")) {
            head(title: "\(verdict.title) · \(document.text("drill", "title")) · Lifeboat drill report")
            Tag.body {
                PageDrawing.shapes
                Tag.main {
                    header(document, verdict)
                    tiles(document)
                    contents(sections)
                    for section in sections { section.html }
                }
                footer(document)
            }
        }
        return "<!DOCTYPE html>\n\(page.markup)"
    }

    /// The parts in the order in which a reader asks: how long, what went wrong, what was looked at, and can I trust it.
    private static func sections(_ document: JSONValue) -> [PageSection] {
        [
            recoveryTime(document), steps(document), unresolved(document), deviations(document), checklist(document),
            ownQuestions(document), negativeControls(document), completeness(document), restore(document),
            origin(document), scope(document), closing(document), proof(document),
        ]
    }

    static func head(title: String) -> HTML {
        Tag.head {
            Tag.meta(.charset("utf-8"))
            Tag.meta(.name("viewport"), .content("width=device-width, initial-scale=1"))
            Tag.meta(.name("color-scheme"), .content("light dark"))
            // Were a name of the report ever to become markup, it still could not run or load anything.
            Tag.meta(
                .httpEquivalent("Content-Security-Policy"),
                .content("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'")
            )
            Tag.title { title }
            Tag.style {
                PageStyle.screen
                PageStyle.parts
                PageStyle.media
            }
        }
    }

    private static func contents(_ sections: [PageSection]) -> HTML {
        Tag.nav(.label("Contents")) {
            for section in sections { Tag.a(.href(place: section.id)) { section.title } }
        }
    }

    private static func footer(_ document: JSONValue) -> HTML {
        Tag.footer {
            Tag.p {
                "Lifeboat \(document.text("drill", "toolVersion")) · report "
                HTML.code(document.text("reportId"))
            }
            Tag.p {
                "Score \(document.count("result", "score")) of 100: the share of answered checks that did not fail. "
                "The score hides nothing: the verdict follows the rule alone."
            }
        }
    }
}
