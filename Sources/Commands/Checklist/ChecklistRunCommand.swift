package import ArgumentParser
internal import Archive
internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies
internal import Readiness

/// `lifeboat checklist run`, which is also `lifeboat checklist`: the production readiness checklist on a snapshot or on a live cluster.
package struct ChecklistRunCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the production readiness checklist on a live cluster or on a snapshot.",
        discussion:
            """
            A check that could not look is unknown, and unknown never passes. The exit status is 4 when the checklist is not passed.
            With --compare-with it is what got worse since the snapshot, or is gone, that decides.
            """
    )

    @Option(help: "Snapshot to check instead of the live cluster: latest, or the first characters of an id.")
    package var snapshot: String?

    @Option(help: "Snapshot that the cluster should be like, so that what a rebuild lost is found as well.")
    package var compareWith: String?

    @Option(help: "Folder with the checks, one file a check.")
    package var checks = "policies/readiness"

    @OptionGroup package var cluster: ClusterOptions
    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let checklist = try ReadinessChecklist.load(folder: checks)
        let inventory: ObjectInventory
        if let snapshot {
            let opened = try repository.open()
            inventory = try ObjectInventory.snapshot(opened.reader(opened.snapshot(snapshot)))
        } else {
            let client = try cluster.connect(output)
            defer { client.close() }
            inventory = try await ObjectInventory.live(client)
        }
        let now = SystemClock.now()
        guard let compareWith else {
            let result = checklist.evaluate(inventory, now: now)
            try output.print(result.json) { Self.text(result) }
            guard result.isPassed else { throw StatusOnly(.notPassed) }
            return
        }
        let opened = try repository.open()
        let reference = try ObjectInventory.snapshot(opened.reader(opened.snapshot(compareWith)))
        let result = checklist.evaluate(inventory, reference: reference, now: now)
        let before = checklist.evaluate(reference, reference: reference, now: now)
        let comparison = ChecklistComparison(before: before, after: result)
        var json = result.json
        json["passed"] = .bool(comparison.isPassed)
        json["comparedWith"] = .string(before.source)
        json["comparison"] = comparison.json
        try output.print(json) { [Self.text(result), Self.text(comparison, before.source)].joined(separator: "\n") }
        guard comparison.isPassed else { throw StatusOnly(.notPassed) }
    }

    private static func text(_ comparison: ChecklistComparison, _ source: String) -> String {
        var lines = ["Compared with \(source):"]
        for row in comparison.rows where !row.lostComponents.isEmpty {
            lines.append("lost  \(row.row.rawValue): \(row.lostComponents.joined(separator: ", "))")
        }
        for change in [ChecklistComparison.Change.regressed, .lost, .preExisting, .fixed] {
            for check in comparison.checks(change) {
                lines.append("\(change.rawValue)  \(check.check.id) (\(check.check.severity.rawValue))")
            }
        }
        if lines.count == 1 { lines.append("nothing got worse and nothing is gone.") }
        return lines.joined(separator: "\n")
    }

    private static func text(_ result: ChecklistResult) -> String {
        var table = Table("ROW", "VERDICT", "COMPONENTS")
        for row in result.rows {
            var components = row.components.map(\.id)
            if let attestation = row.attestation {
                components.append("attested by \(attestation.owner) until \(attestation.until.description.prefix(10))")
            }
            let verdict = row.isMissing ? "absent, required" : row.verdict.rawValue
            table.add(row.row.rawValue, verdict, components.joined(separator: ", "))
        }
        var lines = [table.text, ""]
        for outcome in result.outcomes where outcome.status != .pass {
            lines.append(
                "\(outcome.status.rawValue)  \(outcome.check.id) (\(outcome.check.severity.rawValue)): \(outcome.check.title)"
            )
            for finding in outcome.findings.prefix(5) {
                lines.append("    \(finding.object.map { "\($0): " } ?? "")\(finding.message)")
            }
            if outcome.findings.count > 5 { lines.append("    … and \(outcome.findings.count - 5) more") }
            if !outcome.failures.isEmpty { lines.append("    next: \(outcome.check.remedy)") }
        }
        let exempted = result.outcomes.flatMap(\.exempted).count
        if exempted > 0 { lines.append("\(exempted) findings are exempted by a policy; --output json lists them.") }
        lines += result.notes.map { "note  \($0)" }
        let counts = CheckStatus.allCases.map { "\(result.count($0)) \($0.rawValue)" }.joined(separator: ", ")
        lines.append("Checklist of \(result.source): \(counts).")
        return lines.joined(separator: "\n")
    }
}
