/// What a credential may do with a repository. Each role has secrets of its own, so the limits are cryptographic.
package enum RepositoryRole: String, CaseIterable, Sendable {
    /// Adds snapshots. Holds no key that reads one, not even its own of yesterday.
    case writer
    /// Collects garbage, scrubs and forgets, without reading names or contents.
    case maintainer
    /// Reads and restores. Cannot write as a writer.
    case reader
    /// Issues and revokes all of the others. Kept offline, behind the passphrase.
    case root

    /// What the role is for, as identity files and messages say it.
    var summary: String {
        switch self {
        case .writer: "take snapshots"
        case .maintainer: "check structure, forget snapshots and free space"
        case .reader: "read, compare, check and restore snapshots"
        case .root: "manage keys: issue and revoke identities, add recipients, change the passphrase"
        }
    }

    var article: String { "a \(rawValue)" }
}

/// What a user opens a repository with.
package enum RepositoryCredential: Sendable {
    /// The passphrase of the key bundle: all roles.
    case passphrase([UInt8])
    /// The text of an identity file: one that Lifeboat exported, or the identity file of age of an added recipient.
    case identity([UInt8])
}
