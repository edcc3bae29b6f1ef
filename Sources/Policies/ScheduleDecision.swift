package import KubernetesObjects

/// What a schedule asks for at a moment: nothing yet, or one run.
///
/// Runs that were missed while nothing ran are made up for by one run, the latest of them; the others count as missed.
package struct ScheduleDecision: Equatable, Sendable {
    /// A run that is due.
    package struct Run: Equatable, Sendable {
        /// The moment that the run was planned for; it identifies the run.
        package let scheduledFor: Timestamp
        /// Whether the run comes so late that it was missed and is made up for.
        package let isCatchUp: Bool

        package init(scheduledFor: Timestamp, isCatchUp: Bool) {
            self.scheduledFor = scheduledFor
            self.isCatchUp = isCatchUp
        }
    }

    package let run: Run?
    /// The next planned run after now; nil when the schedule is suspended or has no further run.
    package let next: Timestamp?
    /// Planned runs that will never be made, at most `countedRuns`.
    package let missed: Int
    /// The latest planned run that is settled by this decision, run or missed; nil when nothing was planned.
    package let settled: Timestamp?

    /// More missed runs than this are not counted one by one.
    package static let countedRuns = 1000
    /// A run that starts within this time after its moment is on time.
    package static let punctualSeconds: Int64 = 60

    package init(run: Run?, next: Timestamp?, missed: Int, settled: Timestamp?) {
        self.run = run
        self.next = next
        self.missed = missed
        self.settled = settled
    }

    /// Decides.
    ///
    /// - Parameter last: the planned moment of the last run that was made or given up; for a schedule that never ran, the
    ///   moment from which it is in force.
    package init(schedule: Schedule, last: Timestamp, now: Timestamp) {
        guard !schedule.isSuspended else {
            self.init(run: nil, next: nil, missed: 0, settled: nil)
            return
        }
        let next = schedule.next(after: now)
        guard let (latest, count) = Self.latestRun(of: schedule, after: last, until: now) else {
            self.init(run: nil, next: next, missed: 0, settled: nil)
            return
        }
        let lateness = now - latest
        if let limit = schedule.catchUpSeconds, lateness > max(limit, Self.punctualSeconds) {
            self.init(run: nil, next: next, missed: count, settled: latest)
            return
        }
        let run = Run(scheduledFor: latest, isCatchUp: lateness > Self.punctualSeconds)
        self.init(run: run, next: next, missed: count - 1, settled: latest)
    }

    /// The latest planned run in a span of time, and how many there are.
    private static func latestRun(
        of schedule: Schedule,
        after start: Timestamp,
        until end: Timestamp
    ) -> (Timestamp, Int)? {
        guard var latest = schedule.next(after: start), latest <= end else { return nil }
        var count = 1
        while let run = schedule.next(after: latest), run <= end {
            latest = run
            count += 1
            guard count < countedRuns else { return (latestRun(of: schedule, beforeOrAt: end, atLeast: latest), count) }
        }
        return (latest, count)
    }

    /// The latest planned run, looked for from the end in growing steps, for a schedule with very many runs.
    private static func latestRun(of schedule: Schedule, beforeOrAt end: Timestamp, atLeast known: Timestamp)
        -> Timestamp
    {
        var step: Int64 = 60
        var start = end.adding(seconds: -step)
        while start > known {
            if var latest = schedule.next(after: start), latest <= end {
                while let run = schedule.next(after: latest), run <= end { latest = run }
                return latest
            }
            step *= 2
            start = end.adding(seconds: -step)
        }
        var latest = known
        while let run = schedule.next(after: latest), run <= end { latest = run }
        return latest
    }
}
