package import KubernetesObjects
package import Policies

/// Decides what the daemon does next, without clocks, tasks or input and output.
///
/// The daemon feeds it events with the time and carries out the actions that it returns. One run is made at a time. A run that
/// fails is tried again after a growing delay until it succeeds or the next planned run takes its place.
package struct ScheduleState: Sendable {
    package enum Action: Equatable, Sendable {
        case start(PlannedRun)
        /// Keep this record in the history.
        case record(RunRecord)
        /// Call `tick` at this moment, or when something else happens first; nil when no time is awaited.
        case sleep(until: Timestamp?)
        /// Cancel the run and wait until it has finished.
        case cancel(PlannedRun)
        /// Stop: nothing runs any more, or what runs did not heed its cancellation.
        case finish
    }

    /// A job and where its schedule stands.
    package struct JobState: Sendable {
        package fileprivate(set) var schedule: Schedule
        /// The planned moment of the last run that was made, begun or given up.
        package fileprivate(set) var last: Timestamp
        package fileprivate(set) var next: Timestamp?
        /// The run that waits for its turn or for its next attempt.
        package fileprivate(set) var waiting: PlannedRun?
        fileprivate var notBefore: Timestamp
        package fileprivate(set) var consecutiveFailures = 0
        /// Planned runs that were never made, since the daemon started.
        package fileprivate(set) var missed = 0
        /// Planned runs that were left out because the same job still ran or waited.
        package fileprivate(set) var skipped = 0
    }

    package let options: ScheduleOptions
    package private(set) var jobs: [JobID: JobState] = [:]
    package private(set) var running: PlannedRun?
    package private(set) var stopsAt: Timestamp?
    private var isCancelling = false

    package init(options: ScheduleOptions = ScheduleOptions()) { self.options = options }

    /// Takes up the jobs where the history left them, and begins.
    package mutating func begin(_ scheduled: [ScheduledJob], history: [RunRecord], now: Timestamp) -> [Action] {
        let records = Dictionary(grouping: history, by: \.run.job)
        var actions: [Action] = []
        for job in scheduled { actions += add(job, records[job.id] ?? [], now: now) }
        return actions + tick(now: now)
    }

    /// Takes other policies: new jobs begin now, removed ones end after a run that is under way.
    package mutating func reload(_ scheduled: [ScheduledJob], now: Timestamp) -> [Action] {
        var actions: [Action] = []
        let ids = Set(scheduled.map(\.id))
        jobs = jobs.filter { ids.contains($0.key) }
        for job in scheduled {
            guard let known = jobs[job.id] else {
                actions += add(job, [], now: now)
                continue
            }
            guard known.schedule != job.schedule else { continue }
            // A new schedule counts from now; the times that it would have had before are not missed.
            jobs[job.id]?.schedule = job.schedule
            jobs[job.id]?.last = max(known.last, now)
        }
        return actions + tick(now: now)
    }

    /// Looks at the time.
    package mutating func tick(now: Timestamp) -> [Action] {
        if stopsAt != nil { return stopping(now: now) }
        for id in jobs.keys { plan(id, now: now) }
        var actions: [Action] = []
        if running == nil, let run = dueRun(now: now) {
            running = run
            jobs[run.job]?.waiting = nil
            actions.append(.start(run))
        }
        actions.append(.sleep(until: nextWake(now: now)))
        return actions
    }

    /// Takes the end of the run that is under way.
    package mutating func runFinished(_ outcome: RunOutcome, now: Timestamp) -> [Action] {
        guard let run = running else { return tick(now: now) }
        running = nil
        if stopsAt != nil { return [.finish] }
        if outcome.isRetried {
            retry(run, failures: (jobs[run.job]?.consecutiveFailures ?? 0) + 1, endedAt: now)
        } else {
            jobs[run.job]?.consecutiveFailures = 0
        }
        return tick(now: now)
    }

    /// Begins to stop: a run that is under way may end within the drain time and is then cancelled.
    package mutating func stop(now: Timestamp) -> [Action] {
        guard stopsAt == nil else { return [] }
        stopsAt = now
        return running == nil ? [.finish] : stopping(now: now)
    }

    private mutating func stopping(now: Timestamp) -> [Action] {
        guard let stopsAt, let running else { return [.finish] }
        let cancelsAt = stopsAt.adding(seconds: options.drainSeconds)
        let abandonsAt = cancelsAt.adding(seconds: options.cancellationSeconds)
        if now < cancelsAt { return [.sleep(until: cancelsAt)] }
        if now >= abandonsAt, isCancelling { return [.finish] }
        let actions: [Action] = isCancelling ? [] : [.cancel(running)]
        isCancelling = true
        return actions + [.sleep(until: max(abandonsAt, now.adding(seconds: 1)))]
    }
}

extension ScheduleState {
    private mutating func add(_ job: ScheduledJob, _ records: [RunRecord], now: Timestamp) -> [Action] {
        let records = records.sorted { ($0.startedAt, $0.run.attempt) < ($1.startedAt, $1.run.attempt) }
        var state = JobState(schedule: job.schedule, last: now, notBefore: now)
        guard let latest = records.last else {
            jobs[job.id] = state
            let run = PlannedRun(job: job.id, scheduledFor: now)
            return [.record(RunRecord(run: run, startedAt: now, endedAt: now, outcome: .registered))]
        }
        state.last = records.map(\.run.scheduledFor).max() ?? now
        jobs[job.id] = state
        switch latest.outcome {
        case .failed:
            let failures = records.reversed().prefix { $0.outcome == .failed }.count
            retry(latest.run, failures: failures, endedAt: latest.endedAt)
        case .cancelled: retry(latest.run, failures: 0, endedAt: now)
        default: break
        }
        return []
    }

    private mutating func retry(_ run: PlannedRun, failures: Int, endedAt: Timestamp) {
        jobs[run.job]?.consecutiveFailures = failures
        jobs[run.job]?.notBefore = endedAt.adding(seconds: options.retryDelay(afterFailures: failures))
        jobs[run.job]?.waiting = PlannedRun(
            job: run.job,
            scheduledFor: run.scheduledFor,
            isCatchUp: run.isCatchUp,
            attempt: run.attempt + 1
        )
    }

    /// Puts a planned run that has come into its place.
    private mutating func plan(_ id: JobID, now: Timestamp) {
        guard var job = jobs[id] else { return }
        let decision = ScheduleDecision(schedule: job.schedule, last: job.last, now: now)
        job.next = decision.next
        job.missed += decision.missed
        job.last = decision.settled ?? job.last
        if let run = decision.run {
            if running?.job == id {
                job.skipped += 1
            } else {
                if job.waiting?.attempt == 0 { job.skipped += 1 }
                job.waiting = PlannedRun(job: id, scheduledFor: run.scheduledFor, isCatchUp: run.isCatchUp)
                job.notBefore = now
            }
        } else if let waiting = job.waiting, let limit = job.schedule.catchUpSeconds,
            now - waiting.scheduledFor > max(limit, ScheduleDecision.punctualSeconds)
        {
            job.waiting = nil
            job.missed += 1
        }
        if job.schedule.isSuspended { job.waiting = nil }
        jobs[id] = job
    }

    /// The run that has waited longest among those whose time has come.
    private func dueRun(now: Timestamp) -> PlannedRun? {
        jobs.values.filter { $0.notBefore <= now }.compactMap(\.waiting)
            .min { ($0.scheduledFor, $0.job) < ($1.scheduledFor, $1.job) }
    }

    private func nextWake(now: Timestamp) -> Timestamp? {
        let planned = jobs.values.compactMap(\.next)
        let retries = running == nil ? jobs.values.filter { $0.waiting != nil }.map(\.notBefore) : []
        return (planned + retries.filter { $0 > now }).min()
    }
}
