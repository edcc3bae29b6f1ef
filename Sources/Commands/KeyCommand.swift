internal import Archive
package import ArgumentParser
internal import KubernetesObjects

/// `lifeboat key`: the keys of a repository.
package struct KeyCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Show, export and change the keys of a repository.",
        subcommands: [
            KeyExportCommand.self, KeyListCommand.self, KeyAddRecipientCommand.self, KeyPassphraseCommand.self,
        ]
    )

    package init() {}
}

/// `lifeboat key export`: an identity file with one role.
package struct KeyExportCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write an identity file with one role, for a daemon or for a person.",
        discussion: """
            writer: takes backups and cannot read, forget or delete any. reader: restores, browses, drills. maintainer: checks and keeps the \
            repository in order without reading its contents.
            """
    )

    @Option(help: "Role of the identity: writer, reader or maintainer.")
    package var role: String

    @Option(help: "File to write, readable by you alone; it must not exist.")
    package var to: String

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        guard let chosen = RepositoryRole(rawValue: role), chosen != .root else {
            throw LifeboatError(
                .usage,
                "“\(role)” is no role that can be exported",
                remedy: "choose writer, reader or maintainer"
            )
        }
        guard !Environment.exists(to) else {
            throw LifeboatError(.usage, "\(to) exists already", remedy: "give a new file")
        }
        let identity = try repository.open().exportIdentity(chosen)
        try Environment.write(identity, to: to, isPrivate: true)
        try output.print(["schemaVersion": "lifeboat.dr/v1", "role": .string(role), "path": .string(to)]) {
            "Wrote the \(role) identity to \(to). Use it with LIFEBOAT_IDENTITY=\(to)."
        }
    }
}
