internal import KubernetesAPI
internal import KubernetesObjects
internal import Logging

/// A real control plane on loopback: etcd, kube-apiserver and kube-controller-manager, without nodes. It lives as long as a drill.
struct ControlPlane: Sendable {
    let client: ClusterClient
    private let processes: [ServerProcess]
    private let folder: PrivateFolder

    /// Starts it and waits until it answers. A port that someone took in between is tried again with others.
    ///
    /// - Parameter withControllers: without them nothing but its clients writes to it.
    static func start(_ environment: DrillEnvironment, withControllers: Bool = true) async throws(LifeboatError)
        -> ControlPlane
    {
        let programs = try ControlPlanePrograms.find(environment.variables)
        var last: LifeboatError?
        for _ in 0..<3 {
            do throws(LifeboatError) {
                return try await attempt(programs, environment, withControllers)
            } catch {
                guard error.code == .drillTargetUnavailable else { throw error }
                environment.logger.warning("\(error.message)")
                last = error
            }
        }
        throw last ?? LifeboatError(.drillTargetUnavailable, "the control plane did not start")
    }

    private static func attempt(
        _ programs: ControlPlanePrograms,
        _ environment: DrillEnvironment,
        _ withControllers: Bool
    ) async throws(LifeboatError) -> ControlPlane {
        let folder = try PrivateFolder(
            in: environment.temporaryFolder,
            name: "lifeboat-control-plane",
            random: environment.random
        )
        var processes: [ServerProcess] = []
        do throws(LifeboatError) {
            let keys = try ControlPlaneKeys(now: environment.now())
            let ports = try LoopbackPorts.free(4)
            let files = try ControlPlaneArguments(keys, folder, port: ports[0])
            let configuration = try ClusterConfiguration.load(environment: [:], path: files.kubeconfig)
            let client = try ClusterClient(configuration)
            func run(_ name: String, _ path: String, _ arguments: [String]) {
                let variables = environment.variables
                processes.append(
                    ServerProcess(name, path: path, arguments: arguments, folder: folder, variables: variables)
                )
            }
            run(
                "etcd",
                programs.etcd,
                ControlPlaneArguments.etcdArguments(folder.path, client: ports[1], peer: ports[2])
            )
            run("kube-apiserver", programs.apiServer, files.apiServerArguments(port: ports[0], etcd: ports[1]))
            try await wait(for: "the API server", processes, environment) { () async throws(ClusterError) in
                _ = try await client.raw(method: "GET", path: "/readyz", body: nil, contentType: nil, accept: "*/*")
            }
            guard withControllers else { return ControlPlane(client: client, processes: processes, folder: folder) }
            let controllerArguments = try await files.controllerArguments(port: ports[3], release(of: client))
            run("kube-controller-manager", programs.controllerManager, controllerArguments)
            // The account of the namespace default is the first thing that the controllers make.
            try await wait(for: "the controller manager", processes, environment) { () async throws(ClusterError) in
                let path = "/api/v1/namespaces/default/serviceaccounts/default"
                _ = try await client.raw(method: "GET", path: path, body: nil, contentType: nil)
            }
            return ControlPlane(client: client, processes: processes, folder: folder)
        } catch {
            for process in processes.reversed() { await process.stop() }
            _ = folder.remove()
            throw error
        }
    }

    private static func release(of client: ClusterClient) async throws(LifeboatError) -> KubernetesRelease? {
        do throws(ClusterError) {
            return KubernetesRelease(parsing: try await client.serverVersion().gitVersion)
        } catch {
            throw error.lifeboatError
        }
    }

    /// Stops the programs, the last started first, and removes their files.
    func stop() async -> [String] {
        client.close()
        for process in processes.reversed() { await process.stop() }
        return folder.remove()
    }

    var kubeconfig: String { "\(folder.path)/kubeconfig" }

    var target: TargetCluster {
        TargetCluster(
            kind: "control-plane",
            isThrowaway: true,
            client: client,
            isolation:
                "a control plane of its own on loopback without nodes: no container runs, no storage driver has credentials"
        ) { [self] in await stop() }
    }

    /// Asks until it succeeds, not longer than two minutes and not after a program ended.
    private static func wait(
        for what: String,
        _ processes: [ServerProcess],
        _ environment: DrillEnvironment,
        _ ask: () async throws(ClusterError) -> Void
    ) async throws(LifeboatError) {
        let start = environment.elapsed()
        while true {
            do throws(ClusterError) {
                try await ask()
                return
            } catch {
                if let ended = processes.first(where: { !$0.isRunning }) {
                    throw LifeboatError(.drillTargetUnavailable, "\(ended.name) ended: \(ended.lastComplaint)")
                }
                guard environment.elapsed() - start < 120 else {
                    throw LifeboatError(
                        .drillTargetUnavailable,
                        "\(what) did not answer within 2 minutes: \(error.message)"
                    )
                }
            }
            do {
                try await environment.sleep(0.1)
            } catch {
                throw LifeboatError(.cancelled, "cancelled while \(what) started")
            }
        }
    }
}
