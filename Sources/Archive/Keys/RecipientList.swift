import KubernetesObjects

/// `keys/rcpt-<n>`: whom new sessions and domains are encrypted to, signed by the root. The highest version counts.
package struct RecipientList: Sendable, Equatable {
    package let version: UInt32
    package let entries: [DataRecipient]

    private static let kind = "lifeboat.recipients/v1"

    init(version: UInt32, entries: [DataRecipient]) {
        self.version = version
        self.entries = entries
    }

    /// The recipients of names and contents.
    package var readers: [DataRecipient] { entries.filter { $0.access == .data } }

    init(parsing bytes: [UInt8], name: String, _ configuration: RepositoryConfiguration) throws(LifeboatError) {
        let document = try SignedDocument(bytes, kind: Self.kind, name: name, signedBy: configuration.rootKey)
        guard try document.identifier("repository", as: RepositoryID.self) == configuration.id else {
            throw damagedKeyObject(name, "it belongs to another repository")
        }
        guard let version = UInt32(exactly: try document.int("version")),
            name == KeyObjectName.recipients(version)
        else { throw damagedKeyObject(name, "its version is not that of its name") }
        var entries: [DataRecipient] = []
        for entry in document.members["recipients"]?.array ?? [] {
            guard let access = entry["access"]?.string.flatMap(RecipientAccess.init(rawValue:)),
                let text = entry["key"]?.string
            else { throw damagedKeyObject(name, "a recipient has no access or key") }
            entries.append(try DataRecipient(name: entry["name"]?.string ?? "", access: access, parsing: text))
        }
        guard entries.contains(where: { $0.access == .data }) else { throw damagedKeyObject(name, "it has no reader") }
        self.version = version
        self.entries = entries
    }

    func encoded(for configuration: RepositoryConfiguration, signedWith key: SigningKey) throws(LifeboatError)
        -> [UInt8]
    {
        let recipients: [JSONValue] = entries.map {
            [
                "id": .string($0.id.description), "name": .string($0.name), "access": .string($0.access.rawValue),
                "key": .string($0.text),
            ]
        }
        let members: JSONValue = [
            "repository": .string(configuration.id.description), "version": .int(version),
            "recipients": .array(recipients),
        ]
        return try SignedDocument.encode(kind: Self.kind, members, with: key)
    }
}
