internal import Glibc
package import KubernetesObjects
internal import Synchronization

/// A store in a folder of a local or mounted file system: an object is a file, a `/` in its name is a folder.
///
/// A file is written under `tmp/`, flushed, and renamed to its name without replacing what may be there; then the
/// folder is flushed. A flush that fails ends the operation: the kernel may have dropped the data, so a second flush
/// that succeeds would prove nothing.
package struct FolderStore: ObjectStore {
    /// The steps of a durable write, at which tests inject failures.
    package enum Step: String, CaseIterable, Sendable {
        case create, write, flush, rename, flushFolder
    }

    package let location: String
    private let failpoint: (@Sendable (Step, String) throws(LifeboatError) -> Void)?
    private static let counter = Atomic<UInt64>(0)
    private let isUnguarded = Unguarded()

    /// Set by the first file for which the file system could neither make a hard link nor refuse to replace.
    private final class Unguarded: Sendable {
        let wrapped = Atomic(false)
    }

    package var mayLoseRaces: Bool { isUnguarded.wrapped.load(ordering: .relaxed) }

    package init(path: String) { self.init(path: path, failpoint: nil) }

    /// A store that calls `failpoint` before every step of a write, with the name of the object.
    package init(path: String, failpoint: (@Sendable (Step, String) throws(LifeboatError) -> Void)?) {
        var trimmed = path[...].utf8
        while trimmed.count > 1, trimmed.last == UInt8(ascii: "/") { trimmed.removeLast() }
        location = String(Substring(trimmed))
        self.failpoint = failpoint
    }

    private func path(_ name: String) -> String { "\(location)/\(name)" }

    package func put(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool {
        let target = path(name)
        if try size(name) != nil {
            // Whoever wrote it may not have flushed the folder yet, and the caller is about to rely on it.
            try failpoint?(.flushFolder, name)
            try FileSystem.flushFolder(FileSystem.parent(target))
            return false
        }
        try FileSystem.makeFolders(upTo: FileSystem.parent(target))
        try FileSystem.makeFolders(upTo: path("tmp"))
        try failpoint?(.create, name)
        let (descriptor, temporary) = try createTemporary()
        deleteLeftovers(olderThan: descriptor)
        var isRenamed = false
        defer { if !isRenamed { unlink(temporary) } }
        do {
            defer { close(descriptor) }
            try failpoint?(.write, name)
            try FileSystem.write(bytes, to: descriptor, path: target)
            try failpoint?(.flush, name)
            guard fsync(descriptor) == 0 else { throw FileSystem.failure("flush", target, errno) }
        }
        try failpoint?(.rename, name)
        let renaming = try FileSystem.renameWithoutReplacing(temporary, target)
        if renaming == .taken {
            // As above: another writer was faster by so little that its folder may not be flushed.
            try failpoint?(.flushFolder, name)
            try FileSystem.flushFolder(FileSystem.parent(target))
            return false
        }
        isRenamed = true
        if renaming == .unguarded { isUnguarded.wrapped.store(true, ordering: .relaxed) }
        try failpoint?(.flushFolder, name)
        try FileSystem.flushFolder(FileSystem.parent(target))
        return true
    }

    private func createTemporary() throws(LifeboatError) -> (descriptor: Int32, path: String) {
        while true {
            let number = Self.counter.add(1, ordering: .relaxed).newValue
            let temporary = path("tmp/\(getpid())-\(number)")
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            if descriptor >= 0 { return (descriptor, temporary) }
            guard errno == EEXIST || errno == EINTR else { throw FileSystem.failure("create", temporary, errno) }
        }
    }

    package func get(_ name: String, range: Range<Int>?) throws(LifeboatError) -> [UInt8]? {
        let target = path(name)
        let descriptor = open(target, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            let code = errno
            let failure = FileSystem.failure("read", target, code)
            guard code == EACCES || code == EPERM else { throw failure }
            // Of this object, it may be, and not of the others.
            throw LifeboatError(.storeDenied, failure.message, remedy: failure.remedy)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileSystem.failure("read", target, errno) }
        let whole = 0..<max(0, Int(status.st_size))
        let part = range?.clamped(to: whole) ?? whole
        try LargestRead.check(part.count, of: name, in: location)
        return try FileSystem.read(part, from: descriptor, path: target)
    }

    package func canRead(_ name: String) -> Bool {
        let descriptor = open(path(name), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return false }
        guard status.st_size > 0 else { return true }
        // Pages that were read before prove nothing about a disk that was unplugged since.
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
        var byte: UInt8 = 0
        return pread(descriptor, &byte, 1, off_t.random(in: 0..<status.st_size)) == 1
    }

    package func list(_ prefix: String) throws(LifeboatError) -> [StoredObject] {
        let folder = prefix.lastIndex(of: "/").map { String(prefix[..<$0]) } ?? ""
        var objects: [StoredObject] = []
        try collect(folder, prefix, &objects)
        return objects.sorted { $0.name < $1.name }
    }

    private func collect(_ folder: String, _ prefix: String, _ objects: inout [StoredObject]) throws(LifeboatError) {
        for name in try FileSystem.entries(of: folder.isEmpty ? location : path(folder)) {
            let full = folder.isEmpty ? name : "\(folder)/\(name)"
            guard full.hasPrefix(prefix) || prefix.hasPrefix(full + "/"), full != "tmp" else { continue }
            guard let status = try FileSystem.status(path(full)) else { continue }
            if status.isFolder {
                try collect(full, prefix, &objects)
            } else if full.hasPrefix(prefix) {
                objects.append(StoredObject(name: full, size: status.size))
            }
        }
    }

    package func size(_ name: String) throws(LifeboatError) -> Int? {
        guard let status = try FileSystem.status(path(name)), !status.isFolder else { return nil }
        return status.size
    }

    package func delete(_ name: String) throws(LifeboatError) {
        let target = path(name)
        guard unlink(target) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return }
            throw FileSystem.failure("delete", target, errno)
        }
        try FileSystem.flushFolder(FileSystem.parent(target))
    }
}
