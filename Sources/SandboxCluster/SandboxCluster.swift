package import KubernetesObjects

/// How a sandbox cluster is started.
package struct SandboxOptions: Sendable {
    package var host = "127.0.0.1"
    /// 0 takes any free port.
    package var port: UInt16 = 0
    /// The simulated nodes on which workloads become ready.
    package var nodeCount = 3
    /// The Kubernetes version that `/version` claims.
    package var version = "v1.32.0"
    /// Whether garbage collection, namespaces, workloads and volumes are taken care of.
    package var controllers = true
    /// How many past events a watch can start from before it is answered with 410.
    package var watchWindow = 20_000
    /// What watches wait on for their bookmarks and their end.
    package var clock: any Clock<Duration> = ContinuousClock()
    package var now: @Sendable () -> Timestamp
    /// Gives as many random bytes as asked for.
    package var random: @Sendable (Int) -> [UInt8]

    package init(
        now: @escaping @Sendable () -> Timestamp = SystemEnvironment.now,
        random: @escaping @Sendable (Int) -> [UInt8] = SystemEnvironment.random
    ) {
        self.now = now
        self.random = random
    }
}

/// A Kubernetes cluster inside the process: an API server over HTTP on loopback with everything in memory, and the
/// controllers that a restore meets. No container runs on it.
package final class SandboxCluster: Sendable {
    private let options: SandboxOptions
    private let operations: ResourceOperations
    private let snapshots: ListSnapshots
    private let controllers: Controllers
    private let service: HTTPService
    private let work: Task<Void, Never>?

    private init(
        options: SandboxOptions,
        operations: ResourceOperations,
        snapshots: ListSnapshots,
        controllers: Controllers,
        service: HTTPService,
        work: Task<Void, Never>?
    ) {
        self.options = options
        self.operations = operations
        self.snapshots = snapshots
        self.controllers = controllers
        self.service = service
        self.work = work
    }

    /// Starts a cluster with what a new cluster has; it answers requests when this returns.
    package static func start(_ options: SandboxOptions = SandboxOptions()) async throws(LifeboatError)
        -> SandboxCluster
    {
        let environment = SandboxEnvironment(now: options.now, random: options.random)
        let registry = ResourceRegistry()
        let storage = ClusterStorage(environment: environment, registry: registry, watchWindow: options.watchWindow)
        let operations = ResourceOperations(storage: storage, registry: registry)
        let controllers = Controllers(operations: operations, nodeCount: options.nodeCount)
        await controllers.bootstrap()
        // As after the compaction of a real one: nobody watches from before the cluster was there.
        storage.compact()
        let snapshots = ListSnapshots()
        let api = APIServer(
            operations: operations,
            snapshots: snapshots,
            version: options.version,
            clock: options.clock
        )
        let service = try await HTTPService.start(host: options.host, port: options.port, api)
        let work = options.controllers ? Task { await controllers.run() } : nil
        return SandboxCluster(
            options: options,
            operations: operations,
            snapshots: snapshots,
            controllers: controllers,
            service: service,
            work: work
        )
    }

    /// `http://127.0.0.1:PORT`
    package var address: String { "http://\(options.host):\(service.port)" }

    /// A kubeconfig for it, as YAML. It needs no credentials.
    package var kubeconfig: String {
        """
        apiVersion: v1
        kind: Config
        clusters:
        - name: sandbox
          cluster:
            server: \(address)
        users:
        - name: sandbox
          user: {}
        contexts:
        - name: sandbox
          context:
            cluster: sandbox
            user: sandbox
        current-context: sandbox

        """
    }

    /// Applies objects in an order in which each finds what it needs: namespaces and definitions before all others.
    package func load(_ objects: [JSONValue]) async throws(LifeboatError) {
        try await ObjectLoader(operations: operations).load(objects)
    }

    /// Returns when the controllers have nothing left to do.
    package func settle() async {
        if work != nil { await controllers.settle() }
    }

    /// Forgets the past, as a compaction of etcd does: older watches and list tokens are answered with 410.
    package func compact() {
        operations.storage.compact()
        snapshots.forget()
    }

    /// Ends all watches, the controllers and the server.
    package func stop() async {
        operations.storage.finishWatches()
        work?.cancel()
        await service.stop()
        await work?.value
    }
}
