package import ArgumentParser
internal import KubernetesObjects
internal import Policies
internal import Readiness

/// `lifeboat checklist test`: the tests that stand beside the checks.
package struct ChecklistTestCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the tests that stand beside the checks and components, in files named *.test.yaml.",
        discussion: "A check without a case that passes and one that fails is an error. The exit status is then 4."
    )

    @Argument(help: "Ids of checks and components, with * for any characters; all without any.")
    package var ids: [String] = []

    @Option(help: "Folder with the checks, one file a check.")
    package var checks = "policies/readiness"

    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let checklist = try ReadinessChecklist.load(folder: checks)
        let patterns = ids.map { NamePattern($0) }
        let run = try CheckTestRun(
            checklist,
            CheckFixture.load(folder: checks),
            ComponentFixture.load(folder: checks)
        ) { id in
            patterns.isEmpty || patterns.matches(id)
        }
        let failures = run.failures.map { failure -> JSONValue in
            [
                "file": .string(failure.file), "check": .string(failure.check), "case": .string(failure.name),
                "problem": .string(failure.problem),
            ]
        }
        let json: JSONValue = [
            "schemaVersion": "lifeboat.dr/v1", "checks": .int(run.checks), "components": .int(run.components),
            "cases": .int(run.cases),
            "failures": .array(failures),
        ]
        try output.print(json) {
            let lines = run.failures.map { failure in
                "\(failure.file): \(failure.check)\(failure.name.isEmpty ? "" : ": \(failure.name)"): \(failure.problem)"
            }
            let summary =
                "\(run.cases) cases of \(run.checks) checks and \(run.components) components, "
                + "\(run.failures.count) problems."
            return (lines + [summary]).joined(separator: "\n")
        }
        guard run.failures.isEmpty else { throw StatusOnly(.notPassed) }
    }
}
