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

/// `lifeboat key list`: who may write and read.
package struct KeyListCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(commandName: "list", abstract: "List the writers and the recipients of a repository.")

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let opened = try repository.open()
        let (writers, recipients) = (try opened.writers(), try opened.recipients())
        var table = Table("ROLE", "ID", "NAME")
        for writer in writers { table.add("writer", writer.id.description, writer.name) }
        for recipient in recipients.entries { table.add("reader", recipient.id.description, recipient.name) }
        var document: JSONValue = ["schemaVersion": "lifeboat.dr/v1"]
        document["writers"] = .array(writers.map { ["id": .string($0.id.description), "name": .string($0.name)] })
        document["recipients"] = .array(recipients.entries.map { ["id": .string($0.id.description), "name": .string($0.name)] })
        try output.print(document) { table.text }
    }
}

/// `lifeboat key add-recipient`: one more reader of new snapshots.
package struct KeyAddRecipientCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "add-recipient",
        abstract: "Encrypt new snapshots to one more age recipient.",
        discussion: "A recipient of the form age1pq1… is safe against quantum computers, one of the form age1… is not."
    )

    @Argument(help: "The recipient, as age-keygen prints it.")
    package var recipient: String

    @Option(help: "A name to tell it by.")
    package var name: String

    @Flag(help: "Let it read the snapshots of before, too.")
    package var rewrap = false

    @OptionGroup package var repository: RepositoryOptions

    package init() {}

    package func run() async throws {
        try repository.open().addRecipient(recipient, name: name, rewraps: rewrap)
        Terminal.result("\(name) can read \(rewrap ? "all snapshots" : "snapshots from now on").")
    }
}

/// `lifeboat key passphrase`: another passphrase.
package struct KeyPassphraseCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(commandName: "passphrase", abstract: "Change the passphrase of a repository.")

    @Option(help: "File that holds the new passphrase in its first line.")
    package var newPasswordFile: String?

    @OptionGroup package var repository: RepositoryOptions

    package init() {}

    package func run() async throws {
        let opened = try repository.open()
        let passphrase: [UInt8]
        if let newPasswordFile {
            passphrase = Array(try Environment.read(newPasswordFile, what: "the password file").prefix { $0 != 0x0A && $0 != 0x0D })
        } else {
            guard let first = Terminal.passphrase("New passphrase: "), first == Terminal.passphrase("The same again: ") else {
                throw LifeboatError(.usage, "no new passphrase was given, or the two differ", remedy: "give --new-password-file, or run it on a terminal")
            }
            passphrase = first
        }
        guard !passphrase.isEmpty else { throw LifeboatError(.usage, "the new passphrase is empty") }
        try opened.changePassphrase(to: passphrase)
        Terminal.result("The passphrase was changed; the old one opens nothing any more.")
    }
}
