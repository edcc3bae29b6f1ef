package import KubernetesObjects
import Policies

/// The answers of the daemon's HTTP endpoints, as pure values.
package struct StatusPages: Sendable {
    package struct Answer: Equatable, Sendable {
        package let isGood: Bool
        package let contentType: String
        package let body: String
    }

    private let status: Daemon.Status
    private let now: Timestamp

    package init(_ status: Daemon.Status, now: Timestamp) {
        self.status = status
        self.now = now
    }

    /// The loop wakes within seconds of its time; after this it is stuck.
    private static let stuckSeconds: Int64 = 300

    package func answer(to path: String) -> Answer {
        switch path {
        case "/metrics":
            Answer(isGood: true, contentType: "text/plain; version=0.0.4; charset=utf-8", body: status.metricsPage)
        case "/readyz":
            if status.isStopping {
                text(false, "stopping")
            } else {
                text(status.isReady, status.isReady ? "ready" : "not ready: the history is being read")
            }
        case "/status":
            Answer(isGood: true, contentType: "application/json", body: json.prettyPrinted() + "\n")
        default:
            if let wakesAt = status.wakesAt, now - wakesAt > Self.stuckSeconds {
                text(false, "stuck: the schedule should have been looked at by \(wakesAt)")
            } else {
                text(true, "ok")
            }
        }
    }

    private func text(_ isGood: Bool, _ body: String) -> Answer {
        Answer(isGood: isGood, contentType: "text/plain; charset=utf-8", body: body + "\n")
    }

    private var json: JSONValue {
        [
            "schemaVersion": "lifeboat.dr/v1",
            "now": .string(now.description),
            "running": status.running.map { .string($0.job.description) } ?? .null,
            "schedules": .array(status.jobs.sorted { $0.key < $1.key }.map { schedule($0.key, $0.value) }),
        ]
    }

    private func schedule(_ id: JobID, _ job: ScheduleState.JobState) -> JSONValue {
        [
            "kind": .string(id.kind.rawValue), "name": .string(id.name), "schedule": .string(job.schedule.text),
            "timeZone": .string(job.schedule.timeZone.name), "last": .string(job.last.description),
            "next": job.next.map { .string($0.description) } ?? .null,
            "suspended": .bool(job.schedule.isSuspended), "missed": .int(job.missed), "skipped": .int(job.skipped),
            "consecutiveFailures": .int(job.consecutiveFailures),
        ]
    }
}
