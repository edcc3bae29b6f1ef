import KubernetesObjects
import Policies
import Testing

@Suite struct `What is due` {
    private func decide(
        _ schedule: Schedule,
        last: String,
        now: String
    ) throws -> ScheduleDecision {
        ScheduleDecision(schedule: schedule, last: try Timestamp(parsing: last), now: try Timestamp(parsing: now))
    }

    @Test func `nothing before the time`() throws {
        let decision = try decide(
            try Schedule(parsing: "0 2 * * *"),
            last: "2026-01-01T02:00:00Z",
            now: "2026-01-02T01:59:59Z"
        )
        #expect(
            decision
                == ScheduleDecision(
                    run: nil,
                    next: try Timestamp(parsing: "2026-01-02T02:00:00Z"),
                    missed: 0,
                    settled: nil
                )
        )
    }

    @Test func `a run at its time`() throws {
        let decision = try decide(
            try Schedule(parsing: "0 2 * * *"),
            last: "2026-01-01T02:00:00Z",
            now: "2026-01-02T02:00:00Z"
        )
        let time = try Timestamp(parsing: "2026-01-02T02:00:00Z")
        #expect(decision.run == .init(scheduledFor: time, isCatchUp: false))
        #expect(decision.settled == time)
        #expect(decision.next == time.adding(seconds: 86_400))
        #expect(decision.missed == 0)
    }

    @Test func `one run makes up for many missed ones`() throws {
        let decision = try decide(
            try Schedule(parsing: "@hourly"),
            last: "2026-01-01T00:00:00Z",
            now: "2026-01-01T10:30:00Z"
        )
        #expect(decision.run == .init(scheduledFor: try Timestamp(parsing: "2026-01-01T10:00:00Z"), isCatchUp: true))
        #expect(decision.missed == 9)
        #expect(decision.next == (try Timestamp(parsing: "2026-01-01T11:00:00Z")))
    }

    @Test func `a run that is later than the deadline is only counted`() throws {
        let schedule = try Schedule(parsing: "0 2 * * *", catchUpSeconds: 3600)
        let late = try decide(schedule, last: "2026-01-01T02:00:00Z", now: "2026-01-02T03:00:01Z")
        #expect(late.run == nil)
        #expect(late.missed == 1)
        #expect(late.settled == (try Timestamp(parsing: "2026-01-02T02:00:00Z")))
        #expect(try decide(schedule, last: "2026-01-01T02:00:00Z", now: "2026-01-02T03:00:00Z").run?.isCatchUp == true)
    }

    @Test func `a suspended schedule asks for nothing`() throws {
        let schedule = try Schedule(parsing: "* * * * *", isSuspended: true)
        let decision = try decide(schedule, last: "2026-01-01T02:00:00Z", now: "2026-01-02T03:00:01Z")
        #expect(decision == ScheduleDecision(run: nil, next: nil, missed: 0, settled: nil))
    }

    @Test func `a clock that went back asks for nothing`() throws {
        let decision = try decide(
            try Schedule(parsing: "@hourly"),
            last: "2026-01-05T00:00:00Z",
            now: "2026-01-01T00:30:00Z"
        )
        #expect(decision.run == nil)
        #expect(decision.missed == 0)
    }

    @Test func `a year of missed minutes is not counted one by one`() throws {
        let decision = try decide(
            try Schedule(parsing: "* * * * *"),
            last: "2025-01-01T00:00:00Z",
            now: "2026-01-01T00:00:30Z"
        )
        #expect(decision.run == .init(scheduledFor: try Timestamp(parsing: "2026-01-01T00:00:00Z"), isCatchUp: false))
        #expect(decision.missed == ScheduleDecision.countedRuns - 1)
    }
}
