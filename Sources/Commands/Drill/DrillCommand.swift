package import ArgumentParser

/// `lifeboat drill`: restore drills and their reports.
package struct DrillCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "drill",
        abstract: "Rehearse a disaster: rebuild a cluster somewhere else, check it, and report whether it works.",
        subcommands: [
            DrillRunCommand.self, DrillListCommand.self, DrillReportCommand.self, DrillVerifyCommand.self,
        ]
    )

    package init() {}
}
