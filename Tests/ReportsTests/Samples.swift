import KubernetesObjects
import Testing

/// Small reports, built part by part.
enum Samples {
    /// A report with everything that a drill which broke off at once leaves null.
    static func report(_ verdict: String) -> JSONValue {
        var report: JSONValue = ["schema": "drill-report/v1", "reportId": "01M83GR750ZACS1ERB9P9FVV31"]
        for part in ["recoveryPoint", "objectives", "checklist", "completeness", "restore", "prevReportSha256"] {
            report[part] = .null
        }
        report["drill"] = ["name": "cluster-lost", "title": "The cluster is lost", "startedAt": "2026-11-23T06:16:04Z"]
        report["result"] = ["verdict": .string(verdict), "score": 0]
        for part in ["steps", "checks", "deviations", "actions", "negativeControls", "compliance"] {
            report[part] = []
        }
        return report
    }

    static func check(
        _ title: String,
        _ status: String,
        severity: String = "critical",
        change: String? = nil,
        findings: [JSONValue] = []
    ) -> JSONValue {
        var check: JSONValue = ["id": .string("check-\(title)"), "title": .string(title), "status": .string(status)]
        check["severity"] = .string(severity)
        check["actual"] = "3 looked at"
        check["findings"] = .array(findings)
        check["change"] = change.map { .string($0) }
        return check
    }

    static func step(_ title: String, detail: String) -> JSONValue {
        ["id": "apply", "title": .string(title), "status": "ok", "durationMs": 530, "detail": .string(detail)]
    }

    /// The place of a text in a longer one, for the order of two.
    static func place(of part: String, in text: String) throws -> String.Index {
        try #require(text.firstRange(of: part)?.lowerBound, "\(part) is not in the text")
    }
}
