import KubernetesObjects

/// The rules of the kinds: defaults, immutable fields, validation, allocation.
///
/// Objects are in their storage version. The order of a write is: `setDefaults`, webhooks (outside of the transaction),
/// then in the transaction `prepareCreate` or `prepareUpdate`, the write, `afterWrite`.
enum AdmissionRules {
    /// Fills in default values; it depends on the object alone and is idempotent.
    static func setDefaults(_ object: inout JSONValue, _ context: WriteContext) {}

    /// Readies a new object for the write: clears or sets its status, allocates addresses and ports, validates.
    ///
    /// Metadata (name, uid, creationTimestamp, generation, managedFields) is already set. The namespace exists.
    static func prepareCreate(
        _ object: inout JSONValue,
        _ context: WriteContext,
        _ transaction: inout Transaction
    ) throws(StatusError) {}

    /// Readies a changed object for the write: immutable fields, allocation, validation.
    ///
    /// The subresource of the context says what can differ: with `status` only status (and metadata), without it not status.
    static func prepareUpdate(
        _ object: inout JSONValue,
        old: StoredObject,
        _ context: WriteContext,
        _ transaction: inout Transaction
    ) throws(StatusError) {}

    /// Refuses a deletion, for example of the namespaces `default` and `kube-system`.
    static func prepareDelete(
        _ object: StoredObject,
        _ context: WriteContext,
        _ transaction: inout Transaction
    ) throws(StatusError) {}

    /// What else changes in the same transaction, after the object was written.
    static func afterWrite(_ object: StoredObject, _ context: WriteContext, _ transaction: inout Transaction) {}

    /// What else changes in the same transaction, after the object was removed from the storage.
    static func afterRemove(_ object: StoredObject, _ transaction: inout Transaction) {}
}
