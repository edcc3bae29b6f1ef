import Archive
import Backup
import KubernetesAPI
import KubernetesObjects
import Logging
import Policies
import Restore
import SandboxCluster
import TestSupport
import Testing

/// A snapshot of objects, made in a sandbox of its own, and restores of it into a cluster that tests share. Scenarios use namespaces
/// and cluster-scoped names that no other test has.
struct RestoreScenario: ~Copyable {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let archive: TestRepository
    let client: ClusterClient

    /// - Parameters:
    ///   - objects: YAML documents, in an order in which they can be created.
    ///   - source: where they are made and backed up; nil takes a sandbox of its own.
    ///   - namespace: the only one of the source that is backed up; nil takes all.
    static func of(
        _ objects: String,
        from source: TestCluster? = nil,
        namespace: String? = nil,
        into cluster: TestCluster
    ) async throws -> RestoreScenario {
        let client = try await cluster.client()
        let archive = try TestRepository()
        if let source {
            try await backUp(objects, in: try await source.client(), namespace, archive.repository)
        } else {
            let sandbox = try await SandboxCluster.start()
            let source = try ClusterClient(Kubeconfigs.configuration(sandbox.kubeconfig))
            try await backUp(objects, in: source, namespace, archive.repository)
            source.close()
            await sandbox.stop()
        }
        return RestoreScenario(archive: archive, client: client)
    }

    private static func backUp(
        _ objects: String,
        in source: ClusterClient,
        _ namespace: String?,
        _ repository: Repository
    ) async throws {
        try await create(objects, in: source)
        var policy = BackupPolicy(name: "test")
        if let namespace { policy.selection.includedNamespaces = [NamePattern(namespace)] }
        let run = BackupRun(
            client: source,
            repository: repository,
            policy: policy,
            logger: logger,
            now: TestClock.wallClock,
            random: TestClock.random
        )
        _ = try await run.run()
    }

    static func create(_ objects: String, in client: ClusterClient) async throws {
        var discovery = try await client.discover()
        for object in try YAMLDocuments.parse(objects, source: "scenario") {
            let identity = try #require(ObjectIdentity(of: object))
            // A definition that was just made takes a moment to be served.
            for _ in 0..<200 where discovery.resource(for: identity.groupVersionKind) == nil {
                try await Task.sleep(for: .milliseconds(25))
                discovery = try await client.discover()
            }
            let resource = try #require(discovery.resource(for: identity.groupVersionKind))
            _ = try await client.create(resource, namespace: identity.namespace, body: object.encoded())
        }
    }

    func run(_ change: (inout RestorePolicy) -> Void = { _ in }) throws -> RestoreRun {
        var policy = RestorePolicy(name: "test")
        change(&policy)
        return RestoreRun(
            client: client,
            reader: try archive.repository.reader(archive.repository.snapshot("latest")),
            policy: policy,
            logger: Self.logger,
            now: TestClock.wallClock
        )
    }

    /// The object of the cluster; nil when there is none.
    func object(_ apiVersion: String, _ kind: String, _ namespace: String?, _ name: String) async throws -> JSONValue? {
        let discovery = try await client.discover()
        let resource = try #require(discovery.resource(for: GroupVersionKind(apiVersion: apiVersion, kind: kind)))
        do throws(ClusterError) {
            let bytes = try await client.get(resource, namespace: namespace, name: name)
            return try? JSONValue(parsing: bytes)
        } catch {
            guard error.kind == .notFound else { throw error }
            return nil
        }
    }
}
