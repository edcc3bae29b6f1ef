internal import Archive
internal import Glibc
internal import KubernetesObjects
internal import Policies
internal import Synchronization

/// Walks folders by open descriptors, so that no link that somebody puts into the way leads out of them.
struct FileWalk {
    private let capture: FileCapture
    private let excludes: [NamePattern]
    private let wholePaths: [NamePattern]
    private let staysOnFileSystem: Bool
    /// The folder of the repository, when it is on this machine: it does not go into itself.
    private let repositoryFolder: FileStatus?
    private let openFileLimit: Int
    /// Deeper folders have no path that the system would take, and every folder above them is open.
    private static let deepest = 4096
    /// Files under this size are read beside each other; the chunks of a larger one are.
    private static let largeSize = 4 << 20

    init(
        _ capture: FileCapture,
        excludes: [NamePattern],
        staysOnFileSystem: Bool,
        repository: String,
        openFileLimit: Int
    ) {
        self.capture = capture
        let slash = UInt8(ascii: "/")
        self.excludes = excludes.filter { !$0.text.utf8.contains(slash) }
        wholePaths = excludes.filter { $0.text.utf8.contains(slash) }
        self.staysOnFileSystem = staysOnFileSystem
        // It may be named by a link.
        repositoryFolder = FileStatus.of(path: repository)
        self.openFileLimit = openFileLimit
    }

    /// Takes a path that the user named.
    ///
    /// - Parameter name: what it is called at the top of the snapshot; nil for a folder whose contents are the top.
    func begin(_ path: String, _ name: [UInt8]?) throws(LifeboatError) {
        let flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC
        let descriptor = open(path, flags)
        guard descriptor >= 0, let status = FileStatus.of(descriptor) else {
            let reason = String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw LifeboatError(
                .storageFailed,
                "cannot read \(path): \(reason)",
                remedy: "check that this user may read it"
            )
        }
        defer { close(descriptor) }
        let nameText = name.map(FileNames.text)
        if status.type == S_IFDIR {
            let place = FileCapture.Place(
                folder: descriptor,
                name: [],
                folderText: "",
                nameText: nameText ?? FileDocument.rootName
            )
            try requireOutsideRepository(descriptor, path)
            try capture.addDirectory(place, status, descriptor)
            guard let names = Self.names(descriptor) else {
                return capture.incomplete(place.path, String(cString: strerror(errno)))
            }
            return try walk(descriptor, names, nameText ?? "", status.device)
        }
        guard status.type == S_IFREG || status.type == S_IFBLK, let nameText else {
            throw LifeboatError(.usage, "\(path): \(status.leftOutReason)", remedy: "name a folder, a file or a disk")
        }
        // The user named it, so that a link to it is followed: it is opened again by its folder, without one.
        let resolved = realpath(path, nil)
        defer { free(resolved) }
        guard let resolved, let slash = strrchr(resolved, 0x2F) else {
            throw LifeboatError(.storageFailed, "cannot read \(path): \(String(cString: strerror(errno)))")
        }
        let last = UnsafeBufferPointer(start: slash + 1, count: strlen(slash + 1)).map { UInt8(bitPattern: $0) }
        slash.pointee = 0
        let folderFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
        let folder = slash == resolved ? open("/", folderFlags) : open(resolved, folderFlags)
        guard folder >= 0 else {
            throw LifeboatError(.storageFailed, "cannot read \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(folder) }
        try requireOutsideRepository(folder, path)
        let place = FileCapture.Place(folder: folder, name: last, folderText: "", nameText: nameText)
        guard try capture.addFile(place, status) else {
            throw LifeboatError(.storageFailed, "cannot read \(path): \(String(cString: strerror(ENOENT)))")
        }
    }

    /// A repository in a repository would hold all that it held before, again and again.
    private func requireOutsideRepository(_ folder: Int32, _ path: String) throws(LifeboatError) {
        guard let repositoryFolder else { return }
        var above = Array(".".utf8)
        var last: FileStatus?
        // The folder above the topmost one is itself.
        while let status = FileStatus.of(above, in: folder), last.map({ !$0.isSameFile(as: status) }) ?? true {
            guard !status.isSameFile(as: repositoryFolder) else {
                throw LifeboatError(
                    .usage,
                    "\(path) is the repository, or lies in it",
                    remedy: "name the folders whose files are to be kept"
                )
            }
            last = status
            above += "/..".utf8
        }
    }

    /// A folder that is open, and the folders in it that are still to be taken, the last one first.
    private struct Level {
        let descriptor: Int32
        var folders: [(place: FileCapture.Place, status: FileStatus)] = []
    }

    /// Takes what is in an open folder, and in the folders below it. Depth costs descriptors, and no stack.
    private func walk(_ top: Int32, _ names: [[UInt8]], _ text: String, _ device: UInt64) throws(LifeboatError) {
        var levels = [Level(descriptor: top)]
        // The topmost one is the caller's.
        defer { for level in levels.dropFirst() { close(level.descriptor) } }
        levels[0].folders = try take(names, in: top, text)
        while let last = levels.indices.last {
            guard let (place, status) = levels[last].folders.popLast() else {
                if last > 0 { close(levels[last].descriptor) }
                levels.removeLast()
                continue
            }
            guard let (descriptor, names) = try enter(place, status, device, depth: levels.count) else { continue }
            levels.append(Level(descriptor: descriptor))
            levels[last + 1].folders = try take(names, in: descriptor, place.text)
        }
    }

    /// Takes the files and links of an open folder.
    ///
    /// - Returns: the folders in it, the last one first.
    private func take(_ names: [[UInt8]], in folder: Int32, _ text: String) throws(LifeboatError)
        -> [(place: FileCapture.Place, status: FileStatus)]
    {
        try Cancellation.check()
        var small: [(FileCapture.Place, FileStatus)] = []
        var folders: [(place: FileCapture.Place, status: FileStatus)] = []
        for name in names {
            let place = FileCapture.Place(folder: folder, name: name, folderText: text, nameText: FileNames.text(name))
            guard !isExcluded(place) else { continue }
            guard let status = FileStatus.of(name, in: folder) else {
                // Who deletes a file while its folder is read has no wish to see it again.
                if errno != ENOENT { capture.incomplete(place.path, String(cString: strerror(errno))) }
                continue
            }
            switch status.type {
            case S_IFDIR: folders.append((place, status))
            case S_IFLNK: try capture.addSymlink(place, status)
            case S_IFREG where status.size < Self.largeSize: small.append((place, status))
            case S_IFREG: try capture.addFile(place, status)
            default: capture.excluded(place.path, status.leftOutReason)
            }
        }
        let (files, capture) = (small, capture)
        try ParallelWork.forEach(files.count) { (number) throws(LifeboatError) in
            try capture.addFile(files[number].0, files[number].1)
        }
        return folders.reversed()
    }

    /// Opens a folder and adds it.
    ///
    /// - Returns: the open folder and the names in it; nil when what is in it is not to be taken, or cannot be.
    private func enter(_ place: FileCapture.Place, _ status: FileStatus, _ device: UInt64, depth: Int)
        throws(LifeboatError) -> (descriptor: Int32, names: [[UInt8]])?
    {
        if let repositoryFolder, status.isSameFile(as: repositoryFolder) {
            capture.excluded(place.path, "it is the repository")
            return nil
        }
        guard !staysOnFileSystem || status.device == device else {
            try capture.addDirectory(place, status, nil)
            capture.excluded(place.path, "it is of another file system")
            return nil
        }
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let descriptor = openat(place.folder, place.name.terminated, flags)
        guard descriptor >= 0 else {
            let code = errno
            guard code != ENOENT || !place.isGone else { return nil }
            capture.incomplete(place.path, String(cString: strerror(code)))
            try capture.addDirectory(place, status, nil)
            return nil
        }
        var isTaken = false
        defer { if !isTaken { close(descriptor) } }
        var obstacle = obstacle(place, descriptor, depth)
        let names = obstacle == nil ? Self.names(descriptor) : nil
        if names == nil, obstacle == nil {
            // A folder that is deleted while it is open has not even itself.
            let code = errno
            guard code != ENOENT || !place.isGone else { return nil }
            obstacle = String(cString: strerror(code))
        }
        if let obstacle { capture.incomplete(place.path, obstacle) }
        try capture.addDirectory(place, status, descriptor)
        guard let names else { return nil }
        isTaken = true
        return (descriptor, names)
    }

    /// Why what is in a folder cannot be taken though it can be read.
    private func obstacle(_ place: FileCapture.Place, _ descriptor: Int32, _ depth: Int) -> String? {
        if place.text.utf8.count >= SnapshotWriter.nameLimit {
            return "what is in it is left out: its path is too long"
        }
        if depth >= Self.deepest { return "what is in it is left out: it lies too deep" }
        if OpenFileLimit.isAmongTheLast(descriptor, of: openFileLimit) {
            return "what is in it is left out: too many folders are open above it (see `ulimit -n`)"
        }
        return nil
    }

    private func isExcluded(_ place: FileCapture.Place) -> Bool {
        excludes.matches(place.nameText)
            || wholePaths.contains { $0.matches(place.path) || $0.matches(place.text) }
    }

    /// The names in an open folder in the order of their bytes; nil when it cannot be read, and then `errno` says why.
    private static func names(_ folder: Int32) -> [[UInt8]]? {
        let copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { return nil }
        guard let stream = fdopendir(copy) else {
            close(copy)
            return nil
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                return errno == 0 ? names.sorted { $0.lexicographicallyPrecedes($1) } : nil
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
        }
    }
}
