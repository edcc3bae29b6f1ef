internal import Archive
internal import Glibc

/// What the file system says of a file.
struct FileStatus: Equatable {
    let mode: UInt32
    let device: UInt64
    let inode: UInt64
    /// How many names it has.
    let links: UInt64
    let owner: UInt32
    let group: UInt32
    let size: Int
    let modified: FileTime
    let changed: FileTime

    init(_ status: stat) {
        mode = status.st_mode
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        links = UInt64(status.st_nlink)
        owner = status.st_uid
        group = status.st_gid
        size = Int(status.st_size)
        modified = FileTime(seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
        changed = FileTime(seconds: status.st_ctim.tv_sec, nanoseconds: status.st_ctim.tv_nsec)
    }

    /// Of a name in an open folder, not of what it links to; nil when it cannot be had, and then `errno` says why.
    static func of(_ name: [UInt8], in folder: Int32) -> FileStatus? {
        var status = stat()
        guard fstatat(folder, name.terminated, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        return FileStatus(status)
    }

    /// Of a path, and of what it links to.
    static func of(path: String) -> FileStatus? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return FileStatus(status)
    }

    static func of(_ descriptor: Int32) -> FileStatus? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        return FileStatus(status)
    }

    var type: UInt32 { mode & S_IFMT }

    func isSameFile(as other: FileStatus) -> Bool { inode == other.inode && device == other.device }

    /// What `SnapshotWriter` recognises an unchanged file by. The device is no part of it: a volume that is mounted again has another.
    var uid: String { "inode \(inode)" }
    var version: String { "\(modified):\(changed):\(size)" }

    /// The version of what the next backup must read again: no file has it.
    static let unsettled = "unsettled"
    /// Of a file that was written to just now, another write may have the same time.
    private static let settledSeconds = 2

    /// Whether its times change when somebody writes: those of the node of a block device do not.
    var tellsOfWrites: Bool { type != S_IFBLK }

    /// The version to record.
    ///
    /// - Parameter isWhole: whether all of it could be read, and nobody wrote to it meanwhile.
    func version(takenAt seconds: Int, isWhole: Bool) -> String {
        let isSettled = max(modified, changed).seconds < seconds - Self.settledSeconds
        return tellsOfWrites && isWhole && isSettled ? version : Self.unsettled
    }

    func document(_ kind: FileDocument.Kind) -> FileDocument {
        var document = FileDocument(
            kind: kind,
            mode: mode & 0o7777,
            owner: owner,
            group: group,
            modified: modified
        )
        if kind == .file, links > 1 { document.hardLink = "\(device)-\(inode)" }
        return document
    }

    /// Why a file of this type is left out.
    var leftOutReason: String {
        switch type {
        case S_IFSOCK: "it is a socket"
        case S_IFIFO: "it is a named pipe"
        case S_IFCHR, S_IFBLK: "it is a device"
        default: "it is of an unknown type"
        }
    }
}

extension [UInt8] {
    /// The bytes as C takes them.
    var terminated: [CChar] { map { CChar(bitPattern: $0) } + [0] }
}
