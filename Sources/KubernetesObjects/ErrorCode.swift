/// The stable codes of `LifeboatError`, each documented in `docs/errors.md`.
package enum ErrorCode: String, CaseIterable, Sendable {
    // Kubernetes objects and documents
    case malformedJSON = "object.malformed-json"
    case malformedArchive = "object.malformed-archive"
    case malformedYAML = "document.malformed-yaml"
    case invalidPatch = "object.invalid-patch"
    case invalidSelector = "object.invalid-selector"
    case invalidTimestamp = "object.invalid-timestamp"

    // Kubeconfig and credentials
    case kubeconfigNotFound = "kubeconfig.not-found"
    case kubeconfigInvalid = "kubeconfig.invalid"
    case contextNotFound = "kubeconfig.context-not-found"
    case credentialUnsupported = "kubeconfig.credential-unsupported"
    case credentialPluginFailed = "kubeconfig.credential-plugin-failed"
    case certificateExpired = "kubeconfig.certificate-expired"

    // The cluster
    case clusterUnreachable = "cluster.unreachable"
    case clusterTLS = "cluster.tls"
    case clusterTimeout = "cluster.timeout"
    case clusterUnauthorized = "cluster.unauthorized"
    case clusterForbidden = "cluster.forbidden"
    case clusterNotFound = "cluster.not-found"
    case clusterConflict = "cluster.conflict"
    case clusterInvalid = "cluster.invalid"
    case clusterOverloaded = "cluster.overloaded"
    case clusterMalformedAnswer = "cluster.malformed-answer"
    case clusterRefused = "cluster.refused"

    // The repository
    case repositoryNotFound = "repository.not-found"
    case repositoryExists = "repository.exists"
    case repositoryBusy = "repository.busy"
    case repositoryWrongKey = "repository.wrong-key"
    case repositoryKeyMissing = "repository.key-missing"
    case repositoryNotPermitted = "repository.not-permitted"
    case repositoryDamaged = "repository.damaged"
    case repositoryUnsupported = "repository.unsupported"
    case storageFull = "storage.full"
    case storageFailed = "storage.failed"
    case storageUnreadable = "storage.unreadable"
    case storeDenied = "store.denied"
    case storeCredentials = "store.credentials"
    case storeUnreachable = "store.unreachable"
    case storeTLS = "store.tls"
    case storeOverloaded = "store.overloaded"
    case storeBucketMissing = "store.bucket-missing"
    case storeMalformedAnswer = "store.malformed-answer"
    case snapshotNotFound = "snapshot.not-found"
    case objectNotFound = "snapshot.object-not-found"

    // Policies and drills
    case policyInvalid = "policy.invalid"
    case scheduleInvalid = "policy.schedule-invalid"
    case drillNotFound = "drill.not-found"
    case drillTargetUnavailable = "drill.target-unavailable"
    case drillTargetRefused = "drill.target-refused"
    case drillNotPassed = "drill.not-passed"
    case checklistNotPassed = "checklist.not-passed"
    case daemonListenFailed = "daemon.listen-failed"

    // Runs
    case backupIncomplete = "backup.incomplete"
    case backupEmpty = "backup.empty"
    case forgetRefused = "forget.refused"
    case restoreIncomplete = "restore.incomplete"
    case restoreRefused = "restore.refused"
    case usage = "usage"
    case cancelled = "cancelled"
    case internalError = "internal"

    /// The process exit status for a run that ends with this code.
    package var exitStatus: ExitStatus {
        switch self {
        case .repositoryNotFound, .storeBucketMissing: .noRepository
        case .repositoryBusy: .busy
        case .repositoryWrongKey, .repositoryKeyMissing: .wrongKey
        case .usage, .policyInvalid, .scheduleInvalid: .usage
        case .cancelled: .cancelled
        case .backupIncomplete, .restoreIncomplete: .incomplete
        case .drillNotPassed, .checklistNotPassed: .notPassed
        default: .failed
        }
    }
}
