import Daemon
import KubernetesObjects
import Policies
import Testing

@Suite struct `The schedule's state` {
    private let backup = JobID(.backup, "nightly")
    private let drill = JobID(.drill, "weekly")

    private func job(_ id: JobID, _ schedule: String, catchUpSeconds: Int64? = nil) throws -> ScheduledJob {
        ScheduledJob(id: id, schedule: try Schedule(parsing: schedule, catchUpSeconds: catchUpSeconds))
    }

    private func record(_ run: PlannedRun, _ outcome: RunOutcome, at start: String) throws -> RunRecord {
        RunRecord(run: run, startedAt: try moment(start), endedAt: try moment(start), outcome: outcome)
    }

    @Test func `a new job is registered, waits for its time, runs, and waits again`() throws {
        var state = ScheduleState()
        let start = try moment("2026-01-01T00:00:00Z")
        let registered = RunRecord(
            run: PlannedRun(job: backup, scheduledFor: start),
            startedAt: start,
            endedAt: start,
            outcome: .registered
        )
        let two = try moment("2026-01-01T02:00:00Z")
        #expect(
            try state.begin([job(backup, "0 2 * * *")], history: [], now: start)
                == [.record(registered), .sleep(until: two)]
        )
        let tomorrow = try moment("2026-01-02T02:00:00Z")
        let run = PlannedRun(job: backup, scheduledFor: two)
        #expect(state.tick(now: two) == [.start(run), .sleep(until: tomorrow)])
        #expect(state.running == run)
        #expect(state.runFinished(.succeeded, now: two.adding(seconds: 30)) == [.sleep(until: tomorrow)])
        #expect(state.running == nil)
    }

    @Test func `one run is made at a time, and the earliest first`() throws {
        var state = ScheduleState()
        let start = try moment("2026-01-01T01:00:00Z")
        _ = try state.begin([job(drill, "0 2 * * *"), job(backup, "0 2 * * *")], history: [], now: start)
        let two = try moment("2026-01-01T02:00:00Z")
        #expect(state.tick(now: two).first == .start(PlannedRun(job: backup, scheduledFor: two)))
        #expect(state.tick(now: two.adding(seconds: 60)) == [.sleep(until: try moment("2026-01-02T02:00:00Z"))])
        #expect(
            state.runFinished(.succeeded, now: two.adding(seconds: 90)).first
                == .start(PlannedRun(job: drill, scheduledFor: two))
        )
    }

    @Test func `a run that comes while the job still runs is skipped and counted`() throws {
        var state = ScheduleState()
        _ = try state.begin([job(backup, "@hourly")], history: [], now: try moment("2026-01-01T00:30:00Z"))
        _ = state.tick(now: try moment("2026-01-01T01:00:00Z"))
        #expect(
            try state.tick(now: moment("2026-01-01T02:00:00Z")) == [.sleep(until: try moment("2026-01-01T03:00:00Z"))]
        )
        #expect(state.jobs[backup]?.skipped == 1)
        #expect(
            try state.runFinished(.succeeded, now: moment("2026-01-01T02:10:00Z"))
                == [.sleep(until: try moment("2026-01-01T03:00:00Z"))]
        )
    }

    @Test func `a failed run is tried again after growing delays until the next planned run replaces it`() throws {
        var state = ScheduleState()
        _ = try state.begin([job(backup, "@hourly")], history: [], now: try moment("2026-01-01T00:30:00Z"))
        let one = try moment("2026-01-01T01:00:00Z")
        let two = try moment("2026-01-01T02:00:00Z")
        _ = state.tick(now: one)
        var now = one
        for (attempt, delay) in [(1, 60), (2, 120), (3, 240), (4, 480), (5, 960)] as [(Int, Int64)] {
            let retry = now.adding(seconds: delay)
            #expect(state.runFinished(.failed, now: now) == [.sleep(until: retry)])
            #expect(state.jobs[backup]?.consecutiveFailures == attempt)
            #expect(
                state.tick(now: retry)
                    == [.start(PlannedRun(job: backup, scheduledFor: one, attempt: attempt)), .sleep(until: two)]
            )
            now = retry
        }
        // The next retry would be due only after the next planned run.
        #expect(state.runFinished(.failed, now: now) == [.sleep(until: two)])
        #expect(state.tick(now: two).first == .start(PlannedRun(job: backup, scheduledFor: two)))
        _ = state.runFinished(.succeeded, now: two.adding(seconds: 5))
        #expect(state.jobs[backup]?.consecutiveFailures == 0)
        #expect(state.jobs[backup]?.missed == 0)
    }

    @Test func `a drill that was not passed has a result and is not tried again`() throws {
        var state = ScheduleState()
        _ = try state.begin([job(drill, "@daily")], history: [], now: try moment("2026-01-01T12:00:00Z"))
        _ = state.tick(now: try moment("2026-01-02T00:00:00Z"))
        #expect(
            try state.runFinished(.notPassed, now: moment("2026-01-02T00:10:00Z"))
                == [.sleep(until: try moment("2026-01-03T00:00:00Z"))]
        )
    }

    @Test func `a restart after a finished run makes no second one`() throws {
        var state = ScheduleState()
        let two = try moment("2026-01-01T02:00:00Z")
        let history = [try record(PlannedRun(job: backup, scheduledFor: two), .succeeded, at: "2026-01-01T02:00:01Z")]
        #expect(
            try state.begin([job(backup, "0 2 * * *")], history: history, now: moment("2026-01-01T02:01:00Z"))
                == [.sleep(until: try moment("2026-01-02T02:00:00Z"))]
        )
    }

    @Test func `a restart after days makes one run and counts the others as missed`() throws {
        var state = ScheduleState()
        let history = [
            try record(
                PlannedRun(job: backup, scheduledFor: try moment("2026-01-01T02:00:00Z")),
                .succeeded,
                at: "2026-01-01T02:00:01Z"
            )
        ]
        let actions = try state.begin([job(backup, "0 2 * * *")], history: history, now: moment("2026-01-05T09:00:00Z"))
        let run = PlannedRun(job: backup, scheduledFor: try moment("2026-01-05T02:00:00Z"), isCatchUp: true)
        #expect(actions == [.start(run), .sleep(until: try moment("2026-01-06T02:00:00Z"))])
        #expect(state.jobs[backup]?.missed == 3)
        #expect(try state.runFinished(.succeeded, now: moment("2026-01-05T09:01:00Z")).count == 1)
    }

    @Test func `a cancelled run is made again after the restart, and a failed one after its delay`() throws {
        let two = try moment("2026-01-01T02:00:00Z")
        let jobs = [try job(backup, "0 2 * * *")]
        var state = ScheduleState()
        let cancelled = [try record(PlannedRun(job: backup, scheduledFor: two), .cancelled, at: "2026-01-01T02:00:01Z")]
        #expect(
            try state.begin(jobs, history: cancelled, now: moment("2026-01-01T02:05:00Z")).first
                == .start(PlannedRun(job: backup, scheduledFor: two, attempt: 1))
        )
        var other = ScheduleState()
        let failed = [
            try record(PlannedRun(job: backup, scheduledFor: two), .failed, at: "2026-01-01T02:00:00Z"),
            try record(PlannedRun(job: backup, scheduledFor: two, attempt: 1), .failed, at: "2026-01-01T02:01:00Z"),
        ]
        #expect(
            try other.begin(jobs, history: failed, now: moment("2026-01-01T02:01:30Z"))
                == [.sleep(until: try moment("2026-01-01T02:03:00Z"))]
        )
        #expect(other.jobs[backup]?.consecutiveFailures == 2)
    }

    @Test func `a retry is given up after the deadline for late runs`() throws {
        var state = ScheduleState()
        _ = try state.begin(
            [job(backup, "0 2 * * *", catchUpSeconds: 90)],
            history: [],
            now: try moment("2026-01-01T00:00:00Z")
        )
        let two = try moment("2026-01-01T02:00:00Z")
        _ = state.tick(now: two)
        _ = state.runFinished(.failed, now: two.adding(seconds: 40))
        #expect(state.tick(now: two.adding(seconds: 100)) == [.sleep(until: try moment("2026-01-02T02:00:00Z"))])
        #expect(state.jobs[backup]?.missed == 1)
    }

    @Test func `a stop lets a run end, cancels it after the drain time, and leaves at last without it`() throws {
        var state = ScheduleState(options: ScheduleOptions(drainSeconds: 10, cancellationSeconds: 5))
        _ = try state.begin([job(backup, "@hourly")], history: [], now: try moment("2026-01-01T00:30:00Z"))
        let one = try moment("2026-01-01T01:00:00Z")
        _ = state.tick(now: one)
        let run = PlannedRun(job: backup, scheduledFor: one)
        var ended = state
        #expect(state.stop(now: one) == [.sleep(until: one.adding(seconds: 10))])
        #expect(state.tick(now: one.adding(seconds: 10)) == [.cancel(run), .sleep(until: one.adding(seconds: 15))])
        var heeded = state
        #expect(heeded.runFinished(.cancelled, now: one.adding(seconds: 11)) == [.finish])
        #expect(state.tick(now: one.adding(seconds: 15)) == [.finish])
        _ = ended.stop(now: one)
        #expect(ended.runFinished(.succeeded, now: one.adding(seconds: 3)) == [.finish])
        var idle = ScheduleState()
        #expect(idle.stop(now: one) == [.finish])
    }

    @Test func `other policies take effect without a restart`() throws {
        var state = ScheduleState()
        let start = try moment("2026-01-01T00:30:00Z")
        _ = try state.begin([job(backup, "@daily")], history: [], now: start)
        let noon = try moment("2026-01-01T12:00:30Z")
        let actions = try state.reload([job(backup, "@hourly"), job(drill, "@weekly")], now: noon)
        #expect(actions.last == .sleep(until: try moment("2026-01-01T13:00:00Z")))
        #expect(state.jobs[backup]?.missed == 0)
        #expect(state.jobs[drill]?.next == (try moment("2026-01-04T00:00:00Z")))
        #expect(state.reload([], now: noon) == [.sleep(until: nil)])
    }

    @Test func `C144: after a pause the next planned run is the next run, and nothing is made up for`() throws {
        var state = ScheduleState()
        let start = try moment("2026-01-01T00:30:00Z")
        _ = try state.begin([job(backup, "@hourly")], history: [], now: start)
        let paused = ScheduledJob(id: backup, schedule: try Schedule(parsing: "@hourly", isSuspended: true))
        #expect(state.reload([paused], now: start.adding(seconds: 60)) == [.sleep(until: nil)])
        #expect(state.tick(now: try moment("2026-01-01T05:00:00Z")) == [.sleep(until: nil)])
        let resumed = try moment("2026-01-01T05:10:00Z")
        let next = try moment("2026-01-01T06:00:00Z")
        #expect(try state.reload([job(backup, "@hourly")], now: resumed) == [.sleep(until: next)])
        #expect(state.jobs[backup]?.missed == 0 && state.running == nil)
        #expect(state.tick(now: next).first == .start(PlannedRun(job: backup, scheduledFor: next)))
    }
}
