import KubernetesObjects
import Testing

@testable import Reports

@Suite struct `Escaping of what a report holds` {
    private static let hostile = "<script>alert('1')</script>\"&"

    /// A report that has the hostile name in every place that holds one.
    private static func report() -> JSONValue {
        let name = JSONValue.string(hostile)
        let finding: JSONValue = ["object": name, "path": name, "message": name, "next": name]
        var report = Samples.report("fail")
        report["drill"] = ["name": name, "title": name, "scenario": name, "operator": name, "startedAt": name]
        report["checks"] = [Samples.check(hostile, "fail", findings: [finding]), Samples.check(hostile, "warn")]
        report["steps"] = [Samples.step(hostile, detail: hostile)]
        report["deviations"] = [["what": name, "impact": name]]
        report["objectives"] = ["rto": ["segments": .object(JSONObject([.init(key: hostile, value: 1)]))]]
        let component: JSONValue = ["id": name, "state": name, "version": name, "note": name]
        var row: JSONValue = ["title": name, "snapshot": name, "rebuilt": name, "snapshotComponents": [component]]
        row["checks"] = [["id": name, "before": name, "after": name, "change": name]]
        report["checklist"] = ["rows": [row], "areas": [row]]
        let drift: JSONValue = ["obj": name, "paths": [name]]
        report["completeness"] = ["byGVK": [["gvk": name, "drift": [drift]]], "leftOut": [:]]
        report["restore"] = ["skipped": [["reason": name]], "failed": [finding], "warnings": [name]]
        report["recoveryPoint"] = ["snapshotId": name, "storage": name, "freshness": ["nonceExpected": name]]
        report["target"] = ["name": name, "isolation": ["statement": name]]
        report["scope"] = ["excluded": [["what": name, "reason": name]], "notTested": [["what": name]]]
        report["compliance"] = [["framework": name, "control": name]]
        report["cleanup"] = ["residue": [name]]
        report["negativeControls"] = [["id": name, "fault": name, "observed": name]]
        return report
    }

    @Test func `a name from the report is escaped`() {
        let page = DrillReportPage.html(Self.report())
        #expect(!page.contains("<script"))
        #expect(!page.contains("alert('1')"))
        #expect(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;"))
    }

    @Test func `a name from the report is escaped in Markdown`() {
        let markdown = DrillReportMarkdown.text(Self.report())
        #expect(!markdown.contains("<script"))
        #expect(markdown.contains("&lt;script&gt;"))
    }

    @Test func `the value of an attribute cannot end it`() {
        let html = Tag.span(.title(#"" onload="x"#)) { "a" }
        #expect(html.markup == #"<span title="&quot; onload=&quot;x">a</span>"#)
    }

    @Test func `the parts between backticks are code and are escaped`() {
        #expect(HTML(prose: "run `a <b>` now").markup == "run <code>a &lt;b&gt;</code> now")
        #expect(HTML(prose: "one ` only").markup == "one ` only")
    }

    @Test func `the page forbids scripts and loads nothing`() {
        let page = DrillReportPage.html(Samples.report("pass"))
        #expect(page.contains("default-src &#39;none&#39;"))
        #expect(!page.contains("src=\""))
        #expect(!page.contains("url("))
        #expect(!page.contains("http:") && !page.contains("https:"))
    }

    @Test func `a nonce is shown shortened`() {
        var report = Samples.report("pass")
        let nonce: JSONValue = "72f01c7ecb9f9bfaaf69abf906ff55c7"
        report["recoveryPoint"] = ["freshness": ["nonceExpected": nonce, "nonceFound": nonce, "ok": true]]
        let page = DrillReportPage.html(report)
        #expect(page.contains("72f01c7e…"))
        #expect(!page.contains("72f01c7ecb9f"))
    }
}
