package import ArgumentParser

/// `lifeboat checklist`: the production readiness checklist, its checks and their tests.
package struct ChecklistCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "checklist",
        abstract: "Run the production readiness checklist on a live cluster or on a snapshot.",
        subcommands: [ChecklistRunCommand.self, ChecklistExplainCommand.self, ChecklistTestCommand.self],
        defaultSubcommand: ChecklistRunCommand.self
    )

    package init() {}
}
