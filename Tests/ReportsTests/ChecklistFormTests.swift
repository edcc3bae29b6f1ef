import Foundation
import FoundationXML
import KubernetesObjects
import Testing

@testable import Reports

@Suite struct `The forms of a checklist` {
    private static func check(
        _ id: String,
        _ status: String,
        severity: String = "critical",
        _ findings: [JSONValue] = []
    )
        -> JSONValue
    {
        [
            "id": .string(id), "severity": .string(severity), "status": .string(status),
            "title": "It <works> & \"lasts\"",
            "why": "It matters.", "remedy": "Mend it.", "examined": 1, "findings": .array(findings),
            "reason": status == "unknown" ? "forbidden" : "",
        ]
    }

    private static func finding(_ level: String, _ name: String) -> JSONValue {
        ["level": .string(level), "object": .string("Service shop/\(name)"), "path": "/spec", "message": "is | broken"]
    }

    private static let document: JSONValue = [
        "source": "cluster prod", "takenAt": "2026-06-01T00:00:00Z", "passed": false, "toolVersion": "1.0",
        "rows": [
            [
                "row": "monitoring", "title": "Monitoring", "verdict": "not-ready",
                "components": [["id": "prometheus", "state": "active", "version": "v2.53.0"]],
                "checks": [
                    check("a", "fail", [finding("fail", "new"), finding("fail", "old"), finding("warn", "odd")]),
                    check("b", "pass"), check("c", "unknown"), check("d", "skip"),
                ],
            ]
        ],
        "areas": [
            [
                "area": "security", "title": "Security", "verdict": "degraded",
                "checks": [check("e", "fail", severity: "minor", [finding("fail", "old")])],
            ]
        ],
    ]

    private static let compared: JSONValue = {
        var document = Self.document
        document["comparedWith"] = "snapshot 3f9a12bc"
        document["comparison"] = [
            "rows": [
                [
                    "row": "monitoring", "snapshot": "ready", "rebuilt": "lost", "lostComponents": ["thanos"],
                    "checks": [
                        ["id": "a", "change": "regressed", "newFailures": [finding("fail", "new")]],
                        ["id": "b", "change": "fixed", "newFailures": []],
                    ],
                ]
            ],
            "areas": [
                [
                    "area": "security", "snapshot": "degraded", "rebuilt": "degraded",
                    "checks": [["id": "e", "change": "pre-existing", "newFailures": []]],
                ]
            ],
        ]
        return document
    }()

    @Test func `a build server sees failures, missing answers and what was left out`() throws {
        let text = ChecklistJUnit.text(Self.document)
        let parsed = try XMLDocument(xmlString: text)
        let root = try #require(parsed.rootElement())
        #expect(root.attribute(forName: "tests")?.stringValue == "5")
        #expect(root.attribute(forName: "failures")?.stringValue == "2")
        #expect(root.attribute(forName: "errors")?.stringValue == "1")
        #expect(root.attribute(forName: "skipped")?.stringValue == "1")
        let failures = try parsed.nodes(forXPath: "//testcase/failure")
        #expect(failures.count == 2)
        #expect(failures.first?.stringValue?.contains("fail  Service shop/new /spec: is | broken") == true)
        #expect(text.contains("It &lt;works&gt; &amp; &quot;lasts&quot;"))
        // What failed before the rebuild is not the rebuild's failure.
        let after = try XMLDocument(xmlString: ChecklistJUnit.text(Self.compared))
        #expect(try after.nodes(forXPath: "//failure").count == 1)
        #expect(try after.nodes(forXPath: "//skipped").count == 2)
    }

    @Test func `XML holds no character that it cannot`() {
        #expect(ChecklistJUnit.escaped("a\u{0}\u{1b}\nb\tc") == "a??&#10;b&#9;c")
    }

    @Test func `SARIF has a rule for each check and a result for each finding`() {
        let run = ChecklistSARIF.document(Self.document)["runs"]?.array?.first
        #expect(run?["tool", "driver", "rules"]?.array?.count == 5)
        let results = run?["results"]?.array ?? []
        #expect(results.compactMap { $0["kind"]?.string } == ["fail", "fail", "fail", "open", "fail"])
        #expect(results.compactMap { $0["level"]?.string } == ["error", "error", "note", "none", "warning"])
        #expect(results.allSatisfy { $0["baselineState"] == nil })
        let place = results.first?["locations"]?.array?.first?["logicalLocations"]?.array?.first
        #expect(place?["fullyQualifiedName"] == "Service shop/new#/spec")
    }

    @Test func `SARIF tells what is new since the snapshot`() {
        let results = ChecklistSARIF.document(Self.compared)["runs"]?.array?.first?["results"]?.array ?? []
        let states = results.map { $0["baselineState"]?.string ?? "-" }
        #expect(states == ["new", "unchanged", "-", "absent", "-", "unchanged"])
    }

    @Test func `Markdown and the page name what got lost, what failed and what to do`() {
        let markdown = ChecklistMarkdown.text(Self.compared)
        #expect(markdown.contains("| Monitoring | ready → lost | prometheus v2.53.0, thanos (lost) | 1 | 1 | 0 | 1 |"))
        #expect(markdown.contains("- Service shop/new /spec: is \\| broken"))
        #expect(markdown.contains("Next: Mend it."))
        let page = ChecklistPage.html(Self.compared)
        #expect(page.contains("thanos (lost)") && page.contains("It &lt;works&gt; &amp; &quot;lasts&quot;"))
        #expect(!page.contains("<script") && !page.contains("<works>"))
    }

    @Test func `what got worse comes before what was broken before`() {
        let order = ChecklistAnswers(Self.compared).unresolved.map(\.id)
        #expect(order == ["a", "c", "e"])
    }
}
