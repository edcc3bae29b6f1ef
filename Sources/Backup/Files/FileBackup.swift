package import Archive
internal import Glibc
package import KubernetesObjects
package import Policies

/// Takes one snapshot of files: of a volume that is mounted, or of any folders.
package struct FileBackup: Sendable {
    package let repository: Repository
    /// What the volume or host is called; snapshots of one name belong together.
    package let source: String
    package let paths: [String]
    package let now: @Sendable () -> Timestamp
    package let elapsed: ElapsedSeconds
    /// What is left out: patterns with a `/` are for whole paths, others for names.
    package var excludes: [NamePattern] = []
    /// Whether folders of other file systems are left out.
    package var staysOnFileSystem = false
    package var tags: [String] = []
    /// What is taken in place of `paths`: the bytes that can be read from a descriptor, as one file of this name.
    package var stream: (name: String, descriptor: Int32)?
    package var toolVersion = ""
    package var attempts = Repository.snapshotAttempts
    /// How many files may be open; nil for as many as the system allows.
    package var openFileLimit: Int?

    package init(
        repository: Repository,
        source: String,
        paths: [String],
        now: @escaping @Sendable () -> Timestamp,
        elapsed: @escaping ElapsedSeconds = MonotonicClock.seconds
    ) {
        self.repository = repository
        self.source = source
        self.paths = paths
        self.now = now
        self.elapsed = elapsed
    }

    /// Reads the files and commits the snapshot. What could not be read is in the result's `incomplete`.
    ///
    /// - Throws: what makes a snapshot impossible, such as a path that does not exist. Nothing is committed then.
    package func run(progress: (@Sendable (FileBackupResult.Counts) -> Void)? = nil) throws(LifeboatError)
        -> FileBackupResult
    {
        // What came from a stream does not come again.
        try Repository.repeatingWhenOvertaken(attempts: stream == nil ? attempts : 1) { () throws(LifeboatError) in
            try runOnce(progress)
        }
    }

    private func runOnce(_ progress: (@Sendable (FileBackupResult.Counts) -> Void)?) throws(LifeboatError)
        -> FileBackupResult
    {
        let start = elapsed()
        let takenAt = now()
        let writer = try repository.beginSnapshot(
            SnapshotRequest(
                cluster: ClusterDescription(uid: Snapshot.filesUID(source), name: source, version: "", server: ""),
                policy: Snapshot.filesPolicy,
                labels: Dictionary(tags.map { ($0, "") }, uniquingKeysWith: { first, _ in first }),
                toolVersion: toolVersion,
                selection: [
                    "paths": .array(paths.map { .string($0) }),
                    "excludes": .array(excludes.map { .string($0.text) }),
                ]
            )
        )
        do throws(LifeboatError) {
            let capture = FileCapture(writer, takenAt: takenAt, progress: progress)
            let walk = FileWalk(
                capture,
                excludes: excludes,
                staysOnFileSystem: staysOnFileSystem,
                repository: repository.location,
                openFileLimit: openFileLimit ?? OpenFileLimit.raise()
            )
            if let stream {
                try capture.addStream(stream.name, stream.descriptor)
            } else {
                for (path, name) in try namedPaths() { try walk.begin(path, name) }
            }
            let captured = capture.result
            let (incomplete, excluded) = (captured.incomplete.all, captured.excluded.all)
            let committed = try writer.commit(
                SnapshotSummary(takenAt: takenAt, incomplete: incomplete, excluded: excluded)
            )
            return FileBackupResult(
                snapshot: committed.snapshot,
                source: source,
                counts: captured.counts,
                changed: committed.objectsChanged,
                removed: committed.objectsRemoved,
                bytesAdded: committed.bytesAdded,
                durationSeconds: elapsed() - start,
                incomplete: incomplete,
                excluded: excluded
            )
        } catch {
            writer.abandon()
            guard error.code == .cancelled else { throw error }
            throw LifeboatError(.cancelled, "the backup was cancelled; nothing was committed", remedy: "run it again")
        }
    }

    /// The paths, and the name that each has at the top of the snapshot: none for a single folder, whose contents are the top.
    private func namedPaths() throws(LifeboatError) -> [(path: String, name: [UInt8]?)] {
        guard !paths.isEmpty else { throw LifeboatError(.usage, "no path was named", remedy: "name a folder") }
        var named: [(path: String, name: [UInt8]?)] = []
        for path in paths {
            var status = stat()
            guard stat(path, &status) == 0 else {
                throw LifeboatError(
                    .storageFailed,
                    "cannot read \(path): \(String(cString: strerror(errno)))",
                    remedy: "check the path and that this user may read it"
                )
            }
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            let last = path.utf8.split(separator: UInt8(ascii: "/")).last { $0.elementsEqual(".".utf8) == false }
            guard paths.count > 1 || !isFolder else { return [(path, nil)] }
            guard let last, !last.elementsEqual("..".utf8) else {
                throw LifeboatError(.usage, "\(path) has no name of its own", remedy: "name it by its whole path")
            }
            guard !named.contains(where: { $0.name?.elementsEqual(last) == true }) else {
                throw LifeboatError(
                    .usage,
                    "two of the paths are called \(String(decoding: last, as: UTF8.self))",
                    remedy: "take a snapshot of each, with a --name of its own"
                )
            }
            named.append((path, Array(last)))
        }
        return named
    }
}
