package import KubernetesObjects
package import Policies

/// What names a scheduled job: its kind and the name of its policy.
package struct JobID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package enum Kind: String, CaseIterable, Sendable {
        case backup
        case drill
    }

    package let kind: Kind
    package let name: String

    package init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    /// `backup/nightly`
    package var description: String { "\(kind.rawValue)/\(name)" }

    /// Backups come before drills: a drill should find the newest backup.
    package static func < (left: JobID, right: JobID) -> Bool {
        (left.kind.rawValue, left.name) < (right.kind.rawValue, right.name)
    }
}

/// A backup or a drill with its schedule.
package struct ScheduledJob: Equatable, Sendable {
    package let id: JobID
    package let schedule: Schedule

    package init(id: JobID, schedule: Schedule) {
        self.id = id
        self.schedule = schedule
    }
}

extension PolicySet {
    /// The backups and drills that have a schedule.
    package var scheduledJobs: [ScheduledJob] {
        let backups = backups.compactMap { policy in
            policy.schedule.map { ScheduledJob(id: JobID(.backup, policy.name), schedule: $0) }
        }
        let drills = drills.compactMap { drill in
            drill.schedule.map { ScheduledJob(id: JobID(.drill, drill.name), schedule: $0) }
        }
        return backups + drills
    }
}

/// One run that the schedule asks for.
package struct PlannedRun: Hashable, Sendable {
    package let job: JobID
    /// The moment that the run was planned for; with the job it identifies the run over restarts and retries.
    package let scheduledFor: Timestamp
    /// Whether the run makes up for one that was missed.
    package let isCatchUp: Bool
    /// 0 for the first attempt.
    package let attempt: Int

    package init(job: JobID, scheduledFor: Timestamp, isCatchUp: Bool = false, attempt: Int = 0) {
        self.job = job
        self.scheduledFor = scheduledFor
        self.isCatchUp = isCatchUp
        self.attempt = attempt
    }
}
