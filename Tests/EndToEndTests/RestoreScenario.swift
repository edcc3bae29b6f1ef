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
    ///   - preparing: what else is done to the source before it is backed up.
    ///   - namespace: the only one of the source that is backed up; nil takes all.
    static func of(
        _ objects: String,
        from source: TestCluster? = nil,
        namespace: String? = nil,
        into cluster: TestCluster,
        preparing: (ClusterClient) async throws -> Void = { _ in }
    ) async throws -> RestoreScenario {
        let client = try await cluster.client()
        let archive = try TestRepository()
        if let source {
            try await backUp(objects, in: try await source.client(), namespace, archive.repository, preparing)
        } else {
            let sandbox = try await SandboxCluster.start()
            let source = try ClusterClient(Kubeconfigs.configuration(sandbox.kubeconfig))
            try await backUp(objects, in: source, namespace, archive.repository, preparing)
            source.close()
            await sandbox.stop()
        }
        return RestoreScenario(archive: archive, client: client)
    }

    private static func backUp(
        _ objects: String,
        in source: ClusterClient,
        _ namespace: String?,
        _ repository: Repository,
        _ preparing: (ClusterClient) async throws -> Void
    ) async throws {
        try await create(objects, in: source)
        try await preparing(source)
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
        var run = RestoreRun(
            client: client,
            reader: try archive.repository.reader(archive.repository.snapshot("latest")),
            policy: policy,
            logger: Self.logger,
            now: TestClock.wallClock
        )
        // As in a large restore: each object is read again when it is sent.
        run.keptContentBytes = 0
        return run
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

    func delete(_ apiVersion: String, _ kind: String, _ namespace: String?, _ name: String) async throws {
        let discovery = try await client.discover()
        let resource = try #require(discovery.resource(for: GroupVersionKind(apiVersion: apiVersion, kind: kind)))
        _ = try await client.delete(resource, namespace: namespace, name: name, options: DeleteOptions())
    }

    /// Sends a merge patch.
    func patch(
        _ apiVersion: String,
        _ kind: String,
        _ namespace: String?,
        _ name: String,
        _ patch: JSONValue
    ) async throws {
        let discovery = try await client.discover()
        let resource = try #require(discovery.resource(for: GroupVersionKind(apiVersion: apiVersion, kind: kind)))
        _ = try await client.patch(resource, namespace: namespace, name: name, patch: patch.encoded(), type: .merge)
    }

    /// Reason and message of the events of a namespace.
    func events(_ namespace: String) async throws -> [String] {
        let resource = try #require(
            try await client.discover().resource(for: GroupResource(group: "", resource: "events"))
        )
        var query = ListQuery()
        query.namespace = namespace
        var found: [String] = []
        for page in try await client.list(resource, query).collect() {
            for item in page.items {
                let event = try JSONValue(parsing: page.bytes.span, range: item.range)
                found.append("\(event["reason"]?.string ?? "") \(event["message"]?.string ?? "")")
            }
        }
        return found
    }
}
