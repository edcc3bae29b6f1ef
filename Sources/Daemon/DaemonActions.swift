package import Policies

/// The work that the daemon's schedules start.
package struct DaemonActions: Sendable {
    package let runBackup: @Sendable (BackupPolicy) async throws -> BackupRecord
    package let runDrill: @Sendable (RestoreDrill) async throws -> DrillRecord
    /// Sizes of the repository for the metrics, looked at after each backup; nil when the identity may not read them.
    package let repositoryFigures: (@Sendable () async throws -> RepositoryFigures)?

    package init(
        runBackup: @escaping @Sendable (BackupPolicy) async throws -> BackupRecord,
        runDrill: @escaping @Sendable (RestoreDrill) async throws -> DrillRecord,
        repositoryFigures: (@Sendable () async throws -> RepositoryFigures)? = nil
    ) {
        self.runBackup = runBackup
        self.runDrill = runDrill
        self.repositoryFigures = repositoryFigures
    }
}

/// The sizes of a repository.
package struct RepositoryFigures: Equatable, Sendable {
    package let bytes: Int
    package let snapshots: Int
    package let deduplicationRatio: Double

    package init(bytes: Int, snapshots: Int, deduplicationRatio: Double) {
        self.bytes = bytes
        self.snapshots = snapshots
        self.deduplicationRatio = deduplicationRatio
    }
}
