@testable import KubernetesAPI

extension ClusterConfiguration {
    /// A configuration without a kubeconfig.
    static func stub(
        _ server: String,
        clientCertificate: ClientCertificate? = nil,
        token: TokenSource = .none
    ) -> ClusterConfiguration {
        ClusterConfiguration(
            contextName: "stub",
            clusterName: "stub",
            server: server,
            namespace: "default",
            warnings: [],
            certificateAuthority: nil,
            skipsVerification: false,
            tlsServerName: nil,
            proxy: nil,
            clientCertificate: clientCertificate,
            token: token,
            impersonationHeaders: []
        )
    }
}

extension APIResource {
    static let configMaps = APIResource(
        group: "",
        version: "v1",
        resource: "configmaps",
        kind: "ConfigMap",
        isNamespaced: true,
        verbs: ["list"],
        hasStatus: false
    )
    static let deployments = APIResource(
        group: "apps",
        version: "v1",
        resource: "deployments",
        kind: "Deployment",
        isNamespaced: true,
        verbs: ["list"],
        hasStatus: true
    )
}
