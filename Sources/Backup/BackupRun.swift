package import Archive
package import KubernetesAPI
package import KubernetesObjects
package import Logging
package import Policies

/// Takes one snapshot of a cluster.
package struct BackupRun: Sendable {
    package let client: ClusterClient
    package let repository: Repository
    package let policy: BackupPolicy
    package let logger: Logger
    package let now: @Sendable () -> Timestamp
    /// So many random bytes.
    package let random: @Sendable (Int) -> [UInt8]
    package let elapsed: ElapsedSeconds
    /// The version of the program, kept with the snapshot.
    package let toolVersion: String
    /// What the snapshot is marked with, for retention and for people.
    package var tags: [String] = []
    /// How often a backup is tried in all, when garbage collections condemn what it is about to refer to.
    package var attempts = Repository.snapshotAttempts
    /// How many resources are listed at a time.
    package var width = 6

    package init(
        client: ClusterClient,
        repository: Repository,
        policy: BackupPolicy,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp,
        random: @escaping @Sendable (Int) -> [UInt8],
        elapsed: @escaping ElapsedSeconds = MonotonicClock.seconds,
        toolVersion: String = ""
    ) {
        self.client = client
        self.repository = repository
        self.policy = policy
        self.logger = logger
        self.now = now
        self.random = random
        self.elapsed = elapsed
        self.toolVersion = toolVersion
    }

    /// Captures the cluster and commits the snapshot.
    ///
    /// What could not be read is in the result's `incomplete`, never left out in silence.
    ///
    /// - Throws: what makes a snapshot impossible, such as a server that cannot be reached, or `backup.empty`. Nothing is
    ///   committed then.
    package func run(progress: (@Sendable (BackupProgress) -> Void)? = nil) async throws(LifeboatError) -> BackupResult
    {
        try await Repository.repeatingWhenOvertaken(
            attempts: attempts,
            note: { logger.notice("the backup begins again: \($0.message)") }
        ) { () async throws(LifeboatError) in try await runOnce(progress) }
    }

    private func runOnce(_ progress: (@Sendable (BackupProgress) -> Void)?) async throws(LifeboatError) -> BackupResult
    {
        let start = elapsed()
        let before = client.statistics
        // The previous snapshot is read while the server says what it serves.
        async let discovering = discover()
        let cluster = try await describeCluster()
        async let beginning = begin(cluster)
        let discovery = try await discovering.get()
        var warnings: [String] = []
        let nonce = await writeFreshnessMarker(discovery, &warnings)
        let plan = CapturePlan(discovery: discovery, selection: policy.selection)
        for name in policy.selection.unknownResources(among: discovery.preferred.map(\.groupResource)) {
            warnings.append(
                "the selection names the resource “\(name)”, which the cluster does not serve; names are as in secrets or deployments.apps"
            )
        }
        for left in plan.unreadable { logger.warning("\(left.resource): \(left.reason)") }
        let writer = try await beginning.get()
        let takenAt = now()
        let captured: Captured
        let committed: CommitResult
        do throws(LifeboatError) {
            captured = try await capture(plan, writer, progress)
            guard captured.objects > 0 else { throw empty(plan.unreadable + captured.incomplete) }
            warnings += captured.warnings + client.statistics.warnings.subtracting(before.warnings).sorted()
            committed = try writer.commit(
                SnapshotSummary(
                    takenAt: takenAt,
                    incomplete: plan.unreadable + captured.incomplete,
                    excluded: plan.excluded,
                    resourceVersions: captured.resourceVersions,
                    freshnessNonce: nonce,
                    warnings: warnings
                )
            )
        } catch {
            writer.abandon()
            throw error
        }
        let after = client.statistics
        return BackupResult(
            snapshot: committed.snapshot,
            cluster: cluster,
            takenAt: takenAt,
            durationSeconds: elapsed() - start,
            objects: committed.objects,
            objectsChanged: committed.objectsChanged,
            objectsRemoved: committed.objectsRemoved,
            bytesRead: after.bytesReceived - before.bytesReceived,
            bytesAdded: committed.bytesAdded,
            requests: after.requests - before.requests,
            cachedLists: captured.cachedLists,
            incomplete: plan.unreadable + captured.incomplete,
            excluded: plan.excluded,
            warnings: warnings,
            freshnessNonce: nonce
        )
    }

    private func empty(_ incomplete: [LeftOutResource]) -> LifeboatError {
        let reason = incomplete.first.map { "; \($0.resource) could not be read: \($0.reason)" } ?? ""
        return LifeboatError(
            .backupEmpty,
            "the policy “\(policy.name)” selects no object of the cluster\(reason)",
            remedy: "check the selection of the policy and what the identity may list"
        )
    }

    // MARK: Before the capture

    private func discover() async -> Result<Discovery, LifeboatError> {
        do throws(ClusterError) { return .success(try await client.discover()) } catch {
            return .failure(error.lifeboatError)
        }
    }

    private func begin(_ cluster: ClusterDescription) async -> Result<SnapshotWriter, LifeboatError> {
        let request = SnapshotRequest(
            cluster: cluster,
            policy: policy.name,
            labels: Dictionary(tags.map { ($0, "") }, uniquingKeysWith: { first, _ in first }),
            toolVersion: toolVersion,
            selection: policy.selection.json
        )
        return Result { () throws(LifeboatError) in try repository.beginSnapshot(request) }
    }

    private func describeCluster() async throws(LifeboatError) -> ClusterDescription {
        do throws(ClusterError) {
            return ClusterDescription(
                uid: try await clusterUID(),
                name: client.configuration.clusterName,
                version: try await client.serverVersion().gitVersion,
                server: client.configuration.server
            )
        } catch {
            throw error.lifeboatError
        }
    }

    /// The uid of kube-system tells clusters apart; an identity that may not read it is told apart by the address.
    private func clusterUID() async throws(ClusterError) -> String {
        let address = "server:" + client.configuration.server
        do throws(ClusterError) {
            let bytes = try await client.get(.namespaces, namespace: nil, name: "kube-system")
            return (try? JSONValue(parsing: bytes))?["metadata", "uid"]?.string ?? address
        } catch {
            guard [.forbidden, .notFound].contains(error.kind) else { throw error }
            return address
        }
    }

    /// Writes a random value to the cluster, which only this snapshot or a later one can hold.
    private func writeFreshnessMarker(_ discovery: Discovery, _ warnings: inout [String]) async -> String? {
        guard let marker = policy.freshnessMarker,
            let configMaps = discovery.resource(for: GroupResource(group: "", resource: "configmaps"))
        else { return nil }
        let digits = Array("0123456789abcdef")
        let nonce = String(random(16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
        let object: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": .string(marker.name), "namespace": .string(marker.namespace)],
            "data": ["nonce": .string(nonce), "takenAt": .string("\(now())")],
        ]
        do {
            _ = try await client.patch(
                configMaps,
                namespace: marker.namespace,
                name: marker.name,
                patch: object.encoded(),
                type: .apply(force: true)
            )
            return nonce
        } catch {
            warnings.append(
                "the freshness marker \(marker.namespace)/\(marker.name) could not be written: "
                    + error.lifeboatError.message
            )
            return nil
        }
    }
}
