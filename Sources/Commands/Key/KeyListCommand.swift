internal import Archive
package import ArgumentParser
internal import KubernetesObjects

/// `lifeboat key list`: who may write, maintain and read.
package struct KeyListCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the writers, the maintainers and the recipients of a repository.",
        discussion: "LAST is the number of a writer's newest snapshot. Writers of one domain share what is stored."
    )

    @OptionGroup package var repository: RepositoryOptions
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        let opened = try repository.open()
        let keys = try opened.publicKeys()
        let sequences = try opened.lastSequences()
        var table = Table("ROLE", "ID", "NAME", "DOMAIN", "SINCE", "LAST", "REVOKED")
        var writers: [JSONValue] = []
        for writer in keys.writers {
            let (last, revocation) = (sequences[writer.id], keys.revocations[writer.id])
            let until = revocation.map { $0.lastSequence.map { "after \($0)" } ?? "all" }
            table.add(
                "writer",
                writer.id.description,
                writer.name,
                writer.domain?.description ?? "-",
                writer.issuedAt.description,
                last.map { String($0) } ?? "-",
                until ?? "-"
            )
            writers.append([
                "id": .string(writer.id.description), "name": .string(writer.name),
                "domain": writer.domain.map { .string($0.description) } ?? .null,
                "issuedAt": .string(writer.issuedAt.description),
                "lastSequence": last.map { .int(Int(clamping: $0)) } ?? .null,
                "revokedAt": revocation.map { .string($0.revokedAt.description) } ?? .null,
                "trustedSequence": revocation?.lastSequence.map { .int(Int(clamping: $0)) } ?? .null,
            ])
        }
        for maintainer in keys.maintainers {
            let since = maintainer.issuedAt.description
            table.add("maintainer", maintainer.id.description, maintainer.name, "-", since, "-", "-")
        }
        for recipient in keys.recipients.entries {
            let role = recipient.access == .data ? "recipient" : "recipient of structure"
            table.add(role, recipient.id.description, recipient.name, "-", "-", "-", "-")
        }
        var document: JSONValue = ["schemaVersion": "lifeboat.dr/v1"]
        document["writers"] = .array(writers)
        document["maintainers"] = .array(
            keys.maintainers.map { ["id": .string($0.id.description), "name": .string($0.name)] }
        )
        document["recipients"] = .array(
            keys.recipients.entries.map {
                [
                    "id": .string($0.id.description), "name": .string($0.name),
                    "access": .string($0.access.rawValue),
                ]
            }
        )
        try output.print(document) { table.text }
    }
}
