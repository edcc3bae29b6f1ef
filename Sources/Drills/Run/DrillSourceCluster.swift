internal import Archive
internal import Backup
internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies
internal import SandboxCluster

/// The cluster that a drill backs up first, when it does.
struct DrillSourceCluster: Sendable {
    let client: ClusterClient
    /// nil when the cluster is not the drill's own.
    private let sandbox: Sandbox?

    /// Opens the source of a drill; nil when the drill restores a snapshot that is there already.
    ///
    /// - Parameter client: the cluster of the drill's context, when the caller could reach it.
    static func open(_ drill: RestoreDrill, client: ClusterClient?, _ environment: DrillEnvironment)
        async throws(LifeboatError) -> DrillSourceCluster?
    {
        guard drill.source.cluster == .sandbox else {
            if let client { return DrillSourceCluster(client: client, sandbox: nil) }
            guard drill.source.backupFirst else { return nil }
            throw LifeboatError(
                .clusterUnreachable,
                "the drill \(drill.name) takes a backup first, and there is no source cluster",
                remedy: "give --context, or take backupFirst out of the drill"
            )
        }
        let sandbox = try await Sandbox.start(environment)
        do throws(LifeboatError) {
            if let workload = environment.workload {
                try await sandbox.cluster.load(workload)
            } else {
                try await sandbox.cluster.load(
                    ProductionLikeWorkload.objects(now: environment.now(), random: environment.random)
                )
            }
        } catch {
            await sandbox.stop()
            throw error
        }
        await sandbox.cluster.settle()
        return DrillSourceCluster(client: sandbox.client, sandbox: sandbox)
    }

    /// Takes the backup that the drill restores, with a nonce of its own.
    func backUp(into repository: Repository, _ drill: RestoreDrill, _ environment: DrillEnvironment)
        async throws(LifeboatError) -> BackupResult
    {
        var policy = environment.backupPolicy ?? BackupPolicy(name: "drill-\(drill.name)")
        if policy.freshnessMarker == nil { policy.freshnessMarker = Self.marker }
        let run = BackupRun(
            client: client,
            repository: repository,
            policy: policy,
            logger: environment.logger,
            now: environment.now,
            random: environment.random,
            elapsed: environment.elapsed,
            toolVersion: environment.toolVersion
        )
        return try await run.run()
    }

    static let marker = FreshnessMarker(namespace: "default", name: "lifeboat-freshness")

    /// The disaster: a sandbox is stopped and gone. A cluster that is not the drill's own is left alone.
    func lose() async { await sandbox?.stop() }
    var isOwn: Bool { sandbox != nil }
}
