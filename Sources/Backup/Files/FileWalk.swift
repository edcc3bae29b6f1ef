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
    /// Files under this size are read beside each other; the chunks of a larger one are.
    private static let largeSize = 4 << 20

    init(_ capture: FileCapture, excludes: [NamePattern], staysOnFileSystem: Bool, repository: String) {
        self.capture = capture
        let slash = UInt8(ascii: "/")
        self.excludes = excludes.filter { !$0.text.utf8.contains(slash) }
        wholePaths = excludes.filter { $0.text.utf8.contains(slash) }
        self.staysOnFileSystem = staysOnFileSystem
        repositoryFolder = FileStatus.of(Array(repository.utf8), in: AT_FDCWD)
    }

    /// Takes a path that the user named.
    ///
    /// - Parameter name: what it is called at the top of the snapshot; nil for a folder whose contents are the top.
    mutating func begin(_ path: String, _ name: [UInt8]?) throws(LifeboatError) {
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
            try capture.addDirectory(place, status, descriptor)
            return try walk(descriptor, nameText ?? "", status.device)
        }
        guard status.type == S_IFREG || status.type == S_IFBLK, let name, let nameText else {
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
        _ = name
        try capture.addFile(
            FileCapture.Place(folder: folder, name: last, folderText: "", nameText: nameText),
            status
        )
    }

    /// Takes what is in an open folder, and in the folders below it.
    private mutating func walk(_ folder: Int32, _ path: String, _ device: UInt64) throws(LifeboatError) {
        try Cancellation.check()
        guard let names = Self.names(folder) else {
            return capture.incomplete("/\(path)", String(cString: strerror(errno)))
        }
        var small: [(FileCapture.Place, FileStatus)] = []
        var folders: [(FileCapture.Place, FileStatus)] = []
        for name in names {
            let place = FileCapture.Place(folder: folder, name: name, folderText: path, nameText: FileNames.text(name))
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
        for (place, status) in folders { try enter(place, status, device) }
    }

    private mutating func enter(_ place: FileCapture.Place, _ status: FileStatus, _ device: UInt64)
        throws(LifeboatError)
    {
        if let repositoryFolder, status.inode == repositoryFolder.inode, status.device == repositoryFolder.device {
            return capture.excluded(place.path, "it is the repository")
        }
        guard !staysOnFileSystem || status.device == device else {
            try capture.addDirectory(place, status, nil)
            return capture.excluded(place.path, "it is of another file system")
        }
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let descriptor = openat(place.folder, place.name.terminated, flags)
        guard descriptor >= 0 else {
            capture.incomplete(place.path, String(cString: strerror(errno)))
            return try capture.addDirectory(place, status, nil)
        }
        defer { close(descriptor) }
        try capture.addDirectory(place, status, descriptor)
        try walk(descriptor, place.text, device)
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
