package import ArgumentParser
internal import KubernetesObjects
internal import Policies
internal import Readiness

/// `lifeboat checklist explain ID`: what a check demands, why, and how to mend it.
package struct ChecklistExplainCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what a check demands, why it matters and what to do when it fails."
    )

    @Argument(help: "Id of the check, as the checklist prints it.")
    package var id: String

    @Option(help: "Folder with the checks, one file a check.")
    package var checks = "policies/readiness"

    package init() {}

    package func run() async throws {
        let checklist = try ReadinessChecklist.load(folder: checks)
        guard let check = checklist.checks.first(where: { $0.id == id }) else {
            throw LifeboatError(
                .policyInvalid,
                "there is no check \(id) in \(checks)",
                remedy: "the checks are \(checklist.checks.map(\.id).sorted().joined(separator: ", "))"
            )
        }
        Terminal.result(Self.text(check))
    }

    private static func text(_ check: ReadinessCheck) -> String {
        var lines = [
            "\(check.id) (\(check.severity.rawValue))", "",
            "Demands:  \(check.title)", "Part:     \(check.section?.title ?? "every row")",
            "Why:      \(check.why)", "Remedy:   \(check.remedy)",
        ]
        if let documentation = check.documentation { lines.append("See:      \(documentation)") }
        if !check.needs.isEmpty {
            lines.append("Needs:    \(check.needs.map(\.rawValue).sorted().joined(separator: ", "))")
        }
        lines.append("File:     \(check.location.file)")
        switch check.test {
        case .builtin(let name): lines.append("Test:     the builtin \(name)")
        case .rule(let rule):
            lines += ["", "What is looked at:"]
            if let over = rule.over { lines.append("  each of \(over.text)") }
            if let condition = rule.condition { lines.append("  where \(condition.text)") }
            lines.append("What must be true:")
            lines += rule.requirements.map { "  \($0.isWarning ? "(warning) " : "")\($0.that.text)" }
        }
        return lines.joined(separator: "\n")
    }
}
