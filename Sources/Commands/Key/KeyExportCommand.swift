internal import Archive
package import ArgumentParser
internal import KubernetesObjects

/// `lifeboat key export`: an identity file with one role.
package struct KeyExportCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write an identity file with one role, for a daemon or for a person.",
        discussion: """
            writer: takes backups and cannot read, forget or delete any. reader: restores, browses, drills. maintainer: checks and keeps the \
            repository in order without reading its contents. Each export of a writer makes a new one, which shares what is stored with the \
            others that were exported; `add-writer` makes one that shares nothing.
            """
    )

    @Option(help: "Role of the identity: writer, reader or maintainer.")
    package var role: String

    @Option(help: "A name to tell a writer by.")
    package var name = "daemon"

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
        try NewFile.expectAbsent(to)
        let identity = try repository.open().exportIdentity(chosen, name: name)
        try Environment.write(identity, to: to, isPrivate: true)
        try output.print(["schemaVersion": "lifeboat.dr/v1", "role": .string(role), "path": .string(to)]) {
            "Wrote the \(role) identity to \(to). Use it with LIFEBOAT_IDENTITY=\(to)."
        }
    }
}

/// A file that a command makes and never writes over.
enum NewFile {
    static func expectAbsent(_ path: String) throws(LifeboatError) {
        guard !Environment.exists(path) else {
            throw LifeboatError(.usage, "\(path) exists already", remedy: "give a new file")
        }
    }
}
