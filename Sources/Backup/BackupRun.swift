package import Archive
package import KubernetesAPI
package import KubernetesObjects
package import Logging
package import Policies

/// One backup: from a cluster to a committed snapshot, or to an error and no snapshot.
package struct BackupRun: Sendable {
    private let client: ClusterClient
    private let repository: Repository
    private let policy: BackupPolicy
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let random: @Sendable (Int) -> [UInt8]
    private static let width = 6

    package init(
        client: ClusterClient,
        repository: Repository,
        policy: BackupPolicy,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp,
        random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.client = client
        self.repository = repository
        self.policy = policy
        self.logger = logger
        self.now = now
        self.random = random
    }

    /// Takes the snapshot.
    ///
    /// - Throws: `backup.empty` when nothing matched; `cluster.*` when the API server does not answer; nothing is committed then.
    package func run(progress: (@Sendable (BackupProgress) -> Void)? = nil) async throws -> BackupResult {
        let clock = ContinuousClock()
        let start = clock.now
        let takenAt = now()
        let before = client.statistics
        do {
            let version = try await client.serverVersion()
            let discovery = try await client.discover()
            let cluster = try await describe(discovery, version)
            let nonce = try await plantFreshnessMarker(discovery, takenAt)
            let writer = try repository.beginSnapshot(SnapshotRequest(cluster: cluster, policy: policy.name))
            do {
                let counter = try await capture(discovery, writer, progress)
                guard counter.objects > 0 else {
                    throw LifeboatError(
                        .backupEmpty,
                        "nothing in \(cluster.name) matched the policy “\(policy.name)”, so no snapshot was taken",
                        remedy: "check its selection and what the identity may list"
                    )
                }
                try Task.checkCancellation()
                let leftOut = CaptureRules.select(discovery).leftOut.map {
                    IncompleteResource(resource: $0.resource, reason: $0.reason)
                }
                let failures = discovery.failures.map {
                    IncompleteResource(
                        resource: $0.groupVersion,
                        reason: "its resources cannot be discovered: \($0.reason)"
                    )
                }
                let incomplete = failures + counter.incomplete
                let commit = try writer.commit(
                    SnapshotSummary(
                        takenAt: takenAt,
                        incomplete: incomplete.map(Self.stored),
                        excluded: leftOut.map(Self.stored),
                        resourceVersions: counter.resourceVersions,
                        freshnessNonce: nonce,
                        warnings: client.statistics.warnings.sorted()
                    )
                )
                let after = client.statistics
                let seconds = start.duration(to: clock.now)
                return BackupResult(
                    snapshot: commit.snapshot.id,
                    cluster: cluster.name,
                    takenAt: takenAt,
                    durationSeconds: Double(seconds.components.seconds) + Double(seconds.components.attoseconds) / 1e18,
                    objects: commit.objects,
                    objectsChanged: commit.objectsChanged,
                    bytesRead: after.bytesReceived - before.bytesReceived,
                    bytesAdded: commit.bytesAdded,
                    requests: after.requests - before.requests,
                    incomplete: incomplete,
                    excluded: leftOut,
                    freshnessNonce: nonce
                )
            } catch {
                writer.abandon()
                throw error
            }
        } catch let error as ClusterError {
            throw error.lifeboatError
        }
    }

    private static func stored(_ item: IncompleteResource) -> LeftOutResource {
        LeftOutResource(
            resource: item.resource,
            namespace: item.namespace.isEmpty ? nil : item.namespace,
            reason: item.reason
        )
    }

    /// The cluster's identity: the uid of kube-system, which no two clusters share.
    private func describe(_ discovery: Discovery, _ version: ServerVersion) async throws -> ClusterDescription {
        guard let namespaces = discovery.resource(for: GroupResource(group: "", resource: "namespaces")) else {
            throw LifeboatError(.clusterMalformedAnswer, "the API server serves no namespaces")
        }
        let name = client.configuration.clusterName
        var uid = "server:\(client.configuration.server)"
        do {
            let system = try JSONValue(parsing: await client.get(namespaces, namespace: nil, name: "kube-system"))
            uid = system["metadata", "uid"]?.string ?? uid
        } catch let error as ClusterError where error.kind == .notFound || error.kind == .forbidden {
            logger.info("kube-system cannot be read; the cluster is known by its address")
        }
        return ClusterDescription(
            uid: uid,
            name: name,
            version: version.gitVersion,
            server: client.configuration.server
        )
    }

    /// Writes the nonce of this run into the cluster, when the policy names a place for it.
    private func plantFreshnessMarker(_ discovery: Discovery, _ takenAt: Timestamp) async throws -> String? {
        guard let marker = policy.freshnessMarker,
            let maps = discovery.resource(for: GroupResource(group: "", resource: "configmaps"))
        else { return nil }
        var nonce = ""
        for byte in random(16) {
            if byte < 16 { nonce += "0" }
            nonce += String(byte, radix: 16)
        }
        var object: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap"]
        object["metadata", "name"] = .string(marker.name)
        object["metadata", "namespace"] = .string(marker.namespace)
        object["metadata", "labels"] = ["app.kubernetes.io/managed-by": "lifeboat"]
        object["data", "nonce"] = .string(nonce)
        object["data", "takenAt"] = .string(takenAt.description)
        _ = try await client.patch(
            maps,
            namespace: marker.namespace,
            name: marker.name,
            patch: object.encoded(),
            type: .apply(force: true)
        )
        return nonce
    }

    private func capture(
        _ discovery: Discovery,
        _ writer: SnapshotWriter,
        _ progress: (@Sendable (BackupProgress) -> Void)?
    ) async throws -> CaptureCounter {
        let taken = CaptureRules.select(discovery).taken.filter {
            policy.selection.mayInclude(resource: $0.groupResource, isNamespaced: $0.isNamespaced)
        }
        let terminating = try await terminatingNamespaces(discovery)
        let counter = CaptureCounter()
        // A key may be renewed between two lists: SealedSecrets come first, so that the keys that opened them are in the snapshot too.
        let secrets = taken.filter { $0.groupResource == GroupResource(group: "", resource: "secrets") }
        for phase in [taken.filter { !secrets.contains($0) }, secrets] {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, resource) in phase.enumerated() {
                    if index >= Self.width { try await group.next() }
                    group.addTask {
                        try await capture(resource, terminating, writer, counter)
                        let (objects, done) = counter.finishResource()
                        progress?(BackupProgress(objects: objects, resourcesDone: done, resources: taken.count))
                    }
                }
                try await group.waitForAll()
            }
        }
        return counter
    }

    /// Takes one resource; a refusal is noted as incomplete, a lost server ends the backup.
    private func capture(
        _ resource: APIResource,
        _ terminating: Set<String>,
        _ writer: SnapshotWriter,
        _ counter: CaptureCounter
    ) async throws {
        do {
            try await ResourceCapture(
                client: client,
                writer: writer,
                resource: resource,
                selection: policy.selection,
                terminatingNamespaces: terminating,
                counter: counter
            ).run()
        } catch let error as ClusterError {
            switch error.kind {
            case .unreachable, .tls, .unauthorized, .cancelled: throw error
            // The kind was removed while the backup ran, or is served and always answers 404.
            case .notFound, .methodNotAllowed: logger.info("\(resource.groupResource) is gone")
            default:
                counter.incomplete(
                    IncompleteResource(resource: resource.groupResource.description, reason: error.message)
                )
                logger.warning("\(resource.groupResource) was not taken: \(error)")
            }
        }
    }

    private func terminatingNamespaces(_ discovery: Discovery) async throws -> Set<String> {
        guard let namespaces = discovery.resource(for: GroupResource(group: "", resource: "namespaces")) else {
            return []
        }
        var query = ListQuery()
        query.metadataOnly = true
        var result: Set<String> = []
        do {
            for try await page in client.list(namespaces, query) {
                for item in page.items where item.isTerminating { result.insert(item.name) }
            }
        } catch  where error.kind == .forbidden {
            return []
        }
        return result
    }
}

extension BackupPolicy {
    /// Takes everything of the current context.
    package static var wholeCluster: BackupPolicy { BackupPolicy(name: "whole-cluster") }
}
