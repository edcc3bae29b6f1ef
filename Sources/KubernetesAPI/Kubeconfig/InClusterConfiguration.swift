internal import KubernetesObjects

/// The service account that Kubernetes mounts into a pod.
enum InClusterConfiguration {
    private static let folder = "/var/run/secrets/kubernetes.io/serviceaccount"

    static func load(environment: [String: String], folder: String = folder) throws(LifeboatError)
        -> ClusterConfiguration
    {
        let host = environment["KUBERNETES_SERVICE_HOST"] ?? ""
        let port = environment["KUBERNETES_SERVICE_PORT"] ?? "443"
        _ = try LocalFile.read("\(folder)/token")
        let namespace = (try? LocalFile.read("\(folder)/namespace")).map {
            String(decoding: $0, as: UTF8.self).trimmingSpaces()
        }
        return ClusterConfiguration(
            contextName: "in-cluster",
            clusterName: "in-cluster",
            server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)",
            namespace: namespace ?? "default",
            warnings: [],
            certificateAuthority: try LocalFile.read("\(folder)/ca.crt"),
            skipsVerification: false,
            tlsServerName: nil,
            proxy: nil,
            clientCertificate: nil,
            token: .file("\(folder)/token"),
            impersonationHeaders: []
        )
    }
}
