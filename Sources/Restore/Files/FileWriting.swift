internal import Archive
internal import Glibc
internal import KubernetesObjects

/// Puts files, folders and links into one folder of the target.
struct FileWriting: Sendable {
    private let contents: FileContents
    /// Nil in a dry run when the folder is not there.
    private let folder: TargetFolder?
    /// The top of the target.
    private let root: TargetFolder?
    private let links: FileLinks
    private let tally: RestoreTally
    private let overwrites: Bool
    private let isDryRun: Bool

    init(
        _ contents: FileContents,
        _ folder: TargetFolder?,
        root: TargetFolder?,
        _ links: FileLinks,
        _ tally: RestoreTally,
        overwrites: Bool,
        isDryRun: Bool
    ) {
        self.contents = contents
        self.folder = folder
        self.root = root
        self.links = links
        self.tally = tally
        self.overwrites = overwrites
        self.isDryRun = isDryRun
    }

    private static func name(_ item: FileRestore.Item) -> [UInt8] { item.path.names.last ?? [] }

    private func refuse(_ name: [UInt8], _ what: String) -> LifeboatError {
        LifeboatError(.restoreRefused, "\(folder?.pathOf(name) ?? FileNames.text(name)) is there and \(what)")
    }

    private func requireReplaceable(_ name: [UInt8], _ known: stat, _ what: String) throws(LifeboatError) {
        guard known.st_mode & S_IFMT != S_IFDIR else { throw refuse(name, "is a folder: move it away") }
        guard overwrites else { throw refuse(name, "\(what): --overwrite replaces it") }
    }

    /// - Returns: whether its owner, permissions and time are to be those of the snapshot: not of a folder that somebody else made.
    func makeFolder(_ item: FileRestore.Item) throws(LifeboatError) -> Bool {
        let name = Self.name(item)
        if let known = try folder?.status(name) {
            guard known.st_mode & S_IFMT == S_IFDIR else { throw refuse(name, "is no folder: move it away") }
            // As a restore that was stopped has left it.
            return overwrites || known.st_mode & 0o7777 == TargetMetadata.unfinished
        }
        guard let folder, !isDryRun else { return true }
        guard mkdirat(folder.descriptor, TargetFolder.terminated(name), TargetMetadata.unfinished) == 0 else {
            throw TargetFolder.failure("create", folder.pathOf(name))
        }
        return true
    }

    /// - Returns: false when the link is there already.
    func makeLink(_ item: FileRestore.Item, _ document: FileDocument) throws(LifeboatError) -> Bool {
        let name = Self.name(item)
        if let folder, let known = try folder.status(name) {
            if known.st_mode & S_IFMT == S_IFLNK, target(of: name, folder) == document.target { return false }
            try requireReplaceable(name, known, "is something else")
        }
        guard let folder, !isDryRun else { return true }
        let temporary = temporaryName(item)
        unlinkat(folder.descriptor, TargetFolder.terminated(temporary), 0)
        let target = TargetFolder.terminated(document.target)
        guard symlinkat(target, folder.descriptor, TargetFolder.terminated(temporary)) == 0 else {
            throw TargetFolder.failure("create", folder.pathOf(name))
        }
        var isDone = false
        defer { if !isDone { unlinkat(folder.descriptor, TargetFolder.terminated(temporary), 0) } }
        try TargetMetadata.set(document, ofLink: temporary, in: folder, folder.pathOf(name), tally)
        try rename(temporary, name, folder)
        isDone = true
        return true
    }

    /// - Returns: how many bytes were written; nil when the file is there already as it should be.
    func writeFile(_ item: FileRestore.Item, _ document: FileDocument) throws(LifeboatError) -> Int? {
        let content = try contents.content(item.entry, document)
        if let first = links.first(document, content), let isNew = try link(item, to: first) { return isNew ? 0 : nil }
        let written = try write(item, document, content)
        links.restored(item.path, document, content)
        return written
    }

    private func write(
        _ item: FileRestore.Item,
        _ document: FileDocument,
        _ content: StoredContent
    ) throws(LifeboatError) -> Int? {
        let name = Self.name(item)
        if let folder, let known = try folder.status(name) {
            if try isEqual(name, known, content, document, folder) { return nil }
            try requireReplaceable(name, known, "differs")
        }
        guard let folder, !isDryRun else { return content.size }
        let temporary = temporaryName(item)
        // What a restore that was killed has left.
        unlinkat(folder.descriptor, TargetFolder.terminated(temporary), 0)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = openat(folder.descriptor, TargetFolder.terminated(temporary), flags, 0o600)
        guard descriptor >= 0 else { throw TargetFolder.failure("create", folder.pathOf(name)) }
        var isDone = false
        defer { if !isDone { unlinkat(folder.descriptor, TargetFolder.terminated(temporary), 0) } }
        let written = try fill(descriptor, content, document, folder.pathOf(name))
        try rename(temporary, name, folder)
        isDone = true
        return written
    }

    /// Writes a file and closes it, which is when file systems over a network, and those that are programs, tell of a full disk.
    private func fill(
        _ descriptor: Int32,
        _ content: StoredContent,
        _ document: FileDocument,
        _ path: String
    ) throws(LifeboatError) -> Int {
        let written: Int
        do throws(LifeboatError) {
            written = try contents.write(content, document, to: descriptor, path)
            try TargetMetadata.set(document, of: descriptor, path, tally)
            // Small ones are synchronized all at once in the end, which costs far less.
            if content.size >= FileRestore.largeSize, fsync(descriptor) != 0 {
                throw TargetFolder.failure("write", path)
            }
        } catch {
            close(descriptor)
            throw error
        }
        guard close(descriptor) == 0 else { throw TargetFolder.failure("write", path) }
        return written
    }

    /// Gives a file that was restored another name.
    ///
    /// - Returns: false when it has that name already; nil when something else has it, or the file system takes no link there: then the file is
    ///   written like any other.
    private func link(_ item: FileRestore.Item, to first: RestoredPath) throws(LifeboatError) -> Bool? {
        guard let folder, let root, let last = first.names.last else { return isDryRun ? true : nil }
        let name = Self.name(item)
        guard let parent = try root.folder(Array(first.names.dropLast()), makes: false),
            let source = try parent.status(last)
        else { return nil }
        if let known = try folder.status(name) {
            if known.st_dev == source.st_dev, known.st_ino == source.st_ino { return false }
            guard overwrites, known.st_mode & S_IFMT != S_IFDIR else { return nil }
        }
        guard !isDryRun else { return true }
        let temporary = temporaryName(item)
        unlinkat(folder.descriptor, TargetFolder.terminated(temporary), 0)
        let target = TargetFolder.terminated(temporary)
        guard linkat(parent.descriptor, TargetFolder.terminated(last), folder.descriptor, target, 0) == 0 else {
            let isRefused = [EPERM, EMLINK, ENOTSUP, EXDEV].contains(errno)
            guard isRefused else { throw TargetFolder.failure("create", folder.pathOf(name)) }
            return nil
        }
        try rename(temporary, name, folder)
        return true
    }

    private func isEqual(
        _ name: [UInt8],
        _ known: stat,
        _ content: StoredContent,
        _ document: FileDocument,
        _ folder: TargetFolder
    ) throws(LifeboatError) -> Bool {
        guard known.st_mode & S_IFMT == S_IFREG, Int(known.st_size) == content.size else { return false }
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let descriptor = openat(folder.descriptor, TargetFolder.terminated(name), flags)
        guard descriptor >= 0 else { throw TargetFolder.failure("read", folder.pathOf(name)) }
        defer { close(descriptor) }
        guard contents.isEqual(descriptor, size: Int(known.st_size), to: content, document) else { return false }
        // The contents are right; what else belongs to the file is set again when what is there may be replaced.
        if overwrites, !isDryRun {
            try TargetMetadata.set(document, of: descriptor, folder.pathOf(name), tally)
        }
        return true
    }

    private func target(of name: [UInt8], _ folder: TargetFolder) -> [UInt8]? {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlinkat(folder.descriptor, TargetFolder.terminated(name), &target, target.count)
        return length < 0 ? nil : target[..<length].map { UInt8(bitPattern: $0) }
    }

    /// The same when the restore is run again, so that what a killed one has left is replaced.
    private func temporaryName(_ item: FileRestore.Item) -> [UInt8] {
        Array(".lifeboat-\(contents.reader.snapshot.shortID)-\(item.number)".utf8)
    }

    private func rename(_ temporary: [UInt8], _ name: [UInt8], _ folder: TargetFolder) throws(LifeboatError) {
        let (source, target) = (TargetFolder.terminated(temporary), TargetFolder.terminated(name))
        guard renameat(folder.descriptor, source, folder.descriptor, target) == 0 else {
            throw TargetFolder.failure("create", folder.pathOf(name))
        }
    }
}
