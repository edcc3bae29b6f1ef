import KubernetesObjects

/// The writes of the API, with all metadata, rules, webhooks and finalizers; requests and controllers share them.
struct ResourceOperations: Sendable {
    let storage: ClusterStorage
    let registry: ResourceRegistry

    var environment: SandboxEnvironment { storage.environment }

    /// What a write does besides the object.
    struct WriteOptions: Sendable {
        var fieldManager = "unknown"
        var isDryRun = false
        var subresource = ""
        /// Whether managedFields are already right, as server-side apply leaves them.
        var keepsManagedFields = false
    }

    /// What a deletion is held to.
    struct DeleteOptions: Sendable {
        enum Propagation: String, Sendable {
            case orphan = "Orphan", background = "Background", foreground = "Foreground"
        }

        var uid: String?
        var resourceVersion: String?
        var propagation: Propagation?
        var gracePeriodSeconds: Int?
        var isDryRun = false
        var fieldManager = "unknown"
    }

    /// How a deletion ended.
    enum DeleteResult: Sendable {
        /// The object is gone; this is its last state.
        case removed(StoredObject)
        /// The object has a deletionTimestamp and waits for its finalizers.
        case terminating(StoredObject)

        var object: StoredObject {
            switch self {
            case .removed(let object), .terminating(let object): object
            }
        }
    }
}
