import Daemon
import KubernetesObjects
import Logging
import Policies
import Synchronization
import Testing

@Suite struct `The history of runs` {
    /// Objects by name, as an object store keeps them.
    private final class Objects: Sendable {
        let values = Mutex<[String: [UInt8]]>([:])
        let reads = Mutex(0)
        let skipped = Mutex<[String]>([])

        var history: RunHistory {
            .objects(
                prefix: "h/",
                list: { prefix in self.values.withLock { $0.keys.filter { $0.hasPrefix(prefix) } } },
                get: { name in
                    self.reads.withLock { $0 += 1 }
                    return self.values.withLock { $0[name] ?? [] }
                },
                skipped: { name in self.skipped.withLock { $0.append(name) } },
                put: { name, bytes in self.values.withLock { $0[name] = bytes } }
            )
        }
    }

    private func record(_ job: JobID, _ day: Int64, backup: BackupRecord? = nil, drill: DrillRecord? = nil) throws
        -> RunRecord
    {
        let time = try moment("2026-01-01T02:00:00Z").adding(seconds: day * 86_400)
        return RunRecord(
            run: PlannedRun(job: job, scheduledFor: time, isCatchUp: day == 1, attempt: Int(day)),
            startedAt: time.adding(seconds: 3),
            endedAt: time.adding(seconds: 60),
            outcome: .succeeded,
            errorCode: backup == nil ? "internal" : nil,
            message: backup == nil ? "ä \"quoted\"" : nil,
            backup: backup,
            drill: drill
        )
    }

    @Test func `reads back what was written`() async throws {
        let objects = Objects()
        let records = [
            try record(JobID(.backup, "a.b-c"), 0, backup: .sample), try record(JobID(.drill, "x"), 1, drill: .sample),
        ]
        for record in records { try await objects.history.append(record) }
        let read = try await objects.history.load().sorted { $0.startedAt < $1.startedAt }
        #expect(read == records)
        let names = objects.values.withLock { $0.keys.sorted() }
        #expect(names.first == "h/20260101T020003Z.backup.20260101T020000Z.0.a.b-c.json")
    }

    @Test func `reads only the newest records of every job`() async throws {
        let objects = Objects()
        for day in 0..<80 {
            try await objects.history.append(try record(JobID(.backup, "daily"), Int64(day), backup: .sample))
        }
        try await objects.history.append(try record(JobID(.drill, "once"), 0, drill: .sample))
        objects.values.withLock { $0["h/README"] = [1] }
        let read = try await objects.history.load()
        #expect(read.count == RunHistory.recordsPerJob + 1)
        #expect(objects.reads.withLock { $0 } == RunHistory.recordsPerJob + 1)
        #expect(read.contains { $0.run.attempt == 79 } && read.contains { $0.run.job.kind == .drill })
    }

    @Test func `a damaged record is named, and keeps the daemon neither from the others nor from its work`()
        async throws
    {
        let objects = Objects()
        let names = ["20260101T020003Z.backup.20260101T020000Z.0.a.json", "29991231T000000Z.backup.x.0.y.json"]
        for name in names { objects.values.withLock { $0["h/" + name] = Array("{".utf8) } }
        let whole = try record(JobID(.backup, "whole"), 0, backup: .sample)
        try await objects.history.append(whole)
        #expect(try await objects.history.load() == [whole])
        #expect(objects.skipped.withLock { Set($0) } == Set(names.map { "h/" + $0 }))
    }

    @Test func `a record is not taken for damaged because the store could not be reached`() async throws {
        let history = RunHistory.objects(
            prefix: "h/",
            list: { _ in ["h/20261123T020003Z.backup.20261123T020000Z.0.nightly.json"] },
            get: { _ in throw LifeboatError(.storeUnreachable, "away") },
            skipped: { Issue.record("\($0) was left out") },
            put: { _, _ in }
        )
        let error = await #expect(throws: LifeboatError.self) { _ = try await history.load() }
        #expect(error?.code == .storeUnreachable)
    }

    @Test func `log lines are JSON objects with their metadata`() throws {
        let lines = Mutex<[[UInt8]]>([])
        let time = try moment("2026-01-01T02:00:00Z")
        var logger = Logger(label: "daemon") { label in
            JSONLogHandler(label: label, now: { time }, write: { line in lines.withLock { $0.append(line) } })
        }
        logger[metadataKey: "cluster"] = "prod"
        logger.warning("two\n\"lines\"", metadata: ["n": "1", "list": ["a"], "message": "kept apart"])
        logger.debug("not shown")
        let written = lines.withLock { $0 }
        #expect(written.count == 1)
        let line = try #require(written.first)
        #expect(line.last == UInt8(ascii: "\n") && line.count { $0 == UInt8(ascii: "\n") } == 1)
        #expect(
            try JSONValue(parsing: Array(line.dropLast())) == [
                "time": "2026-01-01T02:00:00Z", "level": "warning", "logger": "daemon", "message": "two\n\"lines\"",
                "cluster": "prod", "list": ["a"], "metadata.message": "kept apart", "n": "1",
            ]
        )
    }
}
