package import KubernetesObjects

/// Which snapshots a retention keeps and why, and which it lets go. Pure.
///
/// The rules are restic's (https://restic.readthedocs.io/en/stable/060_forget.html), each for the snapshots of one cluster and policy. They
/// count complete snapshots only, so that backups which failed in part never push a good one out.
package struct RetentionPlan: Sendable, Equatable {
    /// What the rules ask about a snapshot.
    package struct Candidate: Sendable, Hashable {
        package let id: String
        package let takenAt: Timestamp
        /// The place in the chain of its writer, which tells two of the same second apart.
        package let sequence: UInt64
        /// Snapshots of one group are weighed against each other: those of one cluster and policy.
        package let group: String
        package let tags: Set<String>
        /// Whether everything that was to be captured could be read.
        package let isComplete: Bool
        /// Whether something proved that it can be restored.
        package let isVerified: Bool
        /// Until when the store locks it: before that, to forget it frees nothing.
        package let lockedUntil: Timestamp?

        package init(
            id: String,
            takenAt: Timestamp,
            sequence: UInt64 = 0,
            group: String,
            tags: Set<String> = [],
            isComplete: Bool = true,
            isVerified: Bool = false,
            lockedUntil: Timestamp? = nil
        ) {
            self.id = id
            self.takenAt = takenAt
            self.sequence = sequence
            self.group = group
            self.tags = tags
            self.isComplete = isComplete
            self.isVerified = isVerified
            self.lockedUntil = lockedUntil
        }

        /// The order of snapshots, as lists of them show it.
        static func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
            (left.takenAt, left.sequence, left.id) < (right.takenAt, right.sequence, right.id)
        }
    }

    package struct Kept: Sendable, Equatable {
        package let candidate: Candidate
        package let reasons: [String]
    }

    /// A snapshot with this tag is kept whatever the rules say.
    package static let pin = "lifeboat.dr/pin"

    /// The newest first, as are those that are let go.
    package private(set) var kept: [Kept] = []
    package private(set) var removed: [Candidate] = []

    /// - Parameters:
    ///   - now: snapshots from the future stay and count for nothing, so that a wrong clock lets nothing go.
    ///   - zone: by whose calendar days, weeks, months and years are told.
    package init(
        _ policy: RetentionPolicy,
        _ candidates: [Candidate],
        now: Timestamp,
        zone: ScheduleTimeZone = .utc
    ) {
        for (_, group) in Dictionary(grouping: candidates, by: \.group) {
            let newestFirst = group.sorted { Candidate.precedes($1, $0) }
            var reasons = RetentionReasons(policy, newestFirst, now, zone)
            reasons.find()
            for candidate in newestFirst {
                if let found = reasons.found[candidate.id] {
                    kept.append(Kept(candidate: candidate, reasons: found))
                } else {
                    removed.append(candidate)
                }
            }
        }
        kept.sort { Candidate.precedes($1.candidate, $0.candidate) }
        removed.sort { Candidate.precedes($1, $0) }
    }

    /// The snapshots that may not go although they are named: the last complete one of a group, the last complete one that was verified,
    /// and those that are pinned. One from the future takes the place of none of them.
    ///
    /// - Parameter ignoresPins: whether pinned ones may go, too.
    package static func protected(
        _ named: Set<String>,
        of candidates: [Candidate],
        ignoresPins: Bool = false,
        now: Timestamp
    ) -> [Kept] {
        var kept: [Kept] = []
        for (_, group) in Dictionary(grouping: candidates, by: \.group) {
            let present = group.filter { $0.isComplete && $0.takenAt <= now }
            let complete = present.isEmpty ? group.filter(\.isComplete) : present
            let remains = complete.contains { !named.contains($0.id) }
            let verified = complete.filter(\.isVerified)
            let lastVerified = verified.max { Candidate.precedes($0, $1) }
            let last = complete.max { Candidate.precedes($0, $1) }
            for candidate in group where named.contains(candidate.id) {
                if candidate.tags.contains(pin), !ignoresPins {
                    kept.append(Kept(candidate: candidate, reasons: ["it is pinned"]))
                } else if !remains, candidate == last {
                    kept.append(
                        Kept(candidate: candidate, reasons: ["it is the last complete one of its cluster and policy"])
                    )
                } else if candidate == lastVerified, !verified.contains(where: { !named.contains($0.id) }) {
                    kept.append(
                        Kept(candidate: candidate, reasons: ["it is the last verified one of its cluster and policy"])
                    )
                }
            }
        }
        return kept.sorted { Candidate.precedes($1.candidate, $0.candidate) }
    }
}
