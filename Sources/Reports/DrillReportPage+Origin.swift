internal import KubernetesObjects

extension DrillReportPage {
    /// What was rebuilt, from which backup and where.
    static func origin(_ document: JSONValue) -> PageSection {
        PageSection("origin", "Source, recovery point and target") {
            Tag.div(.class("columns")) {
                Tag.div(.class("tile")) {
                    Tag.h3 { "Source" }
                    HTML.facts(source(document))
                }
                Tag.div(.class("tile")) {
                    Tag.h3 { "Recovery point" }
                    if let point = document.part("recoveryPoint") {
                        HTML.facts(recoveryPoint(point))
                    } else {
                        HTML.note("There was no snapshot.")
                    }
                }
                Tag.div(.class("tile")) {
                    Tag.h3 { "Target" }
                    HTML.facts(target(document))
                }
            }
        }
    }

    private static func source(_ document: JSONValue) -> [(name: String, value: HTML)] {
        [
            ("Cluster", HTML(document.text("scope", "sourceCluster", "name"))),
            ("Cluster uid", HTML.code(document.text("scope", "sourceCluster", "uid"))),
            ("Kubernetes", HTML(document.text("scope", "sourceCluster", "k8sVersion"))),
        ]
    }

    private static func recoveryPoint(_ point: JSONValue) -> [(name: String, value: HTML)] {
        let isProven = point["freshness", "ok"]?.bool == true
        let (expected, found) = (point.text("freshness", "nonceExpected"), point.text("freshness", "nonceFound"))
        let objects = Quantity.of(point.count("objects"), "object", "objects")
        let freshness = HTMLBuilder.buildArray([
            HTML.badge(isProven ? "proven" : "not proven", isProven ? .good : expected.isEmpty ? .untested : .bad),
            expected.isEmpty ? HTML(" no nonce was planted") : HTML(" by a nonce"),
        ])
        return [
            ("Snapshot", HTML.code(point.text("snapshotId"))),
            ("Taken", HTML.moment(point.text("takenAt"))),
            ("Selection", HTML(point.text("selection"))),
            ("Content", HTML("\(objects), \(Quantity.grouped(point.count("bytes"))) bytes")),
            ("Storage", HTML.code(point.text("storage"))),
            ("Freshness", freshness),
            ("Nonce expected", HTML.code(Quantity.shortened(expected))),
            ("Nonce found", found.isEmpty && !expected.isEmpty ? HTML("none") : HTML.code(Quantity.shortened(found))),
        ]
    }

    private static func target(_ document: JSONValue) -> [(name: String, value: HTML)] {
        guard let target = document.part("target") else { return [] }
        let isDistinct = target["isolation", "distinctFromSource"]?.bool == true
        return [
            ("Target", HTML("\(target.text("name")), \(target.text("kind"))")),
            ("Cluster uid", HTML.code(target.text("clusterUid"))),
            ("Kubernetes", HTML(target.text("k8sVersion"))),
            ("Nodes", HTML(target["hasNodes"]?.bool == true ? "it has nodes" : "it has no nodes")),
            (
                "Distinct from the source",
                HTML.badge(isDistinct ? "distinct" : "not shown", isDistinct ? .good : .bad)
            ),
            ("Isolation", HTML(target.text("isolation", "statement"))),
        ]
    }
}
