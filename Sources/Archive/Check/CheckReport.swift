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
    /// What is damaged or missing and stored twice, so that nothing is lost by it.
    package let notices: [CheckProblem]
    /// Packs without parity and manifests without a copy, in a repository that keeps them: a process was killed before they were stored.
    package var unprotected = 0
    /// The ids of snapshots of which every blob was opened and is right: those of a check of all data.
    package var proved: [String] = []

    package var ok: Bool { problems.isEmpty }
}
