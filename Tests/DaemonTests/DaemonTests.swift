import Daemon
import KubernetesObjects
import Policies
import ServiceLifecycle
import ServiceLifecycleTestKit
import Synchronization
import Testing

/// Moves the clock from one moment that the daemon waits for to the next; a run that has begun ends at its moment.
private func advance(_ daemon: Daemon, _ clock: ManualClock, until end: Timestamp) async {
    while true {
        let status = daemon.currentStatus
        if status.isReady, status.running == nil, let wake = clock.nextWake, wake == status.wakesAt {
            clock.advance(to: min(wake, end))
            if wake > end { return }
        }
        await Task.yield()
    }
}

@Suite struct `The daemon` {
    private let policies: PolicySet
    private let start: Timestamp

    init() throws {
        policies = PolicySet(
            backups: [
                BackupPolicy(name: "hourly", schedule: try Schedule(parsing: "@hourly")), BackupPolicy(name: "by-hand"),
            ],
            drills: [
                RestoreDrill(
                    name: "daily",
                    objectives: DrillObjectives(recoveryTimeSeconds: 1800),
                    schedule: try Schedule(parsing: "30 2 * * *")
                )
            ]
        )
        start = try moment("2026-01-01T00:30:00Z")
    }

    private func daemon(_ clock: ManualClock, _ history: MemoryHistory, _ actions: DaemonActions) -> Daemon {
        Daemon(
            policies: policies,
            actions: actions,
            history: history.history,
            clock: clock.clock,
            version: "1.0.0",
            options: ScheduleOptions(drainSeconds: 10, cancellationSeconds: 10),
            logger: .silent
        )
    }

    @Test func `backups and a drill run on their schedules, and a restart neither repeats nor loses one`() async throws
    {
        let (clock, history) = (ManualClock(start), MemoryHistory())
        let actions = DaemonActions(runBackup: { _ in .sample }, runDrill: { _ in .sample })
        let first = daemon(clock, history, actions)
        try await testGracefulShutdown { trigger in
            async let run: Void = first.run()
            await advance(first, clock, until: try moment("2026-01-01T03:10:00Z"))
            await history.wait(for: 2 + 4)
            trigger.triggerGracefulShutdown()
            try await run
        }
        #expect(
            history.runs.map { "\($0.run.job) \($0.run.scheduledFor) \($0.outcome)" } == [
                "backup/hourly 2026-01-01T01:00:00Z succeeded", "backup/hourly 2026-01-01T02:00:00Z succeeded",
                "drill/daily 2026-01-01T02:30:00Z succeeded", "backup/hourly 2026-01-01T03:00:00Z succeeded",
            ]
        )

        // The second daemon begins five minutes later, and a third one after most of a day.
        let second = daemon(clock, history, actions)
        try await testGracefulShutdown { trigger in
            async let run: Void = second.run()
            await advance(second, clock, until: try moment("2026-01-01T03:59:00Z"))
            #expect(history.runs.count == 4)
            trigger.triggerGracefulShutdown()
            try await run
        }
        clock.advance(to: try moment("2026-01-01T22:20:00Z"))
        let third = daemon(clock, history, actions)
        try await testGracefulShutdown { trigger in
            async let run: Void = third.run()
            await history.wait(for: 2 + 5)
            trigger.triggerGracefulShutdown()
            try await run
        }
        #expect(history.runs.count == 5)
        let catchUp = try #require(history.runs.last)
        #expect(
            catchUp.run
                == PlannedRun(
                    job: JobID(.backup, "hourly"),
                    scheduledFor: try moment("2026-01-01T22:00:00Z"),
                    isCatchUp: true
                )
        )
        #expect(third.currentStatus.jobs[JobID(.backup, "hourly")]?.missed == 18)
    }

    @Test func `an hour without the API server is retried, counted, and ends with the next success`() async throws {
        let (clock, history) = (ManualClock(start), MemoryHistory())
        let outageEnds = try moment("2026-01-01T02:00:00Z")
        let actions = DaemonActions(
            runBackup: { _ in
                guard clock.now >= outageEnds else {
                    throw LifeboatError(.clusterUnreachable, "the API server does not answer")
                }
                return .sample
            },
            runDrill: { _ in .sample }
        )
        let daemon = daemon(clock, history, actions)
        try await testGracefulShutdown { trigger in
            async let run: Void = daemon.run()
            await advance(daemon, clock, until: outageEnds)
            // Attempts at 0, 1, 3, 7, 15 and 31 minutes, and the next planned run.
            await history.wait(for: 2 + 7)
            trigger.triggerGracefulShutdown()
            try await run
        }
        #expect(history.runs.map(\.outcome) == [.failed, .failed, .failed, .failed, .failed, .failed, .succeeded])
        #expect(
            history.runs.map(\.startedAt).map { ($0 - history.runs[0].startedAt) / 60 } == [0, 1, 3, 7, 15, 31, 60]
        )
        #expect(history.runs.first?.errorCode == "cluster.unreachable")
        let status = daemon.currentStatus
        #expect(status.jobs[JobID(.backup, "hourly")]?.consecutiveFailures == 0)
        #expect(status.jobs[JobID(.backup, "hourly")]?.missed == 0)
        #expect(status.metricsPage.contains(#"lifeboat_backup_runs_total{schedule="hourly",result="failed"} 6"#))
        #expect(status.metricsPage.contains(#"lifeboat_backup_runs_total{schedule="hourly",result="succeeded"} 1"#))
    }

    @Test func `a stop cancels a running backup after the drain time, and the next start makes it again`() async throws
    {
        let (clock, history) = (ManualClock(start), MemoryHistory())
        let endless = DaemonActions(
            runBackup: { _ in
                try await clock.clock.sleep(Timestamp(secondsSince1970: .max))
                return .sample
            },
            runDrill: { _ in .sample }
        )
        let first = daemon(clock, history, endless)
        try await testGracefulShutdown { trigger in
            async let run: Void = first.run()
            while clock.nextWake == nil { await Task.yield() }
            clock.advance(to: try moment("2026-01-01T01:00:00Z"))
            while first.currentStatus.running == nil { await Task.yield() }
            trigger.triggerGracefulShutdown()
            while !first.currentStatus.isStopping { await Task.yield() }
            #expect(!StatusPages(first.currentStatus, now: first.now).answer(to: "/readyz").isGood)
            let drained = try moment("2026-01-01T01:00:10Z")
            while clock.nextWake != drained { await Task.yield() }
            clock.advance(to: drained)
            try await run
        }
        #expect(history.runs.map(\.outcome) == [.cancelled])
        let second = daemon(clock, history, DaemonActions(runBackup: { _ in .sample }, runDrill: { _ in .sample }))
        try await testGracefulShutdown { trigger in
            async let run: Void = second.run()
            await history.wait(for: 2 + 2)
            trigger.triggerGracefulShutdown()
            try await run
        }
        #expect(history.runs.map(\.outcome) == [.cancelled, .succeeded])
        #expect(
            history.runs.map(\.run.scheduledFor) == [
                try moment("2026-01-01T01:00:00Z"), try moment("2026-01-01T01:00:00Z"),
            ]
        )
    }

    @Test func `a history that cannot be written is caught up with later`() async throws {
        let (clock, history) = (ManualClock(start), MemoryHistory())
        let failures = Mutex(4)
        let flaky = RunHistory(
            load: { history.all },
            append: { record in
                let fails = failures.withLock { left in
                    left -= 1
                    return left >= 0
                }
                if fails { throw LifeboatError(.storageFull, "no space is left") }
                history.append(record)
            }
        )
        let daemon = Daemon(
            policies: policies,
            actions: DaemonActions(runBackup: { _ in .sample }, runDrill: { _ in .sample }),
            history: flaky,
            clock: clock.clock,
            version: "1.0.0",
            logger: .silent
        )
        try await testGracefulShutdown { trigger in
            async let run: Void = daemon.run()
            await advance(daemon, clock, until: try moment("2026-01-01T03:10:00Z"))
            await history.wait(for: 2 + 4)
            trigger.triggerGracefulShutdown()
            try await run
        }
        #expect(history.runs.count == 4)
        #expect(daemon.currentStatus.metricsPage.contains("lifeboat_history_write_failures_total 4"))
    }
}
