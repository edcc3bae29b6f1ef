internal import Archive
internal import Glibc
internal import KubernetesObjects

/// Owner, permissions, attributes and times of what was restored.
enum TargetMetadata {
    /// Sets those of an open file or folder; the owner when this process may.
    ///
    /// What cannot be given is told of and holds nothing up: attributes on a file system that has none, owners on one that knows no other
    /// or that takes the word of no other root.
    static func set(
        _ document: FileDocument,
        of descriptor: Int32,
        _ path: String,
        _ tally: RestoreTally
    ) throws(LifeboatError) {
        var mode = document.mode
        if geteuid() == 0, fchown(descriptor, document.owner, document.group) != 0 {
            guard isRefusal(errno) else { throw TargetFolder.failure("give an owner to", path) }
            tally.failOwner(path, document, String(cString: strerror(errno)))
            // They would give the rights of whoever owns it now.
            mode &= ~0o6000
        }
        var failures: [(name: String, reason: String)] = []
        if !document.attributes.isEmpty {
            // The kernel lets only those give attributes who may write, whatever the file is in the end.
            guard fchmod(descriptor, document.kind == .directory ? unfinished : 0o600) == 0 else {
                throw TargetFolder.failure("set the permissions of", path)
            }
            failures = document.attributes.set(.ofUsers, on: descriptor)
        }
        // After the owner, whose change takes setuid away.
        guard fchmod(descriptor, mode) == 0 else { throw TargetFolder.failure("set the permissions of", path) }
        // After both: a list of access rights is in the permissions, too, and a new owner takes capabilities away.
        failures += document.attributes.set(.others, on: descriptor)
        if let first = failures.first {
            let names = failures.map(\.name).joined(separator: ", ")
            tally.fail(path, "it was restored without its attributes \(names): \(first.reason)")
        }
        guard futimens(descriptor, TargetFolder.times(document)) == 0 else {
            throw TargetFolder.failure("set the time of", path)
        }
    }

    /// Sets owner and time of a link in an open folder.
    static func set(
        _ document: FileDocument,
        ofLink name: [UInt8],
        in folder: TargetFolder,
        _ path: String,
        _ tally: RestoreTally
    ) throws(LifeboatError) {
        let (name, flags) = (TargetFolder.terminated(name), AT_SYMLINK_NOFOLLOW)
        if geteuid() == 0, fchownat(folder.descriptor, name, document.owner, document.group, flags) != 0 {
            guard isRefusal(errno) else { throw TargetFolder.failure("give an owner to", path) }
            tally.failOwner(path, document, String(cString: strerror(errno)))
        }
        // Some file systems keep no times of links.
        utimensat(folder.descriptor, name, TargetFolder.times(document), flags)
    }

    /// Whether the system will not have it, and not that something went wrong: a server that trusts no other root, a namespace without
    /// that user, a file system without owners.
    private static func isRefusal(_ code: Int32) -> Bool { [EPERM, EACCES, EINVAL, ENOTSUP, ENOSYS].contains(code) }

    /// The permissions of a folder until everything is in it. The sticky bit tells it from one that somebody has closed to others.
    static let unfinished: mode_t = 0o1700
}
