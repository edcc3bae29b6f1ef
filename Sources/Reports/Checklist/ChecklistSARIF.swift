package import KubernetesObjects

/// A checklist as SARIF 2.1.0, which code scanning and security dashboards read: a rule for each check, a result for each finding.
///
/// The comparison with a snapshot is what SARIF calls the state of the baseline: `new` is what the rebuild broke, `unchanged`
/// what was broken before, `absent` what is mended.
package enum ChecklistSARIF {
    package static func document(_ document: JSONValue) -> JSONValue {
        let answers = ChecklistAnswers(document)
        let all = answers.answers
        var results: [JSONValue] = []
        for (index, answer) in all.enumerated() { results += self.results(answer, index) }
        var driver: JSONValue = ["name": "Lifeboat", "rules": .array(all.map(rule))]
        if !answers.version.isEmpty { driver["version"] = .string(answers.version) }
        return [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
            "runs": [
                [
                    "tool": ["driver": driver],
                    "invocations": [["executionSuccessful": true, "endTimeUtc": .string(answers.takenAt)]],
                    "properties": ["source": .string(answers.source), "passed": .bool(answers.isPassed)],
                    "results": .array(results),
                ]
            ],
        ]
    }

    private static func rule(_ answer: ChecklistAnswers.Answer) -> JSONValue {
        var rule: JSONValue = [
            "id": .string(answer.id), "shortDescription": ["text": .string(answer.title)],
            "defaultConfiguration": ["level": .string(level(answer.severity))],
            "properties": ["severity": .string(answer.severity), "tags": [.string(answer.section)]],
        ]
        if !answer.why.isEmpty { rule["fullDescription"] = ["text": .string(answer.why)] }
        if !answer.remedy.isEmpty { rule["help"] = ["text": .string(answer.remedy)] }
        return rule
    }

    private static func level(_ severity: String) -> String {
        switch severity {
        case "critical", "major": "error"
        case "minor": "warning"
        default: "note"
        }
    }

    private static func results(_ answer: ChecklistAnswers.Answer, _ index: Int) -> [JSONValue] {
        func result(_ kind: String, _ level: String, _ text: String, state: String) -> JSONValue {
            var result: JSONValue = [
                "ruleId": .string(answer.id), "ruleIndex": .int(index), "kind": .string(kind), "level": .string(level),
                "message": ["text": .string(text)],
            ]
            if !state.isEmpty { result["baselineState"] = .string(state) }
            return result
        }
        switch answer.status {
        case "fail", "warn":
            return answer.findings.map { finding in
                let isFailure = finding.level == "fail"
                let state = answer.change.isEmpty ? "" : finding.isNew == true ? "new" : "unchanged"
                var result = result(
                    "fail",
                    isFailure ? level(answer.severity) : "note",
                    finding.message,
                    state: isFailure ? state : ""
                )
                if !finding.object.isEmpty { result["locations"] = [["logicalLocations": [location(finding)]]] }
                return result
            }
        // The standard wants the level none for every kind but a failure.
        case "unknown": return [result("open", "none", "no answer: \(answer.reason)", state: "")]
        case "manual": return [result("review", "none", "a person must answer: \(answer.reason)", state: "")]
        case _ where answer.change == "fixed":
            return [result("pass", "none", "it failed in the snapshot and does not any more", state: "absent")]
        default: return []
        }
    }

    private static func location(_ finding: ChecklistAnswers.Place) -> JSONValue {
        [
            "name": .string(finding.object), "kind": "resource",
            "fullyQualifiedName": .string(finding.path.isEmpty ? finding.object : "\(finding.object)#\(finding.path)"),
        ]
    }
}
