package import ArgumentParser

/// The root of the command tree; each verb has a file of its own.
package struct LifeboatCommand: AsyncParsableCommand {
    package static let version = "0.1.0"

    package static let configuration = CommandConfiguration(
        commandName: "lifeboat",
        abstract: "Disaster recovery for Kubernetes: back a cluster up, rebuild it, and prove that the rebuild works.",
        discussion: """
            The repository comes from --repository or LIFEBOAT_REPOSITORY. It is opened with a passphrase (LIFEBOAT_PASSWORD_FILE, or asked \
            for on a terminal) or with an identity file (LIFEBOAT_IDENTITY) made by `lifeboat key export`. The cluster comes from KUBECONFIG.

            Exit status: 0 done; 1 failed; 3 done but incomplete; 4 checklist or drill not passed; 10 no repository; 11 busy; 12 wrong key; \
            64 usage; 130 cancelled.
            """,
        version: version,
        groupedSubcommands: [
            CommandGroup(
                name: "Protect:",
                subcommands: [
                    InitCommand.self, BackupCommand.self, DaemonCommand.self, ForgetCommand.self, PruneCommand.self,
                    KeyCommand.self, ImportCommand.self, FilesCommand.self,
                ]
            ),
            CommandGroup(
                name: "Browse:",
                subcommands: [
                    SnapshotsCommand.self, LsCommand.self, GetCommand.self, DiffCommand.self, StatsCommand.self,
                    ExportCommand.self,
                    CheckCommand.self,
                ]
            ),
            CommandGroup(name: "Recover:", subcommands: [RestoreCommand.self, RepairCommand.self]),
            CommandGroup(name: "Prove:", subcommands: [ChecklistCommand.self, DrillCommand.self]),
            CommandGroup(name: "Try:", subcommands: [SandboxCommand.self, BenchCommand.self]),
        ]
    )

    package init() {}
}
