internal import CFileSystem
internal import Glibc
internal import KubernetesObjects

/// The calls of the operating system that `FolderStore` makes, with errors that name the file and the cause.
enum FileSystem {
    /// The error of a call that failed with `code`.
    static func failure(_ action: String, _ path: String, _ code: Int32) -> LifeboatError {
        let cause = String(cString: strerror(code))
        switch code {
        case ENOSPC, EDQUOT, EFBIG:
            return LifeboatError(
                .storageFull,
                "cannot \(action) \(path): \(cause)",
                remedy: "free space on that file system; nothing that was committed is lost, so run again"
            )
        case EACCES, EPERM, EROFS:
            return LifeboatError(
                .storageFailed,
                "cannot \(action) \(path): \(cause)",
                remedy: "give this user permission to read and write the folder of the repository"
            )
        default:
            return LifeboatError(
                .storageFailed,
                "cannot \(action) \(path): \(cause)",
                remedy: "check the disk or the mount, then run again; nothing that was committed is lost"
            )
        }
    }

    /// The error of bytes that a disk has lost, while others of it may be there.
    private static func unreadable(_ path: String) -> LifeboatError {
        LifeboatError(
            .storageUnreadable,
            "cannot read \(path): \(String(cString: strerror(EIO)))",
            remedy:
                "look at the disk; lifeboat check --read-data names what is affected, and lifeboat repair mends what it can"
        )
    }

    static func parent(_ path: String) -> String {
        // By bytes: a slash and a combining mark after it are one character to Swift.
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes a folder and those above it, each flushed into the one that holds it.
    static func makeFolders(upTo path: String) throws(LifeboatError) {
        if let status = try status(path) {
            guard status.isFolder else { throw failure("create", path, ENOTDIR) }
            return
        }
        try makeFolders(upTo: parent(path))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure("create", path, errno) }
        try flushFolder(parent(path))
    }

    static func status(_ path: String) throws(LifeboatError) -> (size: Int, isFolder: Bool)? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure("read", path, errno)
        }
        return (Int(status.st_size), status.st_mode & S_IFMT == S_IFDIR)
    }

    /// The names in a folder; none when it does not exist.
    static func entries(of path: String) throws(LifeboatError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw failure("list", path, errno)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(folder) else {
                guard errno == 0 else { throw failure("list", path, errno) }
                return names
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    static func flushFolder(_ path: String) throws(LifeboatError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("flush", path, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("flush", path, errno) }
    }

    static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(LifeboatError) {
        try bytes.withRawBytes { (bytes) throws(LifeboatError) in
            var offset = try DirectWrite.begin(bytes, to: descriptor, path: path)
            while offset < bytes.count {
                let written = Glibc.write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
                if written > 0 {
                    offset += written
                } else if written == 0 || errno != EINTR {
                    throw failure("write", path, written == 0 ? ENOSPC : errno)
                }
            }
        }
    }

    static func read(_ range: Range<Int>, from descriptor: Int32, path: String) throws(LifeboatError) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            while count < range.count {
                let got = pread(
                    descriptor,
                    buffer.baseAddress.map { $0 + count },
                    range.count - count,
                    off_t(range.lowerBound + count)
                )
                if got > 0 {
                    count += got
                } else if got == 0 {
                    return
                } else if errno != EINTR {
                    code = errno
                    return
                }
            }
        }
        guard code != EIO else { throw unreadable(path) }
        guard code == 0 else { throw failure("read", path, code) }
        return bytes
    }

    /// What became of a file that was to get its name.
    enum Renaming: Equatable {
        case done
        case taken

        /// Done, on a file system that could not refuse if somebody else had taken the name in that moment.
        case unguarded
    }

    /// Gives a file its name where no file has it.
    static func renameWithoutReplacing(_ source: String, _ target: String) throws(LifeboatError) -> Renaming {
        // A hard link never replaces, on local and on network file systems alike.
        if link(source, target) == 0 {
            guard unlink(source) == 0 else { throw failure("delete", source, errno) }
            return .done
        }
        switch errno {
        case EEXIST:
            // A network file system repeats a call whose answer was lost; the name is this file's own then.
            guard isLinked(source, target) else { return .taken }
            guard unlink(source) == 0 else { throw failure("delete", source, errno) }
            return .done
        case EPERM, ENOSYS, ENOTSUP, EMLINK: return try renameUnlinked(source, target)
        default: throw failure("create", target, errno)
        }
    }

    private static func isLinked(_ source: String, _ target: String) -> Bool {
        var one = stat()
        var other = stat()
        guard stat(source, &one) == 0, stat(target, &other) == 0 else { return false }
        return one.st_ino == other.st_ino && one.st_dev == other.st_dev
    }

    /// As above on a file system without hard links, such as exFAT, SMB and what is mounted by FUSE.
    static func renameUnlinked(_ source: String, _ target: String) throws(LifeboatError) -> Renaming {
        if lifeboat_rename_without_replacing(source, target) == 0 { return .done }
        switch errno {
        case EEXIST: return .taken
        case EINVAL, ENOSYS, ENOTSUP:
            guard try status(target) == nil else { return .taken }
            guard rename(source, target) == 0 else { throw failure("create", target, errno) }
            return .unguarded
        default: throw failure("create", target, errno)
        }
    }
}
