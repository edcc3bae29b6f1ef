import Daemon
import Foundation
import KubernetesObjects
import Policies
import Testing

private let promtool = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":").map { "\($0)/promtool" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }

@Suite struct `The metrics page` {
    private func status() throws -> Daemon.Status {
        var metrics = DaemonMetrics(version: "1.0.0-\"test\"")
        metrics.setObjectives(
            of: PolicySet(drills: [
                RestoreDrill(
                    name: "weekly",
                    objectives: DrillObjectives(recoveryTimeSeconds: 1800, recoveryPointSeconds: 60)
                )
            ])
        )
        metrics.repository = RepositoryFigures(bytes: 1 << 40, snapshots: 12, deduplicationRatio: 3.25)
        let backup = PlannedRun(job: JobID(.backup, "nightly"), scheduledFor: try moment("2026-01-01T02:00:00Z"))
        let drill = PlannedRun(job: JobID(.drill, "weekly"), scheduledFor: try moment("2026-01-01T03:00:00Z"))
        let (start, end) = (try moment("2026-01-01T02:00:00Z"), try moment("2026-01-01T02:00:40Z"))
        metrics.apply(RunRecord(run: backup, startedAt: start, endedAt: end, outcome: .succeeded, backup: .sample))
        metrics.apply(RunRecord(run: backup, startedAt: start, endedAt: end, outcome: .failed, errorCode: "internal"))
        metrics.apply(RunRecord(run: drill, startedAt: start, endedAt: end, outcome: .succeeded, drill: .sample))
        var state = ScheduleState()
        _ = state.begin(
            [ScheduledJob(id: backup.job, schedule: try Schedule(parsing: "0 2 * * *"))],
            history: [],
            now: start
        )
        var status = Daemon.Status(metrics: metrics)
        status.jobs = state.jobs
        status.isReady = true
        return status
    }

    @Test func `shows runs, times, sizes and verdicts`() throws {
        let lines = try status().metricsPage.split(separator: "\n").map(String.init)
        for line in [
            #"lifeboat_build_info{version="1.0.0-\"test\""} 1"#,
            #"lifeboat_backup_runs_total{schedule="nightly",result="failed"} 1"#,
            #"lifeboat_backup_runs_total{schedule="nightly",result="succeeded"} 1"#,
            #"lifeboat_backup_last_success_timestamp_seconds{schedule="nightly"} 1767232840"#,
            #"lifeboat_backup_duration_seconds_bucket{schedule="nightly",le="30"} 0"#,
            #"lifeboat_backup_duration_seconds_bucket{schedule="nightly",le="60"} 1"#,
            #"lifeboat_backup_duration_seconds_sum{schedule="nightly"} 40"#,
            #"lifeboat_backup_objects{schedule="nightly"} 120"#,
            #"lifeboat_schedule_next_run_timestamp_seconds{kind="backup",schedule="nightly"} 1767319200"#,
            #"lifeboat_drill_runs_total{drill="weekly",verdict="pass"} 1"#,
            #"lifeboat_drill_rto_seconds{drill="weekly"} 42.5"#,
            #"lifeboat_drill_rto_target_seconds{drill="weekly"} 1800"#,
            #"lifeboat_drill_check_status{drill="weekly",check="a.b",severity="minor"} 0"#,
            "lifeboat_repo_bytes 1099511627776", "lifeboat_repo_dedup_ratio 3.25",
            "# TYPE lifeboat_backup_duration_seconds histogram",
        ] { #expect(lines.contains(line), "\(line)") }
        #expect(Set(lines).count == lines.count)
    }

    @Test func `counters start anew after a restart and results do not`() throws {
        var metrics = DaemonMetrics(version: "1")
        let run = PlannedRun(job: JobID(.backup, "nightly"), scheduledFor: try moment("2026-01-01T02:00:00Z"))
        let end = try moment("2026-01-01T02:00:40Z")
        metrics.restore(RunRecord(run: run, startedAt: end, endedAt: end, outcome: .succeeded, backup: .sample))
        let page = Daemon.Status(metrics: metrics).metricsPage
        #expect(page.contains("lifeboat_backup_last_success_timestamp_seconds"))
        #expect(!page.contains("lifeboat_backup_runs_total{"))
    }

    /// Needs `promtool` of Debian's package prometheus.
    @Test(.enabled(if: promtool != nil, "promtool is not on PATH"))
    func `is accepted by promtool`() throws {
        let process = Process()
        process.executableURL = URL(filePath: try #require(promtool))
        process.arguments = ["check", "metrics"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(try status().metricsPage.utf8))
        try input.fileHandleForWriting.close()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(text.isEmpty, "\(text)")
    }

    @Test func `readiness and health say what is wrong`() throws {
        var status = try status()
        let now = try moment("2026-01-01T00:00:00Z")
        #expect(StatusPages(status, now: now).answer(to: "/readyz").body == "ready\n")
        status.wakesAt = now.adding(seconds: -200)
        #expect(StatusPages(status, now: now).answer(to: "/healthz").isGood)
        status.wakesAt = now.adding(seconds: -400)
        #expect(!StatusPages(status, now: now).answer(to: "/healthz").isGood)
        status.isReady = false
        #expect(!StatusPages(status, now: now).answer(to: "/readyz").isGood)
        let json = try JSONValue(parsing: StatusPages(status, now: now).answer(to: "/status").body)
        #expect(json["schedules"]?.array?.first?["name"] == "nightly")
    }
}
