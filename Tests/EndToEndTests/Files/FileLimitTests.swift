import Archive
import CFileSystem
import CoreFoundation
import Glibc
import KubernetesObjects
import Restore
import Testing

@testable import Backup

/// What a backup of files meets that cannot be taken, or not as it is.
@Suite struct `A backup of files` {
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
