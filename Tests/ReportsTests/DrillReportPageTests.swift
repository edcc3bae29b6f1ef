import KubernetesObjects
import Testing

@testable import Reports

@Suite struct `The page of a drill report` {
    @Test func `renders a report of a drill that broke off`() {
        let page = DrillReportPage.html(Samples.report("fail"))
        for text in [
            "It was not measured.", "No step was taken.", "was not compared", "Nothing was restored.",
            "There was no snapshot.", "The checklist was not answered", "no objective is set", "not measured",
        ] {
            #expect(page.contains(text), "\(text)")
        }
    }

    @Test(arguments: [JSONValue.null, [:], [], "text"])
    func `renders whatever it is given`(document: JSONValue) {
        #expect(DrillReportPage.html(document).contains("No verdict"))
        #expect(DrillReportMarkdown.text(document).contains("No verdict"))
    }

    @Test func `puts failed checks before passed ones`() throws {
        var report = Samples.report("fail")
        report["checks"] = [
            Samples.check("It passed", "pass"), Samples.check("It is unknown", "unknown"),
            Samples.check("It failed", "fail"),
        ]
        let checks = ReportedCheck.all(report)
        let table = DrillReportPage.table(checks).markup
        let failed = try Samples.place(of: "It failed", in: table)
        let unknown = try Samples.place(of: "It is unknown", in: table)
        #expect(failed < unknown)
        #expect(try unknown < Samples.place(of: "It passed", in: table))
        #expect(ReportedCheck.unresolved(checks).map(\.title) == ["It failed", "It is unknown"])
    }

    @Test func `shows twenty findings and counts the others`() {
        let findings = (1...25).map { JSONValue.object(JSONObject([.init(key: "object", value: .string("o-\($0)."))])) }
        let shown = DrillReportPage.findings(findings.map(ReportedFinding.init)).markup
        #expect(shown.contains("o-20."))
        #expect(!shown.contains("o-21."))
        #expect(shown.contains("and 5 more"))
    }

    @Test func `shows an objective that was missed`() {
        var report = Samples.report("fail")
        report["objectives"] = ["rto": ["targetSec": 1800, "achievedSec": .number("1893.42"), "met": false]]
        let page = DrillReportPage.html(report)
        #expect(page.contains("31\u{A0}min\u{A0}34\u{A0}s"))
        #expect(page.contains("objective 30\u{A0}min"))
        #expect(page.contains("not met"))
        #expect(page.contains("width:100.00%"))
    }

    @Test func `shows a lost component and the verdicts of its row`() {
        var report = Samples.report("pass-with-deviations")
        var row: JSONValue = ["title": "Monitoring", "snapshot": "ready", "rebuilt": "lost"]
        row["lostComponents"] = ["prometheus"]
        row["snapshotComponents"] = [["id": "prometheus", "state": "active", "version": "v3.5.0"]]
        report["checklist"] = ["rows": [row], "areas": []]
        let page = DrillReportPage.html(report)
        #expect(page.contains("<li class=\"lost\"><strong>prometheus</strong> <small>v3.5.0</small>"))
        #expect(page.contains("<span class=\"before\">ready</span>"))
    }

    @Test func `puts objects together that differ in the same fields`() {
        var report = Samples.report("fail")
        let drift = ["a", "b"].map { name -> JSONValue in
            ["obj": .string("Service shop/\(name)"), "missing": false, "paths": ["/spec/internalTrafficPolicy"]]
        }
        report["completeness"] = [
            "unexplained": 2, "byGVK": [["gvk": "Service", "inSnapshot": 2, "drift": .array(drift)]],
        ]
        let page = DrillReportPage.html(report)
        #expect(page.split(separator: "/spec/internalTrafficPolicy").count == 2)
        #expect(page.contains("Service: 2 objects with unexplained differences"))
    }
}
