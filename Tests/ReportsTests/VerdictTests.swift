import KubernetesObjects
import Testing

@testable import Reports

@Suite struct `The verdict of a report` {
    @Test(arguments: [
        ("pass", "Pass", Tone.good), ("pass-with-deviations", "Pass with deviations", .caution),
        ("fail", "Fail", .bad), ("inconclusive", "Inconclusive", .unanswered),
    ])
    func `is told in words and in a shape of its own`(word: String, title: String, tone: Tone) {
        let page = DrillReportPage.html(Samples.report(word))
        let banner = "<div class=\"banner \(tone.rawValue)\" role=\"status\"><svg class=\"icon\" aria-hidden=\"true\">"
        #expect(page.contains("\(banner)<use href=\"#shape-\(tone.rawValue)\">"))
        #expect(page.contains("<p class=\"verdict\">\(title)</p>"))
        #expect(DrillReportMarkdown.text(Samples.report(word)).hasPrefix("# \(title): The cluster is lost"))
    }

    @Test func `says of inconclusive that it is not a pass`() {
        var report = Samples.report("inconclusive")
        report["checks"] = [Samples.check("The faults are found", "unknown")]
        let verdict = ReportedVerdict(report)
        #expect(verdict.sentence == "This is not a pass: 1 critical check has no answer.")
        #expect(verdict.reasons.map(\.line) == ["unknown: The faults are found: 3 looked at"])
    }

    @Test func `names the critical failures that the rebuild answers for`() {
        var report = Samples.report("fail")
        report["checks"] = [
            Samples.check("Old", "fail", change: "pre-existing"), Samples.check("Small", "fail", severity: "minor"),
            Samples.check("New", "fail", change: "regressed"),
        ]
        let verdict = ReportedVerdict(report)
        #expect(verdict.sentence == "The rebuild is not proven: 1 critical check failed.")
        #expect(verdict.reasons.map(\.line) == ["fail: New: 3 looked at"])
    }

    @Test func `names every failure when none is critical, for a drill can demand any check`() {
        var report = Samples.report("fail")
        report["checks"] = [Samples.check("Small", "fail", severity: "minor")]
        #expect(ReportedVerdict(report).sentence == "The rebuild is not proven: 1 check failed.")
    }

    @Test func `counts the deviations of a pass`() {
        var report = Samples.report("pass-with-deviations")
        report["deviations"] = [["what": "54 objects lost fields", "impact": "a newer cluster keeps them"]]
        let verdict = ReportedVerdict(report)
        #expect(verdict.sentence == "The rebuild is proven, with 1 deviation that a person should know.")
        #expect(verdict.reasons.map(\.line) == ["54 objects lost fields: a newer cluster keeps them"])
    }

    @Test func `of a pass says what was not tested`() {
        var report = Samples.report("pass")
        report["checks"] = [Samples.check("Workloads are ready", "not-tested")]
        #expect(ReportedVerdict(report).sentence.hasSuffix("without deviations. 1 check was not tested."))
    }

    @Test func `that is not known is shown as it is and never as a pass`() {
        let verdict = ReportedVerdict(Samples.report("splendid"))
        #expect(verdict.title == "splendid")
        #expect(verdict.tone == .quiet)
        #expect(ReportedVerdict([:]).title == "No verdict")
    }
}
