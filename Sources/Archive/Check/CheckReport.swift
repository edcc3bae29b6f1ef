/// How deep a check goes; each level does what the one before does, too.
package enum CheckLevel: Int, Comparable, CaseIterable, Sendable {
    /// Listing, signatures, chains of manifests, and that every blob of every snapshot has a place. Reads little.
    case structure
    /// The bytes of every pack against its name. Needs no key to the contents.
    case storage
    /// Every blob: decrypted, decompressed, and compared with its id.
    case data

    package static func < (left: CheckLevel, right: CheckLevel) -> Bool { left.rawValue < right.rawValue }
}

/// One thing that is wrong, and whom it concerns.
package struct CheckProblem: Hashable, Sendable {
    /// The object of the store, or the blob.
    package let path: String
    package let problem: String
    /// The ids of the snapshots that are affected.
    package var snapshots: [String]
    /// What cannot be restored of them; tags instead of names when this credential does not read names.
    package var objects: [String]

    package init(path: String, problem: String, snapshots: [String] = [], objects: [String] = []) {
        self.path = path
        self.problem = problem
        self.snapshots = snapshots
        self.objects = objects
    }
}

/// What a check found.
package struct CheckReport: Sendable {
    package let level: CheckLevel
    package let snapshots: Int
    package let blobs: Int
    package let bytesRead: Int
    package let problems: [CheckProblem]

    package var ok: Bool { problems.isEmpty }
}

/// Sizes of a repository.
package struct RepositoryStatistics: Sendable {
    package let repositoryBytes: Int
    package let snapshots: Int
    package let blobs: Int
    /// The bytes of all objects of all snapshots, as they would be without deduplication and compression.
    package let logicalBytes: Int
    /// What is stored of each type of blob, in the order of its size.
    package let types: [TypeSize]

    /// The blobs of one type.
    package struct TypeSize: Sendable {
        /// `document`, `names`, `structure` and so on.
        package let type: String
        package let blobs: Int
        /// Sealed, as they stand in packs.
        package let storedBytes: Int
        package let rawBytes: Int
    }

    /// `logicalBytes` over `repositoryBytes`; 0 for an empty repository.
    package var dedupRatio: Double { repositoryBytes == 0 ? 0 : Double(logicalBytes) / Double(repositoryBytes) }
}
