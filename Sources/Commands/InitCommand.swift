internal import Archive
package import ArgumentParser
internal import KubernetesObjects

/// `lifeboat init`: creates a repository and its key bundle.
package struct InitCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Create a repository and its key bundle.",
        discussion: """
            The passphrase protects the root bundle, an ordinary age file in the repository (keys/root.age) that stock `age` opens. Whoever loses \
            the passphrase and every exported identity loses the backups.
            """
    )

    @Flag(
        help: """
            Store a tenth more with each pack, from which damage of a disk is mended. It cannot be changed later; for folders and SFTP, as object \
            storage does this by itself.
            """
    )
    package var parity = false

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let store = try repository.store()
        let passphrase = try repository.passphrase(confirming: true)
        let created = try Repository.create(
            in: store,
            passphrase: passphrase,
            environment: RepositoryOptions.environment,
            keepsParity: parity
        )
        let path = store.location
        try output.print(
            [
                "schemaVersion": "lifeboat.dr/v1", "repository": .string(created.id), "path": .string(path),
                "parity": .bool(created.configuration.keepsParity),
            ]
        ) {
            """
            Created repository \(created.id.prefix(8)) in \(path).
            Keep the passphrase where a lost cluster cannot take it along: without it no backup can be read.
            """
        }
    }
}
