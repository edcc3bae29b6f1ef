package import Archive
package import KubernetesObjects

/// Reads a backup of Velero as a snapshot, object by object; nothing but one object is in memory at a time.
package struct VeleroImport: Sendable {
    package let repository: Repository
    /// What the cluster is called in the list of snapshots.
    package let clusterName: String
    package let toolVersion: String
    package let now: @Sendable () -> Timestamp

    package init(
        repository: Repository,
        clusterName: String,
        toolVersion: String,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.repository = repository
        self.clusterName = clusterName
        self.toolVersion = toolVersion
        self.now = now
    }

    /// What an import did.
    package struct Result: Sendable {
        package let snapshot: Snapshot
        package let backup: String
        package let objects: Int
        package let bytesAdded: Int
        package let incomplete: [LeftOutResource]
        package let excluded: [LeftOutResource]
        package let warnings: [String]

        package var isComplete: Bool { incomplete.isEmpty }

        package var json: JSONValue {
            [
                "schemaVersion": "lifeboat.dr/v1", "snapshot": .string(snapshot.id), "backup": .string(backup),
                "takenAt": .string("\(snapshot.takenAt)"), "objects": .int(objects), "bytesAdded": .int(bytesAdded),
                "incomplete": .array(incomplete.map(\.json)), "excluded": .array(excluded.map(\.json)),
                "warnings": .array(warnings.map { .string($0) }),
            ]
        }
    }

    /// - Throws: `object.malformed-archive`, `backup.empty`, or what the repository says. Nothing is committed then.
    package func run(_ backup: VeleroBackup) throws(LifeboatError) -> Result {
        try Repository.repeatingWhenOvertaken { () throws(LifeboatError) in try runOnce(backup) }
    }

    private func runOnce(_ backup: VeleroBackup) throws(LifeboatError) -> Result {
        let first = try look(backup)
        let uid = first.clusterUID ?? "velero:\(clusterName)"
        let writer = try repository.beginSnapshot(
            SnapshotRequest(
                cluster: ClusterDescription(uid: uid, name: clusterName, version: backup.version, server: ""),
                policy: "velero/\(backup.name)",
                labels: ["velero.io/backup-name": backup.name],
                toolVersion: toolVersion
            )
        )
        do throws(LifeboatError) {
            var objects = ImportedObjects(writer)
            var archive = try backup.files()
            while let file = try archive.next({ VeleroBackup.place($0) != nil }) {
                guard let place = VeleroBackup.place(file.name) else { continue }
                try objects.add(file.bytes, place)
            }
            guard objects.count > 0 else {
                throw LifeboatError(
                    .backupEmpty,
                    "\(backup.path) holds no object",
                    remedy: "it should hold files such as resources/deployments.apps/namespaces/NAMESPACE/NAME.json"
                )
            }
            var warnings: [String] = []
            if !["", "Completed"].contains(backup.phase) {
                warnings.append("the backup ended as \(backup.phase): it may lack objects")
            }
            let committed = try writer.commit(
                SnapshotSummary(
                    takenAt: backup.takenAt ?? first.modifiedAt ?? now(),
                    incomplete: objects.incomplete,
                    excluded: objects.excluded,
                    warnings: warnings
                )
            )
            return Result(
                snapshot: committed.snapshot,
                backup: backup.name,
                objects: committed.objects,
                bytesAdded: committed.bytesAdded,
                incomplete: objects.incomplete,
                excluded: objects.excluded,
                warnings: warnings
            )
        } catch {
            writer.abandon()
            throw error
        }
    }

    /// The whole archive is read once before anything is written: it may be damaged at its end, and the uid of its cluster is in it.
    private func look(_ backup: VeleroBackup) throws(LifeboatError) -> (clusterUID: String?, modifiedAt: Timestamp?) {
        let system = "resources/namespaces/cluster/kube-system.json"
        var result: (clusterUID: String?, modifiedAt: Timestamp?) = (nil, nil)
        var archive = try backup.files()
        while let file = try archive.next({ $0 == system || $0 == "metadata/version" }) {
            result.modifiedAt = result.modifiedAt ?? file.modifiedAt
            if file.name == system {
                result.clusterUID = (try? JSONValue(parsing: file.bytes))?["metadata", "uid"]?.string
            }
        }
        return result
    }
}
