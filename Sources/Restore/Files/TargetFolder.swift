internal import Archive
internal import Glibc
internal import KubernetesObjects

/// An open folder of the target. Names are taken in it and never followed, so no link leads a restore out of the target.
final class TargetFolder: @unchecked Sendable {
    // Unchecked: the descriptor never changes, and calls by it are safe from several threads.
    let descriptor: Int32
    /// Where it is, for messages.
    let path: String

    init(_ descriptor: Int32, _ path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    static func failure(_ action: String, _ path: String, _ code: Int32 = errno) -> LifeboatError {
        let isFull = code == ENOSPC || code == EDQUOT
        return LifeboatError(
            isFull ? .storageFull : .storageFailed,
            "cannot \(action) \(path): \(String(cString: strerror(code)))",
            remedy: isFull ? "free space there and run it again: what is restored already is left as it is" : ""
        )
    }

    /// Opens the target, made when it is not there; nil when it is not there and must not be made.
    ///
    /// - Returns: also whether it is fresh: made, empty, or left unfinished by a restore that was stopped.
    static func target(_ path: String, makes: Bool) throws(LifeboatError) -> (folder: TargetFolder, isFresh: Bool)? {
        var made = false
        if makes {
            let slash = UInt8(ascii: "/")
            var current = path.utf8.first == slash ? "/" : ""
            for part in path.utf8.split(separator: slash) {
                current +=
                    (current.isEmpty || current.utf8.last == slash ? "" : "/") + String(decoding: part, as: UTF8.self)
                made = mkdir(current, 0o700) == 0
                guard made || errno == EEXIST else { throw failure("create", current) }
            }
        }
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if !makes, errno == ENOENT { return nil }
            throw failure("open", path)
        }
        let folder = TargetFolder(descriptor, path)
        return (folder, made || folder.isUnfinished || folder.isEmpty)
    }

    private var isUnfinished: Bool { status.map { $0.st_mode & 0o7777 == TargetMetadata.unfinished } ?? false }

    /// The file system that it is on.
    var device: UInt64? { status.map { UInt64($0.st_dev) } }

    private var status: stat? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status : nil
    }

    /// Marks it as a folder whose own owner, permissions and time are still to be set. Who does not own it may not, and may not set those.
    ///
    /// - Returns: the permissions that it had.
    func markUnfinished() -> mode_t? {
        let before = status?.st_mode
        guard fchmod(descriptor, TargetMetadata.unfinished) == 0 else { return nil }
        return before.map { $0 & 0o7777 }
    }

    /// Takes the mark back, where nobody knows the permissions that it is to have.
    func restorePermissions(_ mode: mode_t) { fchmod(descriptor, mode) }

    /// Whether nothing is in it but what a new file system has.
    private var isEmpty: Bool {
        let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else { return false }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [0x2E], name != [0x2E, 0x2E], name != Array("lost+found".utf8) { return false }
        }
        return true
    }

    func pathOf(_ name: [UInt8]) -> String { "\(path)/\(FileNames.text(name))" }

    /// Opens a folder below this one; nil when it is not there and must not be made.
    func folder(_ names: [[UInt8]], makes: Bool) throws(LifeboatError) -> TargetFolder? {
        var current = self
        for name in names {
            let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
            var descriptor = openat(current.descriptor, Self.terminated(name), flags)
            if descriptor < 0, errno == ENOENT {
                guard makes else { return nil }
                guard mkdirat(current.descriptor, Self.terminated(name), 0o700) == 0 || errno == EEXIST else {
                    throw Self.failure("create", current.pathOf(name))
                }
                descriptor = openat(current.descriptor, Self.terminated(name), flags)
            }
            guard descriptor >= 0 else {
                // This is how Linux says that it is a link.
                guard errno != ELOOP, errno != ENOTDIR else {
                    throw LifeboatError(.restoreRefused, "\(current.pathOf(name)) is there and is no folder")
                }
                throw Self.failure("open", current.pathOf(name))
            }
            current = TargetFolder(descriptor, current.pathOf(name))
        }
        return current
    }

    /// What has a name in this folder, links not followed; nil when nothing has.
    func status(_ name: [UInt8]) throws(LifeboatError) -> stat? {
        var status = stat()
        guard fstatat(descriptor, Self.terminated(name), &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno == ENOENT else { throw Self.failure("look at", pathOf(name)) }
            return nil
        }
        return status
    }

    static func times(_ document: FileDocument) -> [timespec] {
        let time = timespec(tv_sec: document.modified.seconds, tv_nsec: document.modified.nanoseconds)
        return [time, time]
    }

    static func terminated(_ name: [UInt8]) -> [CChar] { name.map { CChar(bitPattern: $0) } + [0] }
}
