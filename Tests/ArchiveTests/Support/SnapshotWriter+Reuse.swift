import KubernetesObjects

@testable import Archive

extension SnapshotWriter {
    /// Carries an object over from the parent, when it has not been written to since.
    ///
    /// - Returns: false when the object is new or was written to, and so must be added.
    func reuse(
        _ resource: StoredResource,
        namespace: String,
        name: String,
        uid: String,
        resourceVersion: String
    ) throws(LifeboatError) -> Bool {
        let known = try parentState(
            resource,
            namespace: namespace,
            name: name,
            uid: uid,
            resourceVersion: resourceVersion
        )
        guard case .unchanged(let record) = known else { return false }
        reuse(record, name: name)
        return true
    }
}
