import KubernetesObjects
package import Policies

/// What the daemon has measured since it started, and the last results that the history knows.
package struct DaemonMetrics: Sendable {
    /// The figures of one job.
    struct Job: Sendable {
        var runs: [String: Int] = [:]
        var lastAttempt: Timestamp?
        var lastSuccess: Timestamp?
        var durations = Histogram()
        var lastBackup: BackupRecord?
        var storedBytes = 0
        var lastDrill: DrillRecord?
    }

    /// Durations by the bounds of their buckets.
    struct Histogram: Sendable {
        static let bounds: [Double] = [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200]
        var buckets = [Int](repeating: 0, count: bounds.count)
        var count = 0
        var sum: Double = 0

        mutating func add(_ seconds: Double) {
            for (index, bound) in Self.bounds.enumerated() where seconds <= bound { buckets[index] += 1 }
            count += 1
            sum += seconds
        }
    }

    let version: String
    package var repository: RepositoryFigures?
    private(set) var jobs: [JobID: Job] = [:]
    private(set) var objectives: [String: DrillObjectives] = [:]
    private(set) var historyFailures = 0

    package init(version: String) { self.version = version }

    package mutating func setObjectives(of policies: PolicySet) {
        objectives = Dictionary(
            policies.drills.map { ($0.name, $0.objectives) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    mutating func countHistoryFailure() { historyFailures += 1 }

    /// Takes a run that has just ended.
    package mutating func apply(_ record: RunRecord) {
        restore(record)
        guard record.outcome != .registered else { return }
        var job = jobs[record.run.job] ?? Job()
        job.runs[Self.result(of: record), default: 0] += 1
        if !record.outcome.isRetried { job.durations.add(Double(record.endedAt - record.startedAt)) }
        job.storedBytes += record.backup?.bytesAdded ?? 0
        jobs[record.run.job] = job
    }

    /// Takes a run of an earlier process: its results are shown, and the counters start anew as counters do.
    package mutating func restore(_ record: RunRecord) {
        guard record.outcome != .registered else { return }
        var job = jobs[record.run.job] ?? Job()
        job.lastAttempt = record.startedAt
        if record.outcome == .succeeded { job.lastSuccess = record.endedAt }
        job.lastBackup = record.backup ?? job.lastBackup
        job.lastDrill = record.drill ?? job.lastDrill
        jobs[record.run.job] = job
    }

    /// The label `result` of a backup, or `verdict` of a drill.
    private static func result(of record: RunRecord) -> String {
        record.drill?.verdict.rawValue ?? record.outcome.rawValue
    }
}
