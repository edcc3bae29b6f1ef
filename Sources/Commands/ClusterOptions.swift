package import ArgumentParser
package import KubernetesAPI
internal import KubernetesObjects

/// Which cluster a verb works on.
package struct ClusterOptions: ParsableArguments {
    @Option(help: "Kubeconfig file (KUBECONFIG, ~/.kube/config; inside a cluster, its service account).")
    package var kubeconfig: String?

    @Option(help: "Context of the kubeconfig; the current one if not given.")
    package var context: String?

    package init() {}

    package func configuration() throws -> ClusterConfiguration {
        try ClusterConfiguration.load(environment: Environment.all, path: kubeconfig, context: context)
    }

    /// Connects; warnings of the kubeconfig go to standard error.
    package func connect(_ output: OutputOptions) throws -> ClusterClient {
        let configuration = try configuration()
        for warning in configuration.warnings { output.note("warning: \(warning)") }
        return try ClusterClient(configuration)
    }
}
