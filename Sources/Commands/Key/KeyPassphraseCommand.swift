internal import Archive
package import ArgumentParser
internal import KubernetesObjects

/// `lifeboat key passphrase`: another passphrase.
package struct KeyPassphraseCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "passphrase",
        abstract: "Change the passphrase of a repository."
    )

    @Option(help: "File that holds the new passphrase in its first line.")
    package var newPasswordFile: String?

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let opened = try repository.open()
        let passphrase: [UInt8]
        if let newPasswordFile {
            passphrase = Array(
                try Environment.read(newPasswordFile, what: "the password file").prefix { $0 != 0x0A && $0 != 0x0D }
            )
        } else {
            guard let first = Terminal.passphrase("New passphrase: "), first == Terminal.passphrase("The same again: ")
            else {
                throw LifeboatError(
                    .usage,
                    "no new passphrase was given, or the two differ",
                    remedy: "give --new-password-file, or run it on a terminal"
                )
            }
            passphrase = first
        }
        guard !passphrase.isEmpty else { throw LifeboatError(.usage, "the new passphrase is empty") }
        try opened.changePassphrase(to: passphrase)
        try output.print(["schemaVersion": "lifeboat.dr/v1", "changed": true]) {
            """
            The passphrase was changed. With the old one, whoever has an old recovery sheet or an old copy of the key bundle still opens it, and \
            with it this repository: destroy those, and print a new sheet with `lifeboat key recovery-sheet`.
            """
        }
    }
}

/// `lifeboat key recovery-sheet`: what to print and lock away.
package struct KeyRecoverySheetCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "recovery-sheet",
        abstract: "Write a page to print and lock away: the encrypted key bundle, and how to restore with it.",
        discussion: "It holds no passphrase, and is useless without. Print it anew after the passphrase was changed."
    )

    @Option(help: "File to write, readable by you alone; it must not exist. Without it, standard output.")
    package var to: String?

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        if let to { try NewFile.expectAbsent(to) }
        let sheet = try repository.open().recoverySheet()
        guard let to else {
            return try output.print(["schemaVersion": "lifeboat.dr/v1", "sheet": .string(sheet)]) { sheet }
        }
        try Environment.write(Array((sheet + "\n").utf8), to: to, isPrivate: true)
        try output.print(["schemaVersion": "lifeboat.dr/v1", "path": .string(to)]) {
            "Wrote the recovery sheet to \(to). Print it, and delete the file."
        }
    }
}
