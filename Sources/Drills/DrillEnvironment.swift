package import Backup
package import KubernetesObjects
package import Logging
package import Policies
internal import Restore

/// What a drill needs from the outside: clocks, randomness, the process's variables and who asked for it.
package struct DrillEnvironment: Sendable {
    /// KUBEBUILDER_ASSETS and PATH lead to the control plane's programs, KUBECONFIG and HOME to other clusters.
    package var variables: [String: String]
    package var now: @Sendable () -> Timestamp
    /// So many random bytes.
    package var random: @Sendable (Int) -> [UInt8]
    package var elapsed: ElapsedSeconds = MonotonicClock.seconds
    package var sleep: @Sendable (Double) async throws -> Void = RestoreClock.sleep
    package var logger: Logger
    package var toolVersion = ""
    /// The kubeconfig given on the command line; nil takes that of the variables.
    package var kubeconfig: String?
    /// The backup policy that `source.policy` names; nil takes everything.
    package var backupPolicy: BackupPolicy?
    /// The objects of a sandbox source; nil takes the built-in production-like workload.
    package var workload: [JSONValue]?
    /// `manual`, `schedule` or `post-backup`.
    package var trigger = "manual"
    package var scheduledFor: Timestamp?
    /// The SHA-256 of the report before this one; it chains the reports.
    package var previousReportSHA256: String?
    /// The digest of the drill's file, so that the report says which definition ran.
    package var definitionSHA256: String?

    package init(
        variables: [String: String],
        now: @escaping @Sendable () -> Timestamp,
        random: @escaping @Sendable (Int) -> [UInt8],
        logger: Logger
    ) {
        self.variables = variables
        self.now = now
        self.random = random
        self.logger = logger
    }

    /// Where private folders of a run are made.
    var temporaryFolder: String { variables["TMPDIR"] ?? "/tmp" }
}
