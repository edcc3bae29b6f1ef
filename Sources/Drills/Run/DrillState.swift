internal import Archive
package import KubernetesObjects
internal import Readiness
internal import Restore

/// What a drill knows so far. A drill that is stopped in the middle still has a report of what it knows.
struct DrillState: Sendable {
    var steps: [DrillStep] = []
    var snapshot: Snapshot?
    var details: SnapshotDetails?
    var objects = 0
    var bytes = 0
    var source: [TargetGuard.Cluster] = []
    var targetKind = ""
    var targetUID: String?
    var targetVersion = ""
    var isolation = ""
    var isThrowaway = true
    var plan: RestorePlan?
    var restored: RestoreResult?
    var freshness: FreshnessProof?
    var completeness: Completeness?
    var before: ChecklistResult?
    var after: ChecklistResult?
    var controls: [NegativeControlResult] = []
    var convergence: Convergence?
    /// When the loss was declared, on the monotonic clock.
    var declaredAt: Double?
    /// When the last check was answered.
    var answeredAt: Double?
    var declaredOn: Timestamp?
    var failure: LifeboatError?
    var residue: [String] = []
    var isCleanedUp = false
    var hasNodes = false
}

/// Whether workloads became ready.
package enum Convergence: Sendable {
    case ready(workloads: Int)
    /// The target has no nodes.
    case notTested
    /// The drill does not ask for it.
    case notWanted
    case late([ObjectIdentity])
}
