internal import Archive
package import ArgumentParser
internal import KubernetesObjects

/// `lifeboat key add-writer`: a writer that shares nothing with the others.
package struct KeyAddWriterCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "add-writer",
        abstract:
            "Write the identity of a new writer that shares nothing with the others, such as that of another cluster.",
        discussion: """
            What it stores is deduplicated within its own snapshots only, so that it can neither learn nor spoil what others have stored. Readers \
            read it like everything else. For a daemon that shares what is stored with others, use `export --role writer`.
            """
    )

    @Option(help: "A name to tell it by, such as the cluster's.")
    package var name: String

    @Option(help: "File to write, readable by you alone; it must not exist.")
    package var to: String

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        try NewFile.expectAbsent(to)
        let identity = try repository.open().addWriter(name: name)
        try Environment.write(identity, to: to, isPrivate: true)
        try output.print(["schemaVersion": "lifeboat.dr/v1", "name": .string(name), "path": .string(to)]) {
            "Wrote the identity of the writer \(name) to \(to). Use it with LIFEBOAT_IDENTITY=\(to)."
        }
    }
}

/// `lifeboat key revoke-writer`: a writer that is not to be trusted any more.
package struct KeyRevokeWriterCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "revoke-writer",
        abstract: "Trust no snapshot that a writer takes from now on.",
        discussion: """
            For an identity file that was lost or is not needed any more. The snapshots that it has taken up to now stay; with --after they stay \
            up to that number, and with --all none does. It cannot be taken back, and can be done again to trust \
            fewer. What a thief could do with the file is write \
            snapshots: it reads, forgets and deletes nothing. Snapshots that are not trusted any more are named by `lifeboat check`, and \
            `lifeboat prune` waits until they are given up with `lifeboat forget`. Give the daemon a new identity.
            """
    )

    @Argument(help: "The id of the writer, as `lifeboat key list` shows it.")
    package var writer: String

    @Option(help: "Trust its snapshots up to this number of its own (see `key list`), and none after it.")
    package var after: UInt64?

    @Flag(help: "Trust none of its snapshots.")
    package var all = false

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func validate() throws {
        guard after == nil || !all else { throw ValidationError("--after and --all exclude each other.") }
    }

    package func run() async throws {
        guard let id = WriterID(hex: writer) else {
            throw LifeboatError(
                .usage,
                "“\(writer)” is no id of a writer",
                remedy: "list them with `lifeboat key list`"
            )
        }
        let opened = try repository.open()
        let last = all ? nil : try after ?? opened.lastSequences()[id]
        try opened.revokeWriter(id, lastSequence: last)
        try output.print([
            "schemaVersion": "lifeboat.dr/v1", "writer": .string(id.description),
            "lastSequence": last.map { .int(Int(clamping: $0)) } ?? .null,
        ]) {
            last.map { "The writer \(id) was revoked; its snapshots up to number \($0) are trusted." }
                ?? "The writer \(id) was revoked; none of its snapshots is trusted."
        }
    }
}
