internal import Archive
package import ArgumentParser
internal import KubernetesObjects

/// `lifeboat key add-recipient`: one more reader of new snapshots.
package struct KeyAddRecipientCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "add-recipient",
        abstract: "Encrypt new snapshots to one more age recipient.",
        discussion: """
            A recipient of the form age1pq1… is safe against quantum computers, one of the form age1… is not. Without --rewrap it reads what is \
            stored from now on; what new snapshots share with those of before it reads only with --rewrap.
            """
    )

    @Argument(help: "The recipient, as age-keygen prints it.")
    package var recipient: String

    @Option(help: "A name to tell it by.")
    package var name: String

    @Flag(help: "Let it read the snapshots of before, too.")
    package var rewrap = false

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let unopened = try repository.open().addRecipient(recipient, name: name, rewraps: rewrap)
        try output.print([
            "schemaVersion": "lifeboat.dr/v1", "name": .string(name), "rewrapped": .bool(rewrap),
            "filesLeftOut": .int(unopened),
        ]) {
            "\(name) can read \(rewrap ? "all snapshots" : "what is stored from now on")."
                + (unopened > 0
                    ? "\n! \(unopened) packs and manifests were left out, which the passphrase itself does not open: see `lifeboat check --read-data`."
                    : "")
        }
    }
}

/// `lifeboat key remove-recipient`: one reader of new snapshots less.
package struct KeyRemoveRecipientCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "remove-recipient",
        abstract: "Encrypt new snapshots to a recipient no more.",
        discussion: """
            What it could read, it still can, and so what new snapshots share with those of before: to keep that from it, begin a new \
            repository. The repository's own recipients, which the passphrase opens, stay.
            """
    )

    @Argument(help: "The id of the recipient, as `lifeboat key list` shows it.")
    package var recipient: String

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        guard let id = RecipientID(hex: recipient) else {
            throw LifeboatError(
                .usage,
                "“\(recipient)” is no id of a recipient",
                remedy: "list them with `lifeboat key list`"
            )
        }
        try repository.open().removeRecipient(id)
        try output.print(["schemaVersion": "lifeboat.dr/v1", "recipient": .string(id.description)]) {
            "Snapshots from now on are not encrypted to \(id)."
        }
    }
}
