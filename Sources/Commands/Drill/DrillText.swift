internal import Drills
internal import KubernetesObjects
internal import Policies
internal import Reports

/// The result of a drill for people.
enum DrillText {
    static func text(_ report: DrillReport, _ files: ReportFolder.Files) -> String {
        var lines: [String] = []
        var table = Table("STEP", "SECONDS", "STATUS", "WHAT")
        for step in report.document["steps"]?.array ?? [] {
            let seconds = Figure.decimal((step["durationMs"]?.double ?? 0) / 1000, 2)
            let detail = step["detail"]?.string ?? ""
            table.add(step["title"]?.string ?? "", seconds, step["status"]?.string ?? "", detail)
        }
        lines += [table.text, ""]
        let told = report.checks.filter { ![.pass, .skip, .notTested].contains($0.status) && $0.severity != .info }
        for check in told {
            let change = check.change.map { ", \($0.rawValue)" } ?? ""
            lines.append("\(check.status.rawValue)  \(check.id) (\(check.severity.rawValue)\(change)): \(check.detail)")
        }
        let untested = Dictionary(grouping: report.checks.filter { $0.status == .notTested }, by: \.detail)
        for (reason, checks) in untested.sorted(by: { $0.key < $1.key }) {
            lines.append("not-tested  \(checks.count) checks: \(reason)")
        }
        let advice = report.checks.count { $0.status == .warn && $0.severity == .info }
        if advice > 0 { lines.append("info  \(advice) checks give advice; the report has it") }
        let passed = report.checks.count { $0.status == .pass }
        let failed = report.checks.count { $0.status == .fail }
        let other = report.checks.count - passed - failed
        let time = report.recoveryTimeSeconds.map { Figure.seconds($0) } ?? "not measured"
        let point = report.recoveryPointSeconds.map { Figure.seconds(Double($0)) } ?? "not measured"
        lines.append("")
        lines.append("Recovery time \(time), age of the data \(point).")
        lines.append("Checks: \(passed) passed, \(failed) failed, \(other) without an answer or not applicable.")
        lines.append("Report: \(files.html)")
        lines.append("Verdict: \(report.verdict.rawValue)")
        return lines.joined(separator: "\n")
    }
}
