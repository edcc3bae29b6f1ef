internal import KubernetesAPI
internal import KubernetesObjects

/// A cluster that a drill rebuilds, and how it goes away again.
struct TargetCluster: Sendable {
    /// As the report names it: `sandbox`, `control-plane` or `context:NAME`.
    let kind: String
    /// Whether it was made for this drill and goes away with it.
    let isThrowaway: Bool
    let client: ClusterClient
    /// What it is isolated by, for the report.
    let isolation: String
    /// Takes it away, and says what is left.
    let tearDown: @Sendable () async -> [String]

    /// The uid of the namespace kube-system, which tells clusters apart.
    static func uid(of client: ClusterClient) async throws(ClusterError) -> String? {
        let namespaces = APIResource(
            group: "",
            version: "v1",
            resource: "namespaces",
            kind: "Namespace",
            isNamespaced: false,
            verbs: ["get"],
            hasStatus: true
        )
        do throws(ClusterError) {
            let bytes = try await client.get(namespaces, namespace: nil, name: "kube-system")
            return (try? JSONValue(parsing: bytes))?["metadata", "uid"]?.string
        } catch {
            guard error.kind == .notFound else { throw error }
            return nil
        }
    }
}
