internal import Archive
internal import KubernetesObjects
internal import Policies
internal import Readiness
internal import Restore

/// Puts together what a drill knows at its end.
struct DrillReportBuilder {
    let drill: RestoreDrill
    let environment: DrillEnvironment
    let repository: Repository
    let state: DrillState
    let startedAt: Timestamp

    func report() -> DrillReport {
        let recovery = RecoveryMeasurement(state)
        let own = DrillQuestions(drill: drill, state: state, recovery: recovery).checks
        let checklist = zip2(state.before, state.after).map { ChecklistComparison(before: $0, after: $1) }
        var checks = own + (checklist?.checks.map(Self.check) ?? [])
        for index in checks.indices { checks[index].isRequired = drill.checks.requires(checks[index].id) }
        let deviations = deviations(checks, checklist)
        let verdict = DrillVerdict.of(checks, required: drill.checks.requires, deviations: deviations.count)

        var document = JSONObject()
        document["schemaVersion"] = "lifeboat.dr/v1"
        document["schema"] = .string(DrillReport.schema)
        document["reportId"] = .string(ReportIdentifier.make(at: startedAt, random: environment.random))
        document["prevReportSha256"] = environment.previousReportSHA256.map { .string($0) } ?? .null
        document["drill"] = drillJSON
        document["scope"] = scopeJSON
        document["recoveryPoint"] = recoveryPointJSON
        document["target"] = targetJSON
        document["objectives"] = objectivesJSON(recovery)
        document["steps"] = .array(state.steps.map(\.json))
        document["checks"] = .array(checks.map(\.json))
        document["checklist"] = checklist?.json ?? .null
        document["negativeControls"] = .array(state.controls.map(Self.json))
        document["completeness"] = state.completeness?.json ?? .null
        document["restore"] = state.restored?.json ?? .null
        document["deviations"] = .array(deviations.map(\.json))
        document["actions"] = .array(Self.actions(checks))
        document["result"] = [
            "verdict": .string(verdict.rawValue), "score": .int(DrillVerdict.score(checks)),
            "rule": .string(DrillVerdict.rule),
        ]
        document["cleanup"] = [
            "done": .bool(state.isCleanedUp), "residue": .array(state.residue.map { .string($0) }),
        ]
        document["compliance"] = .array(
            drill.compliance.map { ["framework": .string($0.framework), "control": .string($0.control)] }
        )
        document["reportSha256"] = .string(DrillReport.digest(of: .object(document)))
        return DrillReport(
            document: .object(document),
            verdict: verdict,
            checks: checks,
            recoveryTimeSeconds: recovery.timeSeconds,
            recoveryPointSeconds: recovery.pointSeconds
        )
    }

    // MARK: Judging

    private static func check(_ compared: ChecklistComparison.Check) -> DrillCheck {
        let outcome = compared.after
        let status: DrillCheck.Status =
            switch outcome.status {
            case .pass: .pass
            case .fail: .fail
            case .warn: .warn
            case .skip: outcome.isNotTested ? .notTested : .skip
            case .unknown: .unknown
            case .manual: .notTested
            }
        let failures = outcome.failures.count
        let warnings = outcome.findings.count - failures
        var detail = "\(outcome.examined) looked at, \(failures) wrong"
        if warnings > 0 { detail += ", \(warnings) to look at" }
        if !outcome.reason.isEmpty { detail = outcome.reason }
        let remedy = status == .fail || status == .warn ? compared.check.remedy : ""
        let (id, severity) = (compared.check.id, compared.check.severity)
        var check = DrillCheck(id, severity, status, compared.check.title, detail, remedy: remedy)
        check.change = ChecklistChange(compared.change)
        check.findings = outcome.findings.prefix(100).map(\.json)
        if outcome.findings.count > 100 { check.findingsTotal = outcome.findings.count }
        return check
    }

    private func deviations(_ checks: [DrillCheck], _ checklist: ChecklistComparison?) -> [DrillDeviation] {
        var found: [DrillDeviation] = []
        for check in checks {
            switch (check.status, check.change) {
            case (.fail, .preExisting):
                let impact = "it failed in the snapshot already; the rebuild did not cause it"
                found.append(DrillDeviation(what: "\(check.id): \(check.detail)", impact: impact))
            case (.fail, _) where check.severity != .critical:
                let impact = "“\(check.title)” does not hold"
                found.append(DrillDeviation(what: "\(check.id): \(check.detail)", impact: impact))
            case (_, .lost):
                let impact = "the snapshot had something to check here and the rebuilt cluster has nothing"
                found.append(DrillDeviation(what: "\(check.id): \(check.detail)", impact: impact))
            case (.warn, nil):
                let impact = "“\(check.title)” holds only in part"
                found.append(DrillDeviation(what: "\(check.id): \(check.detail)", impact: impact))
            default: continue
            }
        }
        if let dropped = state.completeness?.dropped, !dropped.isEmpty {
            let what = "\(dropped.count) objects lost fields that Kubernetes \(state.targetVersion) does not have"
            found.append(DrillDeviation(what: what, impact: "a cluster of the snapshot's version keeps them"))
        }
        for row in checklist?.sections ?? [] where !row.lostComponents.isEmpty {
            let names = row.lostComponents.joined(separator: ", ")
            found.append(
                DrillDeviation(
                    what: "\(row.row.title) lost \(names)",
                    impact: "\(row.row.isArea ? "a part of the area" : "the row") is lost"
                )
            )
        }
        return found
    }

    /// What someone should do: one action for each failed check that has a remedy.
    private static func actions(_ checks: [DrillCheck]) -> [JSONValue] {
        let failed = checks.filter { $0.status == .fail && !$0.remedy.isEmpty }
        return failed.enumerated().map { index, check in
            [
                "id": .string("A\(index + 1)"), "check": .string(check.id), "text": .string(check.remedy),
                "status": "open",
            ]
        }
    }

    private func zip2<First, Second>(_ first: First?, _ second: Second?) -> (First, Second)? {
        if let first, let second { (first, second) } else { nil }
    }
}
