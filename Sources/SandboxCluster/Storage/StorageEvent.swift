import KubernetesObjects

/// One write, as watches and controllers see it.
struct StorageEvent: Sendable {
    enum Change: Sendable { case added, modified, deleted }

    let change: Change
    /// The object after the write; for a deletion its last state with the revision of the deletion.
    let object: StoredObject
    /// The object before the write.
    let previous: StoredObject?

    var resource: GroupResource { object.key.resource }
    var resourceVersion: Int64 { object.resourceVersion }
}
