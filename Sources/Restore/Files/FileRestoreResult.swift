package import KubernetesObjects

/// What a restore of files did, or would do.
package struct FileRestoreResult: Sendable {
    package struct Failure: Sendable, Equatable {
        package let path: String
        package let reason: String
    }

    package struct Counts: Sendable, Equatable {
        package internal(set) var files = 0
        package internal(set) var directories = 0
        package internal(set) var symlinks = 0
        /// Bytes that were written to files; holes are not.
        package internal(set) var bytesWritten = 0
        /// Files and links that were there as the snapshot has them.
        package internal(set) var unchanged = 0
    }

    package let snapshot: String
    package let target: String
    package let isDryRun: Bool
    package internal(set) var counts = Counts()
    /// In the order of the paths.
    package internal(set) var failed: [Failure] = []

    package var files: Int { counts.files }
    package var directories: Int { counts.directories }
    package var symlinks: Int { counts.symlinks }
    package var bytesWritten: Int { counts.bytesWritten }
    package var unchanged: Int { counts.unchanged }

    package var isComplete: Bool { failed.isEmpty }

    package var json: JSONValue {
        [
            "schemaVersion": "lifeboat.dr/v1", "snapshot": .string(snapshot), "target": .string(target),
            "dryRun": .bool(isDryRun), "files": .int(files), "directories": .int(directories),
            "symlinks": .int(symlinks), "bytesWritten": .int(bytesWritten), "unchanged": .int(unchanged),
            "failed": .array(failed.map { ["path": .string($0.path), "reason": .string($0.reason)] }),
        ]
    }
}
