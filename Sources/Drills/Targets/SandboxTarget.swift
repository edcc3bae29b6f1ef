internal import KubernetesAPI
internal import KubernetesObjects
internal import SandboxCluster

/// An embedded API server, as the source or the target of a drill.
struct Sandbox: Sendable {
    let cluster: SandboxCluster
    let client: ClusterClient

    static func start(_ environment: DrillEnvironment) async throws(LifeboatError) -> Sandbox {
        let options = SandboxOptions(now: environment.now, random: environment.random)
        let cluster = try await SandboxCluster.start(options)
        do throws(LifeboatError) {
            let folder = try PrivateFolder(
                in: environment.temporaryFolder,
                name: "lifeboat-sandbox",
                random: environment.random
            )
            defer { _ = folder.remove() }
            let path = try folder.write(cluster.kubeconfig, to: "kubeconfig")
            let configuration = try ClusterConfiguration.load(environment: [:], path: path)
            return Sandbox(cluster: cluster, client: try ClusterClient(configuration))
        } catch {
            await cluster.stop()
            throw error
        }
    }

    func stop() async {
        client.close()
        await cluster.stop()
    }

    /// The sandbox as a target.
    var target: TargetCluster {
        TargetCluster(
            kind: "sandbox",
            isThrowaway: true,
            client: client,
            isolation: "an API server in this process on loopback; no container runs and nothing leaves the machine"
        ) { [self] in
            await stop()
            return []
        }
    }
}
