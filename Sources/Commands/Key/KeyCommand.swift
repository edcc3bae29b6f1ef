package import ArgumentParser

/// `lifeboat key`: the keys of a repository.
package struct KeyCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Show, export and change the keys of a repository.",
        discussion: """
            Every change but `export` of a reader or maintainer needs the passphrase. No change touches a pack: what is stored stays as it is.
            """,
        subcommands: [
            KeyListCommand.self, KeyExportCommand.self, KeyAddWriterCommand.self, KeyRevokeWriterCommand.self,
            KeyAddRecipientCommand.self, KeyRemoveRecipientCommand.self, KeyPassphraseCommand.self,
            KeyRecoverySheetCommand.self,
        ]
    )

    package init() {}
}
