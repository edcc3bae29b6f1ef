package import Archive
package import KubernetesAPI
package import KubernetesObjects
internal import Policies

extension RestoreRun {
    private static let fetchWidth = 16
    /// The label with which the snapshot before an undo names what is undone.
    private static let undoesLabel = "lifeboat.dr/undoes"

    /// Takes a snapshot of the objects that a plan changes or deletes, with a record of those that it creates.
    ///
    /// - Returns: nil when the plan sends nothing.
    package func snapshotBefore(
        _ plan: RestorePlan,
        in repository: Repository,
        toolVersion: String
    ) async throws(LifeboatError) -> Snapshot? {
        try await Repository.repeatingWhenOvertaken { () async throws(LifeboatError) in
            try await snapshotOnce(plan, in: repository, toolVersion: toolVersion)
        }
    }

    private func snapshotOnce(
        _ plan: RestorePlan,
        in repository: Repository,
        toolVersion: String
    ) async throws(LifeboatError) -> Snapshot? {
        let records = RestoreRecord.all(of: plan)
        let changed = plan.changed
        guard !records.isEmpty || !changed.isEmpty else { return nil }
        let version = try await Self.translated { try await client.serverVersion().gitVersion }
        let cluster = ClusterDescription(
            uid: Self.clusterUID(plan, client),
            name: client.configuration.clusterName,
            version: version,
            server: client.configuration.server
        )
        let writer = try repository.beginSnapshot(
            SnapshotRequest(
                cluster: cluster,
                policy: Snapshot.beforeRestorePolicy,
                labels: policy.isUndo ? [Self.undoesLabel: reader.snapshot.id] : [:],
                toolVersion: toolVersion
            )
        )
        do throws(LifeboatError) {
            let takenAt = now()
            try await Self.translated { try await keep(changed, in: writer) }
            for record in records { try keep(record, in: writer) }
            return try writer.commit(SnapshotSummary(takenAt: takenAt)).snapshot
        } catch {
            writer.abandon()
            throw error
        }
    }

    private static func clusterUID(_ plan: RestorePlan, _ client: ClusterClient) -> String {
        plan.clusterUID.isEmpty ? "server:\(client.configuration.server)" : plan.clusterUID
    }

    private func keep(_ steps: [RestorePlan.Step], in writer: SnapshotWriter) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var next = 0
            func begin() {
                guard next < steps.count else { return }
                let step = steps[next]
                next += 1
                group.addTask { try await keep(step, in: writer) }
            }
            for _ in 0..<Self.fetchWidth { begin() }
            while try await group.next() != nil { begin() }
        }
    }

    private func keep(_ step: RestorePlan.Step, in writer: SnapshotWriter) async throws {
        let bytes: [UInt8]
        do throws(ClusterError) {
            bytes = try await client.get(step.resource, namespace: step.identity.namespace, name: step.identity.name)
        } catch {
            // It went since the plan: there is nothing to bring back.
            guard error.kind == .notFound else { throw error }
            return
        }
        let stored = StoredResource(
            group: step.resource.group,
            version: step.resource.version,
            resource: step.resource.resource,
            kind: step.resource.kind,
            isNamespaced: step.resource.isNamespaced
        )
        try add(bytes, stored, step.identity, writer)
    }

    private func keep(_ record: RestoreRecord, in writer: SnapshotWriter) throws(LifeboatError) {
        let stored = StoredResource(
            group: RestoreRecord.resource.group,
            version: RestoreRecord.kind.version,
            resource: RestoreRecord.resource.resource,
            kind: RestoreRecord.kind.kind,
            isNamespaced: false
        )
        let identity = ObjectIdentity(groupVersionKind: RestoreRecord.kind, namespace: nil, name: record.name)
        try add(record.json.encoded(), stored, identity, writer)
    }

    private func add(
        _ bytes: [UInt8],
        _ stored: StoredResource,
        _ identity: ObjectIdentity,
        _ writer: SnapshotWriter
    ) throws(LifeboatError) {
        var canonical: [UInt8] = []
        var encoder = CanonicalJSON()
        let object: JSONValue
        let layout: CanonicalJSON.Layout
        do throws(JSONError) {
            object = try JSONValue(parsing: bytes)
            layout = try encoder.encode(
                bytes.span,
                range: 0..<bytes.count,
                groupVersionKind: identity.groupVersionKind,
                into: &canonical
            )
        } catch {
            throw LifeboatError(.malformedJSON, "\(identity) is not valid: \(error)")
        }
        try writer.add(
            stored,
            namespace: identity.namespace ?? "",
            name: identity.name,
            uid: object["metadata", "uid"]?.string ?? "",
            resourceVersion: object["metadata", "resourceVersion"]?.string ?? "",
            canonical: canonical[...],
            layout: layout
        )
    }

    // MARK: What can be undone

    /// The snapshot that `restore --undo` brings back: the newest one of this cluster that a restore took and that was not undone.
    ///
    /// - Throws: `snapshot.not-found`.
    package static func snapshotToUndo(
        in repository: Repository,
        _ client: ClusterClient
    ) async throws(LifeboatError) -> Snapshot {
        let uid = try await translated { () -> String in
            do throws(ClusterError) {
                let bytes = try await client.get(.namespaces, namespace: nil, name: "kube-system")
                return (try? JSONValue(parsing: bytes))?["metadata", "uid"]?.string ?? ""
            } catch {
                guard [.notFound, .forbidden].contains(error.kind) else { throw error }
                return "server:\(client.configuration.server)"
            }
        }
        var undone: Set<String> = []
        for (snapshot, details) in try repository.describedSnapshots()
        where snapshot.isBeforeRestore && snapshot.clusterUID == uid {
            if let id = details?.labels[undoesLabel] {
                undone.insert(id)
            } else if !undone.contains(snapshot.id) {
                return snapshot
            }
        }
        throw LifeboatError(
            .snapshotNotFound,
            "there is no restore of this cluster that could be undone",
            remedy: "list the snapshots with `lifeboat snapshots`, and name the one to bring back"
        )
    }
}

extension RestorePlan {
    /// The steps that change or delete an object that there is.
    var changed: [Step] {
        steps.filter { step in
            switch step.verdict {
            case .update, .recreate, .delete: true
            default: false
            }
        }
    }

    /// Whether carrying it out changes or deletes an object of the cluster.
    package var changesObjects: Bool { !changed.isEmpty }
}
