import KubernetesObjects
import Testing

@testable import Reports

@Suite struct `The Markdown of a drill report` {
    @Test func `keeps a cell of a table in its cell`() {
        var report = Samples.report("pass")
        report["steps"] = [Samples.step("one | two", detail: "first\nsecond\r\nthird")]
        let markdown = DrillReportMarkdown.text(report)
        #expect(markdown.contains("| one \\| two | ok | 0.53\u{A0}s | first second third |\n"))
    }

    @Test func `takes no text of the report for markup`() {
        #expect(MarkdownText.escaped("*a* [b](c) `d` @e #1") == "\\*a\\* \\[b\\](c) \\`d\\` \\@e \\#1")
    }

    @Test func `tells a ticket what failed and what to do`() throws {
        var report = Samples.report("fail")
        let finding: JSONValue = ["object": "Service shop/web", "path": "/spec", "message": "differs"]
        var check = Samples.check("Everything is there", "fail", findings: [finding])
        check["remediation"] = "look at the fields"
        report["checks"] = [Samples.check("It passed", "pass"), check]
        let markdown = DrillReportMarkdown.text(report)
        #expect(markdown.contains("### fail: Everything is there"))
        #expect(markdown.contains("Remedy: look at the fields"))
        #expect(markdown.contains("- Service shop/web /spec: differs"))
        #expect(!markdown.contains("### pass"))
        let verdict = try Samples.place(of: "The rebuild is not proven", in: markdown)
        #expect(try verdict < Samples.place(of: "## Objectives", in: markdown))
    }

    @Test func `says what is missing in a report of a drill that broke off`() {
        let markdown = DrillReportMarkdown.text(Samples.report("inconclusive"))
        #expect(markdown.contains("| Recovery time | no objective is set | not measured | – |"))
        #expect(markdown.contains("was not compared"))
    }
}
