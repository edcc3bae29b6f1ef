import Archive
import CFileSystem
import CoreFoundation
import Glibc
import KubernetesObjects
import Restore
import Synchronization
import Testing

@testable import Backup

/// What a backup of files meets that cannot be taken, or not as it is.
@Suite struct `A backup of files` {
    /// Makes folders in each other, each with a file `f`, and returns them open, the topmost first.
    private static func nest(_ tree: FileTree, _ name: [UInt8], depth: Int, hasFiles: Bool = true) -> [Int32] {
        let name = name.map { CChar(bitPattern: $0) } + [0]
        var folders = [open(tree.source, O_RDONLY | O_DIRECTORY)]
        for _ in 0..<depth {
            let parent = folders[folders.count - 1]
            #expect(mkdirat(parent, name, 0o755) == 0)
            folders.append(openat(parent, name, O_RDONLY | O_DIRECTORY))
            guard hasFiles else { continue }
            let file = openat(folders[folders.count - 1], "f", O_WRONLY | O_CREAT, 0o644)
            #expect(file >= 0)
            close(file)
        }
        return folders
    }

    /// Removes what `nest` has made, or a restore of it: its paths are too long for anything that goes by paths.
    private static func unnest(_ top: Int32, _ name: [UInt8]) {
        let name = name.map { CChar(bitPattern: $0) } + [0]
        var folders = [top]
        while true {
            unlinkat(folders[folders.count - 1], "f", 0)
            let next = openat(folders[folders.count - 1], name, O_RDONLY | O_DIRECTORY)
            guard next >= 0 else { break }
            folders.append(next)
        }
        while let folder = folders.popLast(), let parent = folders.last {
            close(folder)
            #expect(unlinkat(parent, name, AT_REMOVEDIR) == 0)
        }
    }

    @Test func `ends a path that is too long for a snapshot with a note, and takes what is above it`() throws {
        let tree = try FileTree()
        // 1,021 bytes a folder, as text.
        let name = [UInt8](repeating: 1, count: 255)
        let folders = Self.nest(tree, name, depth: 66)
        defer {
            for folder in folders.dropFirst() { close(folder) }
            Self.unnest(folders[0], name)
            close(folders[0])
        }
        let result = try tree.backup()
        #expect(result.incomplete.count == 1)
        #expect(result.incomplete.first?.reason.contains("its path is too long") == true)
        #expect(result.incomplete.allSatisfy { ($0.namespace ?? "").utf8.count < 1100 })
        #expect(result.counts.directories == 66 && result.counts.files == 64)
        let restored = try tree.restore(result.snapshot)
        let target = open(tree.target, O_RDONLY | O_DIRECTORY)
        defer {
            Self.unnest(target, name)
            close(target)
        }
        #expect(restored.isComplete && restored.files == 64 && restored.directories == 66, "\(restored.failed)")
        try tree.expectIntact()
    }

    @Test func `stops with a note where folders lie too deep, and before the last descriptors are used up`() throws {
        let tree = try FileTree()
        try tree.write("a/b/c", [1])
        try tree.write("d", [1])
        let result = try tree.backup { $0.openFileLimit = 1 }
        #expect(result.incomplete.map(\.namespace) == ["/a"])
        #expect(result.incomplete.first?.reason.contains("too many folders are open") == true)
        #expect(result.counts.directories == 2 && result.counts.files == 1)
        var limit = rlimit()
        #expect(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
        guard limit.rlim_max >= 10_000 else { return }
        limit.rlim_cur = max(limit.rlim_cur, 10_000)
        #expect(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
        let name = Array("n".utf8)
        let folders = Self.nest(tree, name, depth: 4200, hasFiles: false)
        for folder in folders.dropFirst() { close(folder) }
        defer {
            Self.unnest(folders[0], name)
            close(folders[0])
        }
        let deep = try tree.backup()
        #expect(deep.incomplete.count == 1, "\(deep.incomplete.prefix(2))")
        #expect(deep.incomplete.first?.reason.contains("too deep") == true)
        // The top, and a and b.
        #expect(deep.counts.directories == 4096 + 3)
    }

    @Test func `passes over what is deleted after its folder was listed`() throws {
        let tree = try FileTree()
        try tree.write("file", [1])
        try tree.write("folder/inner", [1])
        // It is added while the folder is listed, when the others have been seen and not been opened.
        #expect(symlink("file", "\(tree.source)/z") == 0)
        let source = tree.source
        let gone = Counter()
        let result = try tree.backup(progress: { counts in
            guard counts.symlinks == 1, gone.next() == 0 else { return }
            unlink("\(source)/file")
            unlink("\(source)/folder/inner")
            rmdir("\(source)/folder")
        })
        #expect(gone.next() > 0)
        #expect(result.isComplete, "\(result.incomplete)")
        #expect(result.counts.files == 0 && result.counts.directories == 1 && result.counts.symlinks == 1)
        #expect(try tree.restore(result.snapshot).isComplete)
        #expect(try Set(FileTree.contents(tree.target).keys) == [".", "z"])
        try tree.expectIntact()
    }

    private final class Counter: Sendable {
        private let count = Atomic<Int>(0)
        func next() -> Int { count.add(1, ordering: .relaxed).oldValue }
    }

    @Test func `names so much of what it leaves out that readers accept the snapshot`() throws {
        let tree = try FileTree()
        var folder = tree.source
        for _ in 0..<3 {
            folder += "/" + String(repeating: "\u{1}", count: 250)
            #expect(mkdir(folder, 0o755) == 0)
        }
        for number in 0..<1003 {
            let name = String(repeating: "\u{1}", count: 245) + "\(number + 10_000)"
            #expect(mkfifo("\(folder)/\(name)", 0o600) == 0)
        }
        let result = try tree.backup()
        #expect(result.excluded.count == 1001 && result.excluded.last?.reason == "and 3 more")
        #expect(result.excluded.allSatisfy { ($0.namespace ?? "").utf8.count < 1100 })
        #expect(result.excluded.first?.namespace?.hasPrefix(#"/\x01\x01"#) == true)
        #expect(result.excluded.first?.namespace?.hasSuffix("10000") == true)
        #expect(try tree.open().reader(result.snapshot).details.excluded.count == 1001)
    }

    @Test func `never takes a block device for unchanged, nor what was not read whole`() {
        func status(_ type: mode_t) -> FileStatus {
            var status = stat()
            status.st_mode = type | 0o600
            status.st_mtim.tv_sec = 1000
            status.st_ctim.tv_sec = 1000
            return FileStatus(status)
        }
        #expect(!status(S_IFBLK).tellsOfWrites && status(S_IFREG).tellsOfWrites)
        #expect(status(S_IFBLK).version(takenAt: 2000, isWhole: true) == FileStatus.unsettled)
        #expect(status(S_IFREG).version(takenAt: 2000, isWhole: true) == status(S_IFREG).version)
        #expect(status(S_IFREG).version(takenAt: 2000, isWhole: false) == FileStatus.unsettled)
        // Another write in the same moment would not be seen.
        #expect(status(S_IFREG).version(takenAt: 1002, isWhole: true) == FileStatus.unsettled)
        #expect(status(S_IFREG).version(takenAt: 1003, isWhole: true) == status(S_IFREG).version)
    }

    @Test func `reads a file again whose attributes could not be read`() throws {
        let tree = try FileTree()
        // More than a snapshot takes. Few file systems have room for so much, and some want root.
        let folder = "/dev/shm/lifeboat-attributes-\(getpid())"
        guard mkdir(folder, 0o700) == 0 else { return }
        let file = "\(folder)/file"
        defer {
            unlink(file)
            rmdir(folder)
        }
        close(open(file, O_WRONLY | O_CREAT, 0o600))
        let value = [UInt8](repeating: 7, count: 60_000)
        for number in 0..<20 {
            guard setxattr(file, "trusted.lifeboat\(number)", value, value.count, 0) == 0 else { return }
        }
        for _ in 0..<2 {
            let result = try tree.backup([folder])
            #expect(result.counts.filesRead == 1)
            #expect(result.incomplete.map(\.namespace) == ["/file"])
        }
        for number in 0..<20 { #expect(removexattr(file, "trusted.lifeboat\(number)") == 0) }
        #expect(try tree.backup([folder]).isComplete)
        #expect(try tree.backup([folder]).counts.filesRead == 0)
    }
}
