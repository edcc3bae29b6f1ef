import Archive
import Backup
import CoreFoundation
import FoundationEssentials
import Glibc
import KubernetesObjects
import Policies
import Restore
import Testing

@Suite struct `Files of a volume` {
    private static let large = FileTree.bytes(20_000_000, seed: 1)

    /// Files of all sizes and kinds.
    private func fill(_ tree: FileTree) throws {
        try tree.write("empty", [])
        try tree.write("tiny", Array("secret".utf8), mode: 0o600)
        try tree.write("limit", FileTree.bytes(512, seed: 2))
        try tree.write("over limit", FileTree.bytes(513, seed: 3), mode: 0o4755)
        try tree.write("data/db/large", Self.large)
        try tree.write("data/db/text", Array(String(repeating: "one line of a log\n", count: 90_000).utf8))
        try tree.write("data/ünïcode – name", [1, 2, 3])
        #expect(truncate("\(tree.source)/data/db/large", 20_000_000) == 0)
        try tree.write("sparse", [7])
        #expect(truncate("\(tree.source)/sparse", 30_000_000) == 0)
        #expect(symlink("../tiny", "\(tree.source)/data/link") == 0)
        #expect(symlink("/etc/passwd", "\(tree.source)/outside") == 0)
        #expect(mkdir("\(tree.source)/nothing in it", 0o755) == 0)
        #expect(chmod("\(tree.source)/nothing in it", 0o1750) == 0)
        #expect(chmod("\(tree.source)/data/db", 0o500) == 0)
        let old = [timespec(tv_sec: 1_000_000_000, tv_nsec: 123_456_789), timespec(tv_sec: 1_000_000_001, tv_nsec: 5)]
        for path in ["tiny", "data/link", "data/db", "."] {
            #expect(utimensat(AT_FDCWD, "\(tree.source)/\(path)", old, AT_SYMLINK_NOFOLLOW) == 0)
        }
    }

    @Test func `come back exactly, with modes, times, links and holes`() throws {
        let tree = try FileTree()
        try fill(tree)
        let result = try tree.backup()
        #expect(result.isComplete)
        #expect(result.counts.files == 8)
        #expect(result.counts.directories == 4)
        #expect(result.counts.symlinks == 2)
        #expect(result.snapshot.isFiles)
        let restored = try tree.restore(result.snapshot)
        #expect(restored.isComplete, "\(restored.failed)")
        #expect(restored.files == 8)
        #expect(restored.bytesWritten < 27_000_000, "the hole of the sparse file is a hole again")
        #expect(try FileTree.contents(tree.target) == FileTree.contents(tree.source))
        try tree.expectIntact()
    }

    @Test func `that are unchanged are not read again, and of a changed one only what changed is stored`() throws {
        let tree = try FileTree()
        try fill(tree)
        try tree.backup()
        let again = try tree.backup()
        #expect(again.counts.filesRead == 0)
        #expect(again.counts.files == 8)
        #expect(again.changed == 0)
        #expect(again.bytesAdded < 3000)
        var changed = Self.large
        changed.replaceSubrange(9_000_000..<9_000_003, with: [1])
        #expect(chmod("\(tree.source)/data/db", 0o700) == 0)
        try tree.write("data/db/large", changed)
        let third = try tree.backup()
        #expect(third.counts.filesRead == 1)
        #expect(third.changed == 2, "the file and its folder")
        #expect(third.bytesAdded < 6_000_000)
        try tree.restore(third.snapshot)
        #expect(try FileTree.contents(tree.target) == FileTree.contents(tree.source))
        try tree.expectIntact()
    }

    @Test func `that were written to just now are read again by the next backup`() throws {
        let tree = try FileTree()
        try tree.write("log", FileTree.bytes(2000, seed: 1))
        var status = stat()
        #expect(stat("\(tree.source)/log", &status) == 0)
        let moment = Timestamp(secondsSince1970: Int64(status.st_mtim.tv_sec))
        func backup() throws -> FileBackupResult {
            try FileBackup(repository: tree.open(), source: "v", paths: [tree.source], now: { moment }, elapsed: { 0 })
                .run()
        }
        #expect(try backup().counts.filesRead == 1)
        #expect(try backup().counts.filesRead == 1)
        try tree.expectIntact()
    }

    @Test func `that a pattern excludes are left out`() throws {
        let tree = try FileTree()
        try tree.write("keep/a.txt", [1])
        try tree.write("keep/a.tmp", [1])
        try tree.write("cache/b", [1])
        try tree.write("keep/cache/c", [1])
        #expect(mkfifo("\(tree.source)/pipe", 0o600) == 0)
        let result = try tree.backup { $0.excludes = ["*.tmp", "/cache"] }
        #expect(result.excluded.map(\.namespace) == ["/pipe"])
        try tree.restore(result.snapshot)
        #expect(
            try Set(FileTree.contents(tree.target).keys) == [".", "keep", "keep/a.txt", "keep/cache", "keep/cache/c"]
        )
        try tree.expectIntact()
    }

    @Test func `of several paths are each below its name, and two of one name are refused`() throws {
        let tree = try FileTree()
        try tree.write("one/a", [1])
        try tree.write("two/b", [2])
        try tree.write("three/one/x", [2])
        let result = try tree.backup(["\(tree.source)/one", "\(tree.source)/two/", "\(tree.source)/two/b"])
        try tree.restore(result.snapshot)
        #expect(try Set(FileTree.contents(tree.target).keys) == [".", "one", "one/a", "two", "two/b", "b"])
        #expect(throws: LifeboatError.self) { try tree.backup(["\(tree.source)/one", "\(tree.source)/three/one"]) }
        #expect(throws: LifeboatError.self) { try tree.backup(["\(tree.source)/none"]) }
        try tree.expectIntact()
    }

    @Test func `whose names are no text come back under the same names`() throws {
        let tree = try FileTree()
        let names: [[UInt8]] = [
            [0xFF, 0x41], Array("back\\slash".utf8), Array("line\nbreak".utf8), Array("\\x41".utf8),
        ]
        for (number, name) in names.enumerated() {
            let path = (Array("\(tree.source)/".utf8) + name).map { CChar(bitPattern: $0) } + [0]
            let descriptor = Glibc.open(path, O_WRONLY | O_CREAT, 0o600)
            #expect(descriptor >= 0)
            #expect(Glibc.write(descriptor, [UInt8(number)], 1) == 1)
            close(descriptor)
        }
        let result = try tree.backup()
        #expect(result.isComplete)
        #expect(try tree.restore(result.snapshot).files == 4)
        for (number, name) in names.enumerated() {
            let path = (Array("\(tree.target)/".utf8) + name).map { CChar(bitPattern: $0) } + [0]
            let descriptor = Glibc.open(path, O_RDONLY)
            var byte: UInt8 = 99
            #expect(Glibc.read(descriptor, &byte, 1) == 1)
            #expect(byte == UInt8(number))
            close(descriptor)
        }
        try tree.expectIntact()
    }

    @Test func `are forgotten and pruned, and those that a snapshot needs stay`() throws {
        let tree = try FileTree()
        try fill(tree)
        let first = try tree.backup()
        #expect(chmod("\(tree.source)/data/db", 0o700) == 0)
        #expect(unlink("\(tree.source)/data/db/large") == 0)
        let second = try tree.backup()
        try tree.open().forget([first.snapshot])
        var rules = CollectionRules()
        rules.graceSeconds = 0
        let before = try tree.store.list("").reduce(0) { $0 + $1.size }
        _ = try tree.open().collect(rules)
        #expect(try tree.store.list("").reduce(0) { $0 + $1.size } < before - 19_000_000)
        try tree.restore(second.snapshot)
        #expect(try FileTree.contents(tree.target) == FileTree.contents(tree.source))
        try tree.expectIntact()
    }

    @Test func `are no cluster, and a cluster is no files`() throws {
        let tree = try FileTree()
        try tree.write("a", [1])
        let snapshot = try tree.backup().snapshot
        let repository = try tree.open()
        func code(_ body: () throws -> Void) -> ErrorCode? {
            do { try body() } catch { return (error as? LifeboatError)?.code }
            return nil
        }
        #expect(code { _ = try repository.snapshot("latest") } == .snapshotNotFound)
        #expect(code { _ = try repository.clusterSnapshot(snapshot.shortID) } == .usage)
        #expect(try repository.filesSnapshot("latest") == snapshot)
        #expect(try repository.filesSnapshot("latest", of: "volume") == snapshot)
        #expect(code { _ = try repository.filesSnapshot("latest", of: "other") } == .snapshotNotFound)
    }
}
