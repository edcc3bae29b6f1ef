package import Archive
internal import Glibc
package import KubernetesObjects

/// Writes the files of a snapshot into a folder.
///
/// What is there already as the snapshot has it is left alone, so a restore that was stopped goes on when it is run again; what
/// differs is replaced only when that was asked for. It ends when the file systems have said that everything is on the disk.
package struct FileRestore: Sendable {
    package let reader: SnapshotReader
    package let target: String
    /// Only these paths and what is below them; empty for everything.
    package var paths: [String] = []
    package var overwrites = false
    package var isDryRun = false

    /// Files under this size are written beside each other; the chunks of a larger one are.
    static let largeSize = 4 << 20

    package init(reader: SnapshotReader, target: String) {
        self.reader = reader
        self.target = target
    }

    struct Item: Sendable {
        let path: RestoredPath
        let entry: SnapshotEntry
        let number: Int
    }

    /// Restores, and names in the result what could not be restored.
    ///
    /// - Throws: what makes all of it impossible: the target, the store, a full disk.
    package func run(progress: (@Sendable (FileRestoreResult.Counts) -> Void)? = nil) throws(LifeboatError)
        -> FileRestoreResult
    {
        do throws(LifeboatError) { return try restore(progress) } catch {
            guard error.code == .cancelled else { throw error }
            throw LifeboatError(.cancelled, "the restore was stopped", remedy: "run it again to go on")
        }
    }

    private func restore(_ progress: (@Sendable (FileRestoreResult.Counts) -> Void)?) throws(LifeboatError)
        -> FileRestoreResult
    {
        let tally = RestoreTally(FileRestoreResult(snapshot: reader.snapshot.id, target: target, isDryRun: isDryRun))
        let items = try chosen(tally)
        let opened = try TargetFolder.target(target, makes: !isDryRun)
        let contents = FileContents(reader: reader, chunks: try reader.chunkIdentifiers())
        let (links, fileSystems) = (FileLinks(), WrittenFileSystems())
        var permissions: mode_t?
        if let opened, !isDryRun {
            fileSystems.add(opened.folder)
            if opened.isFresh, items.contains(where: { $0.path.names.isEmpty }) {
                permissions = opened.folder.markUnfinished()
            }
        }
        var folders: [(Item, FileDocument)] = []
        var next = 0
        while next < items.count {
            try Cancellation.check()
            let parent = items[next].path.names.dropLast()
            var end = next + 1
            while end < items.count, items[end].path.names.dropLast() == parent, !items[next].path.names.isEmpty {
                end += 1
            }
            let group = Array(items[next..<end])
            next = end
            do throws(LifeboatError) {
                let folder = try opened?.folder.folder(Array(parent), makes: !isDryRun)
                if let folder { fileSystems.add(folder) }
                let work = FileWriting(
                    contents,
                    folder,
                    root: opened?.folder,
                    links,
                    tally,
                    overwrites: overwrites,
                    isDryRun: isDryRun
                )
                try restore(group, work, tally, &folders)
            } catch { try tally.fail(group, error) }
            progress?(tally.counts)
        }
        if let opened, !isDryRun {
            // The deepest first: to write into a folder changes its time.
            for (item, document) in folders.reversed() where !item.path.names.isEmpty || opened.isFresh {
                do throws(LifeboatError) {
                    guard let folder = try opened.folder.folder(item.path.names, makes: false) else { continue }
                    try TargetMetadata.set(document, of: folder.descriptor, folder.path, tally)
                } catch { try tally.fail([item], error) }
            }
            if let permissions, !folders.contains(where: { $0.0.path.names.isEmpty }) {
                opened.folder.restorePermissions(permissions)
            }
            fileSystems.synchronize(tally)
        }
        return tally.result
    }

    /// The entries that are wanted, folders before what is in them.
    private func chosen(_ tally: RestoreTally) throws(LifeboatError) -> [Item] {
        // As lists show names, or as they are.
        let wanted = paths.map { [RestoredPath($0), RestoredPath(shown: $0)] }
        var found = [Bool](repeating: false, count: wanted.count)
        var chosen: [(path: RestoredPath, entry: SnapshotEntry)] = []
        let (entries, lost) = try reader.readableEntries(FileDocument.resource, opensDocuments: false)
        for part in lost { tally.fail(part.description, part.error.message) }
        for entry in entries {
            guard let path = RestoredPath(entry) else {
                tally.fail("\(entry.namespace)/\(entry.name)", "it is no name of a file below a folder")
                continue
            }
            guard wanted.isEmpty || wanted.contains(where: { $0.contains { $0.wants(path) } }) else { continue }
            for number in wanted.indices where wanted[number].contains(where: { $0.contains(path) }) {
                found[number] = true
            }
            chosen.append((path, entry))
        }
        if let absent = found.firstIndex(of: false) {
            guard lost.isEmpty else {
                throw LifeboatError(
                    .repositoryDamaged,
                    "\(paths[absent]) is not among what can be read of snapshot \(reader.snapshot.shortID), which has lost "
                        + lost.prefix(3).map(\.description).joined(separator: ", "),
                    remedy: "run `lifeboat repair`, or restore it from another snapshot"
                )
            }
            throw LifeboatError(
                .objectNotFound,
                "snapshot \(reader.snapshot.shortID) has no \(paths[absent])",
                remedy: "list what it has with `lifeboat files ls \(reader.snapshot.shortID)`"
            )
        }
        // Folder by folder, each after those that lead to it.
        chosen.sort { left, right in
            let (a, b) = (left.path.names.dropLast(), right.path.names.dropLast())
            if a != b { return a.lexicographicallyPrecedes(b) { $0.lexicographicallyPrecedes($1) } }
            return left.path < right.path
        }
        return chosen.enumerated().map { Item(path: $1.path, entry: $1.entry, number: $0) }
    }

    private func restore(
        _ group: [Item],
        _ work: FileWriting,
        _ tally: RestoreTally,
        _ folders: inout [(Item, FileDocument)]
    ) throws(LifeboatError) {
        var small: [(item: Item, document: FileDocument)] = []
        for item in group {
            try Cancellation.check()
            do throws(LifeboatError) {
                let document = try FileDocument(parsing: try reader.bytes(item.entry))
                switch document.kind {
                case .directory:
                    // Of the target itself it is decided at the end.
                    let isOwn = item.path.names.isEmpty ? true : try work.makeFolder(item)
                    if isOwn { folders.append((item, document)) }
                    if isOwn { tally.count { $0.directories += 1 } }
                case .symlink:
                    let isNew = try work.makeLink(item, document)
                    tally.count { if isNew { $0.symlinks += 1 } else { $0.unchanged += 1 } }
                // One after another: each but the first is linked to one that is there.
                case .file where document.hardLink != nil: try Self.write(item, document, work, tally)
                case .file where item.entry.rawLength < Self.largeSize: small.append((item, document))
                case .file: try Self.write(item, document, work, tally)
                }
            } catch { try tally.fail([item], error) }
        }
        let files = small
        try ParallelWork.forEach(files.count) { (number) throws(LifeboatError) in
            do throws(LifeboatError) { try Self.write(files[number].item, files[number].document, work, tally) } catch {
                try tally.fail([files[number].item], error)
            }
        }
    }

    private static func write(
        _ item: Item,
        _ document: FileDocument,
        _ work: FileWriting,
        _ tally: RestoreTally
    ) throws(LifeboatError) {
        let written = try work.writeFile(item, document)
        tally.count { result in
            guard let written else {
                result.unchanged += 1
                return
            }
            result.files += 1
            result.bytesWritten += written
        }
    }
}
