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
            "A check that could not look is unknown, and unknown never passes. The exit status is 4 when the checklist is not passed."
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
        var reference: ObjectInventory?
        if let compareWith {
            let opened = try repository.open()
            reference = try ObjectInventory.snapshot(opened.reader(opened.snapshot(compareWith)))
        }
        let result = checklist.evaluate(inventory, reference: reference, now: SystemClock.now())
        try output.print(result.json) { Self.text(result) }
        guard result.isPassed else { throw StatusOnly(.notPassed) }
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
