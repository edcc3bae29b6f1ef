package import ArgumentParser
internal import KubernetesObjects
internal import SandboxCluster

/// `lifeboat sandbox`: the embedded API server for trying things.
package struct SandboxCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Start an embedded Kubernetes API server in memory and write a kubeconfig for it.",
        discussion:
            "It runs until it is interrupted. Nothing is kept. kubectl works on it: KUBECONFIG=FILE kubectl get pods -A"
    )

    @Option(help: "Address and port to listen on, on loopback; port 0 takes a free one.")
    package var listen = "127.0.0.1:0"

    @Option(help: "Kubeconfig file to write.")
    package var kubeconfig: String

    @Option(help: "Folder of YAML files to load.")
    package var load: String?

    @Flag(help: "Load the production-like workload of the README.")
    package var productionLike = false

    @Option(help: "How many simulated nodes.")
    package var nodes = 3

    @OptionGroup package var output: OutputOptions

    package init() {}

    package func run() async throws {
        guard let (host, portText) = listen.splitOnce(":"), let port = UInt16(portText) else {
            throw LifeboatError(.usage, "“\(listen)” is not an address", remedy: "write it as 127.0.0.1:PORT")
        }
        var options = SandboxOptions()
        options.host = host
        options.port = port
        options.nodeCount = nodes
        options.now = { SystemClock.now() }
        let cluster = try await SandboxCluster.start(options)
        if productionLike { try await cluster.load(ProductionLikeWorkload.objects()) }
        if let load { try await cluster.load(ManifestFolder.read(load)) }
        try Environment.write(Array(cluster.kubeconfig.utf8), to: kubeconfig, isPrivate: true)
        try output.print([
            "schemaVersion": "lifeboat.dr/v1", "server": .string(cluster.address), "kubeconfig": .string(kubeconfig),
        ]) {
            "Sandbox cluster on \(cluster.address). Use it with: export KUBECONFIG=\(kubeconfig)\nIt stops with this command (Ctrl-C)."
        }
        do {
            while true { try await SystemClock.sleep(seconds: 3600) }
        } catch {
            await cluster.stop()
        }
    }
}
