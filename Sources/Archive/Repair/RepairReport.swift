/// What a repair did, or would do.
package struct RepairReport: Equatable, Sendable {
    /// A pack that was not whole.
    package struct Pack: Equatable, Sendable {
        package let path: String
        package let problem: String
        /// Blobs that were proved to be right and are kept in another pack.
        package var saved = 0
        /// Blobs that cannot be read; nil when nobody can tell what the pack held.
        package var lost: Int? = 0
        /// Where its bytes are kept; nil when nothing of it was lost.
        package var quarantine: String?
        /// Whether it was taken away.
        package var isRemoved = false
    }

    package var isDryRun = false
    /// False for a dry run that tells of keys alone: with those that it would restore missing, the repository may not open.
    package var isComplete = true
    package var keys = KeyRepair()
    package var packs: [Pack] = []
    /// Manifests and records of maintainers whose bytes were restored.
    package var restored: [String] = []
    /// Those that cannot be restored, and why.
    package var unrestored: [String: String] = [:]
    /// Index segments and verification records that were damaged or wrong, and were deleted.
    package var segments: [String] = []
    /// Parity of packs and copies of manifests that were missing or damaged, and were made anew.
    package var parity: [String] = []
    package var bytesWritten = 0
    package var bytesRead = 0
    /// What a check of the structure finds afterwards; in a dry run, what it finds now.
    package var remaining: [CheckProblem] = []

    /// Whether there was nothing to repair and nothing is wrong.
    package var isUntouched: Bool {
        isComplete && keys == KeyRepair() && packs.isEmpty && restored.isEmpty && unrestored.isEmpty
            && segments.isEmpty && parity.isEmpty && remaining.isEmpty
    }

    /// Whether everything is whole now.
    package var isWhole: Bool {
        remaining.isEmpty && keys.problems.isEmpty && unrestored.isEmpty && packs.allSatisfy { $0.lost == 0 }
    }

    /// For a dry run: whether all that is wrong now is among what would be mended.
    package var losesNothing: Bool {
        let mended = Set(packs.map(\.path) + restored + segments + parity + keys.restored + keys.copied)
        return keys.problems.isEmpty && unrestored.isEmpty && packs.allSatisfy { $0.lost == 0 }
            && remaining.allSatisfy { problem in
                // A blob of a pack that would be mended cannot be told from another.
                mended.contains(problem.path) || problem.path.hasPrefix("blob ") && !packs.isEmpty
            }
    }

    package init() {}
}
