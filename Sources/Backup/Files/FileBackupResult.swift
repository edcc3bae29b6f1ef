package import Archive
package import KubernetesObjects

/// What a backup of files did.
package struct FileBackupResult: Sendable {
    package struct Counts: Sendable, Equatable {
        package var files = 0
        package var directories = 0
        package var symlinks = 0
        /// Files that were opened; the others are as the last snapshot has them.
        package var filesRead = 0
        package var bytesRead = 0
        /// The sizes of all files.
        package var bytes = 0
    }

    package let snapshot: Snapshot
    package let source: String
    package let counts: Counts
    /// Files, folders and links that are new or differ from the last snapshot.
    package let changed: Int
    package let removed: Int
    /// Bytes that the repository grew by.
    package let bytesAdded: Int
    package let durationSeconds: Double
    /// What could not be read, or changed while it was read.
    package let incomplete: [LeftOutResource]
    package let excluded: [LeftOutResource]

    package var isComplete: Bool { incomplete.isEmpty }

    package var json: JSONValue {
        [
            "schemaVersion": "lifeboat.dr/v1", "snapshot": .string(snapshot.id), "name": .string(source),
            "takenAt": .string("\(snapshot.takenAt)"),
            "durationSeconds": .number(BackupResult.text(durationSeconds)),
            "files": .int(counts.files), "directories": .int(counts.directories), "symlinks": .int(counts.symlinks),
            "bytes": .int(counts.bytes), "filesRead": .int(counts.filesRead), "bytesRead": .int(counts.bytesRead),
            "changed": .int(changed), "removed": .int(removed), "bytesAdded": .int(bytesAdded),
            "incomplete": .array(incomplete.map(Self.json)), "excluded": .array(excluded.map(Self.json)),
        ]
    }

    private static func json(_ item: LeftOutResource) -> JSONValue {
        ["path": .string(item.namespace ?? ""), "reason": .string(item.reason)]
    }
}
