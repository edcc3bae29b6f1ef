package import KubernetesObjects

/// How a run of a scheduled job ended.
package enum RunOutcome: String, CaseIterable, Sendable {
    /// The job was seen for the first time; its schedule is in force from then on. Nothing ran.
    case registered
    case succeeded
    /// A backup that could not read everything, or a drill that proves nothing.
    case incomplete
    /// A drill that ran to its end and was not passed.
    case notPassed = "not-passed"
    case failed
    /// Stopped because the daemon stopped.
    case cancelled

    /// Whether the run is tried again: it reached no result.
    package var isRetried: Bool { self == .failed || self == .cancelled }
}

/// One line of the daemon's history, kept in the repository. It holds ids, times, counts and verdicts, and no secret.
package struct RunRecord: Equatable, Sendable {
    package let run: PlannedRun
    package let startedAt: Timestamp
    package let endedAt: Timestamp
    package let outcome: RunOutcome
    /// The stable code of the error of a run that failed.
    package let errorCode: String?
    package let message: String?
    package let backup: BackupRecord?
    package let drill: DrillRecord?

    package init(
        run: PlannedRun,
        startedAt: Timestamp,
        endedAt: Timestamp,
        outcome: RunOutcome,
        errorCode: String? = nil,
        message: String? = nil,
        backup: BackupRecord? = nil,
        drill: DrillRecord? = nil
    ) {
        self.run = run
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.outcome = outcome
        self.errorCode = errorCode
        self.message = message
        self.backup = backup
        self.drill = drill
    }
}

/// What a finished backup tells the daemon.
package struct BackupRecord: Equatable, Sendable {
    package let snapshot: String
    package let objects: Int
    package let objectsChanged: Int
    package let bytesRead: Int
    package let bytesAdded: Int
    /// How many resources could not be read; the snapshot is kept.
    package let incomplete: Int

    package init(
        snapshot: String,
        objects: Int,
        objectsChanged: Int,
        bytesRead: Int,
        bytesAdded: Int,
        incomplete: Int = 0
    ) {
        self.snapshot = snapshot
        self.objects = objects
        self.objectsChanged = objectsChanged
        self.bytesRead = bytesRead
        self.bytesAdded = bytesAdded
        self.incomplete = incomplete
    }

    package var outcome: RunOutcome { incomplete == 0 ? .succeeded : .incomplete }
}

/// What a finished drill tells the daemon.
package struct DrillRecord: Equatable, Sendable {
    package enum Verdict: String, CaseIterable, Sendable {
        case pass
        case passWithDeviations = "pass-with-deviations"
        case fail
        case inconclusive
    }

    /// One check of the drill's report.
    package struct Check: Equatable, Sendable {
        package let id: String
        package let severity: String
        /// nil when the check could not look or was skipped; that is no pass.
        package let isPassed: Bool?

        package init(id: String, severity: String, isPassed: Bool?) {
            self.id = id
            self.severity = severity
            self.isPassed = isPassed
        }
    }

    package let report: String
    package let snapshot: String
    package let verdict: Verdict
    package let recoveryTimeSeconds: Double?
    package let recoveryPointSeconds: Double?
    package let checks: [Check]

    package init(
        report: String,
        snapshot: String,
        verdict: Verdict,
        recoveryTimeSeconds: Double? = nil,
        recoveryPointSeconds: Double? = nil,
        checks: [Check] = []
    ) {
        self.report = report
        self.snapshot = snapshot
        self.verdict = verdict
        self.recoveryTimeSeconds = recoveryTimeSeconds
        self.recoveryPointSeconds = recoveryPointSeconds
        self.checks = checks
    }

    package var outcome: RunOutcome {
        switch verdict {
        case .pass, .passWithDeviations: .succeeded
        case .fail: .notPassed
        case .inconclusive: .incomplete
        }
    }
}
