internal import Archive
internal import Glibc
internal import KubernetesObjects
internal import Synchronization

/// Puts files, folders and links into a snapshot. It can be used from several threads at once.
final class FileCapture: Sendable {
    private let writer: SnapshotWriter
    private let takenAt: Timestamp
    private let progress: (@Sendable (FileBackupResult.Counts) -> Void)?
    private let state = Mutex(Captured())

    struct Captured {
        var counts = FileBackupResult.Counts()
        var incomplete = LeftOutPaths()
        var excluded = LeftOutPaths()
    }

    /// A file in an open folder.
    struct Place {
        let folder: Int32
        let name: [UInt8]
        /// The folder and the name in the snapshot.
        let folderText: String
        let nameText: String

        /// The place below the top of the snapshot: the folder of what is in this one.
        var text: String { folderText.isEmpty ? nameText : "\(folderText)/\(nameText)" }
        /// Never taken apart again: a `/` and a combining mark after it are one character to Swift.
        var path: String { "/" + text }

        /// Whether its folder has it no longer. Some network file systems list what they cannot open, and say that it is not there.
        var isGone: Bool { FileStatus.of(name, in: folder) == nil && errno == ENOENT }
    }

    init(_ writer: SnapshotWriter, takenAt: Timestamp, progress: (@Sendable (FileBackupResult.Counts) -> Void)?) {
        self.writer = writer
        self.takenAt = takenAt
        self.progress = progress
    }

    var result: Captured { state.withLock { $0 } }

    func incomplete(_ path: String, _ reason: String) { state.withLock { $0.incomplete.add(path, reason) } }

    func excluded(_ path: String, _ reason: String) { state.withLock { $0.excluded.add(path, reason) } }

    func count(_ change: (inout FileBackupResult.Counts) -> Void) {
        let counts = state.withLock { state in
            change(&state.counts)
            return state.counts
        }
        progress?(counts)
    }

    /// - Parameter descriptor: the open folder; nil for one that is not opened.
    func addDirectory(_ place: Place, _ status: FileStatus, _ descriptor: Int32?) throws(LifeboatError) {
        var document = status.document(.directory)
        if let descriptor {
            if let attributes = ExtendedAttributes(of: descriptor) {
                document.attributes = attributes
            } else {
                incomplete(place.path, "its attributes cannot be read: \(String(cString: strerror(errno)))")
            }
        }
        try add(place, status, document, version: status.version)
        count { $0.directories += 1 }
    }

    func addSymlink(_ place: Place, _ status: FileStatus) throws(LifeboatError) {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlinkat(place.folder, place.name.terminated, &target, target.count)
        guard length > 0 else {
            // Who deletes something while its folder is read has no wish to see it again.
            let code = errno
            if code != ENOENT || !place.isGone { incomplete(place.path, String(cString: strerror(code))) }
            return
        }
        var document = status.document(.symlink)
        document.target = target[..<length].map { UInt8(bitPattern: $0) }
        try add(place, status, document, version: status.version)
        count { $0.symlinks += 1 }
    }

    /// Adds a file, or carries it over when it is as the last snapshot has it.
    ///
    /// - Returns: false when it is no longer there.
    @discardableResult
    func addFile(_ place: Place, _ status: FileStatus) throws(LifeboatError) -> Bool {
        if status.tellsOfWrites, try carryOver(place, status) { return true }
        for attempt in 0..<2 {
            var file = FileReading(place)
            guard let read = try file.read(into: writer, expecting: status) else {
                if !file.isGone { incomplete(place.path, file.failure) }
                return !file.isGone
            }
            // The second time it is taken as it was read, and told of: of a log that grows all the time, that is most of it.
            if !read.isSteady, attempt == 0 { continue }
            if !read.isSteady { incomplete(place.path, "it changed while it was read") }
            var document = read.status.document(.file)
            document.size = read.content.size
            document.content = read.small
            if let attributes = read.attributes {
                document.attributes = attributes
            } else {
                incomplete(place.path, "its attributes cannot be read: \(file.attributesFailure ?? "")")
            }
            let isWhole = read.isSteady && read.attributes != nil
            try add(
                place,
                read.status,
                document,
                version: read.status.version(takenAt: Int(takenAt.secondsSince1970), isWhole: isWhole),
                content: read.small == nil ? read.content : nil
            )
            countRead(read.content.size)
            break
        }
        return true
    }

    private func carryOver(_ place: Place, _ status: FileStatus) throws(LifeboatError) -> Bool {
        let known = try writer.parentState(
            FileDocument.resource,
            namespace: place.folderText,
            name: place.nameText,
            uid: status.uid,
            resourceVersion: status.version
        )
        guard case .unchanged(let record) = known else { return false }
        writer.reuse(record, name: place.nameText)
        writer.announceLongSession()
        count {
            $0.files += 1
            $0.bytes += status.size
        }
        return true
    }

    /// Adds what a descriptor brings as a file at the top of the snapshot.
    func addStream(_ name: String, _ descriptor: Int32) throws(LifeboatError) {
        let content = try FileReading.stream(descriptor, into: writer)
        let time = FileTime(seconds: Int(takenAt.secondsSince1970), nanoseconds: 0)
        var document = FileDocument(kind: .file, mode: 0o600, owner: getuid(), group: getgid(), modified: time)
        document.size = content.size
        try add(
            "",
            FileNames.text(Array(name.utf8)),
            uid: "stream",
            document,
            version: FileStatus.unsettled,
            content: content
        )
        countRead(content.size)
    }

    private func countRead(_ size: Int) {
        count {
            $0.files += 1
            $0.filesRead += 1
            $0.bytes += size
            $0.bytesRead += size
        }
    }

    private func add(
        _ place: Place,
        _ status: FileStatus,
        _ document: FileDocument,
        version: String,
        content: StoredContent? = nil
    ) throws(LifeboatError) {
        try add(place.folderText, place.nameText, uid: status.uid, document, version: version, content: content)
    }

    private func add(
        _ folder: String,
        _ name: String,
        uid: String,
        _ document: FileDocument,
        version: String,
        content: StoredContent?
    ) throws(LifeboatError) {
        try writer.add(
            FileDocument.resource,
            namespace: folder,
            name: name,
            uid: uid,
            resourceVersion: version,
            canonical: document.canonical(folder: folder, name: name)[...],
            layout: CanonicalJSON.Layout(),
            content: content
        )
    }
}
