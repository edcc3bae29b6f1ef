package import KubernetesObjects
package import Policies

/// How a check ended. Only `pass` is a pass.
package enum CheckStatus: String, CaseIterable, Sendable {
    case pass
    case fail
    case warn
    /// Not applicable: there is nothing of what it looks at.
    case skip
    /// It could not look where it should have.
    case unknown
    /// A person must answer.
    case manual
}

/// The answer of one check on one cluster or snapshot.
package struct CheckOutcome: Sendable {
    package let check: ReadinessCheck
    package let status: CheckStatus
    /// Why it was skipped or is unknown; empty otherwise.
    package let reason: String
    /// Whether the target could not show it by its nature, so that it was not tested rather than found unknown.
    package let isNotTested: Bool
    package let examined: Int
    package let findings: [Finding]
    /// Findings that a policy accepts for a time; they do not count.
    package let exempted: [Exempted]
    package let evidence: [String]

    package struct Exempted: Sendable {
        package let finding: Finding
        package let exemption: ReadinessPolicy.Exemption
    }

    /// - Parameter exemptions: those that have not ended.
    init(_ check: ReadinessCheck, _ examination: Examination, exemptions: [ReadinessPolicy.Exemption] = []) {
        self.check = check
        examined = examination.examined
        let all = examination.findings.sorted { ($0.level.rawValue, $0.key) < ($1.level.rawValue, $1.key) }
        exempted = all.compactMap { finding in
            exemptions.first { $0.covers(check: check.id, finding.object) }
                .map { Exempted(finding: finding, exemption: $0) }
        }
        let accepted = Set(exempted.map(\.finding.key))
        findings = all.filter { !accepted.contains($0.key) }
        evidence = examination.evidence
        switch examination.ending {
        case .looked:
            let levels = Set(findings.map(\.level))
            status = levels.contains(.failure) ? .fail : levels.contains(.warning) ? .warn : .pass
            (reason, isNotTested) = ("", false)
        case .notApplicable(let text): (status, reason, isNotTested) = (.skip, text, false)
        case .notTested(let text): (status, reason, isNotTested) = (.skip, text, true)
        case .unknown(let text): (status, reason, isNotTested) = (.unknown, text, false)
        case .manual(let text): (status, reason, isNotTested) = (.manual, text, false)
        }
    }

    package var failures: [Finding] { findings.filter { $0.level == .failure } }

    package var json: JSONValue {
        var value: JSONValue = [
            "id": .string(check.id), "severity": .string(check.severity.rawValue), "status": .string(status.rawValue),
            "title": .string(check.title), "examined": .int(examined),
            "findings": .array(findings.map(\.json)),
        ]
        if !reason.isEmpty { value["reason"] = .string(reason) }
        if isNotTested { value["notTested"] = true }
        if !exempted.isEmpty {
            value["exempted"] = .array(
                exempted.map { entry in
                    [
                        "finding": entry.finding.json, "reason": .string(entry.exemption.reason),
                        "owner": .string(entry.exemption.owner), "until": .string(entry.exemption.until.description),
                    ]
                }
            )
        }
        if !evidence.isEmpty { value["evidence"] = .array(evidence.map { .string($0) }) }
        if status == .fail || status == .warn {
            value["why"] = .string(check.why)
            value["remedy"] = .string(check.remedy)
        }
        return value
    }
}
