import Archive
import Backup
import CoreFoundation
import FoundationEssentials
import Glibc
import KubernetesObjects
import Restore
import Synchronization
import Testing

/// What a restore of files finds in its target, and what a snapshot may say that nobody should do.
@Suite struct `Restoring files` {
    private func text(_ path: String) -> String? { try? String(contentsOf: URL(filePath: path), encoding: .utf8) }

    @Test func `leaves what is there already, and goes on where it was stopped`() throws {
        let tree = try FileTree()
        try tree.write("a/large", FileTree.bytes(9_000_000, seed: 4))
        try tree.write("a/small", Array("small".utf8))
        #expect(symlink("small", "\(tree.source)/a/link") == 0)
        let snapshot = try tree.backup().snapshot
        let plan = try tree.restore(snapshot) { $0.isDryRun = true }
        #expect(plan.files == 2 && plan.symlinks == 1)
        #expect(!FileManager.default.fileExists(atPath: tree.target))
        #expect(try tree.restore(snapshot).files == 2)
        #expect(unlink("\(tree.target)/a/small") == 0)
        // What a restore that was killed left.
        try Data([1]).write(to: URL(filePath: "\(tree.target)/a/.lifeboat-\(snapshot.shortID)-4"))
        let again = try tree.restore(snapshot)
        #expect(again.files == 1 && again.unchanged == 2 && again.isComplete)
        #expect(text("\(tree.target)/a/small") == "small")
    }

    @Test func `does not overwrite a file that differs, unless it is told to`() throws {
        let tree = try FileTree()
        try tree.write("a", Array("from the snapshot".utf8))
        try tree.write("folder/b", [1])
        let snapshot = try tree.backup().snapshot
        try FileManager.default.createDirectory(atPath: tree.target, withIntermediateDirectories: true)
        try "mine".write(toFile: "\(tree.target)/a", atomically: false, encoding: .utf8)
        try "no folder".write(toFile: "\(tree.target)/folder", atomically: false, encoding: .utf8)
        let refused = try tree.restore(snapshot)
        #expect(refused.failed.map(\.path) == ["/a", "/folder", "/folder/b"])
        #expect(text("\(tree.target)/a") == "mine")
        let forced = try tree.restore(snapshot) { $0.overwrites = true }
        #expect(text("\(tree.target)/a") == "from the snapshot")
        #expect(forced.failed.map(\.path) == ["/folder", "/folder/b"])
        #expect(text("\(tree.target)/folder") == "no folder")
    }

    @Test func `leaves folders that are there as they are, unless it is told to, and ends what another run began`()
        throws
    {
        let tree = try FileTree()
        try tree.write("etc/private/key", Array("secret".utf8))
        try tree.write("etc/other", Array("x".utf8))
        for (folder, mode) in [("etc", mode_t(0o755)), ("etc/private", 0o755)] {
            #expect(chmod("\(tree.source)/\(folder)", mode) == 0)
        }
        let snapshot = try tree.backup().snapshot
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: "\(tree.target)/\(path)")[.posixPermissions] as? Int
        }
        try FileManager.default.createDirectory(atPath: "\(tree.target)/etc/private", withIntermediateDirectories: true)
        // Somebody has made it narrower since, and the other was left by a restore that was stopped.
        #expect(chmod("\(tree.target)/etc/private", 0o700) == 0 && chmod("\(tree.target)/etc", 0o1700) == 0)
        let result = try tree.restore(snapshot) { $0.paths = ["etc/private/key"] }
        #expect(result.isComplete && result.files == 1)
        #expect(try mode("etc/private") == 0o700)
        #expect(try mode("etc") == 0o755)
        #expect(try tree.restore(snapshot) { $0.overwrites = true }.isComplete)
        #expect(try mode("etc/private") == 0o755)
    }

    @Test
    func `gives a target that it began the owner, permissions and time of the snapshot, also when it was stopped`()
        throws
    {
        let tree = try FileTree()
        for name in ["a", "b/c"] { try tree.write(name, [1]) }
        #expect(chmod(tree.source, 0o2755) == 0)
        let old = [timespec(tv_sec: 1_000_000_000, tv_nsec: 5), timespec(tv_sec: 1_000_000_001, tv_nsec: 6)]
        #expect(utimensat(AT_FDCWD, tree.source, old, 0) == 0)
        let snapshot = try tree.backup().snapshot
        let target = tree.target
        @Sendable func mode() -> mode_t {
            var status = stat()
            return stat(target, &status) == 0 ? status.st_mode & 0o7777 : 0
        }
        let modes = Mutex<Set<mode_t>>([])
        try tree.restore(snapshot, progress: { _ in modes.withLock { _ = $0.insert(mode()) } })
        #expect(modes.withLock { $0 } == [0o1700], "nobody takes it for done before it is")
        #expect(try FileTree.contents(tree.target) == FileTree.contents(tree.source))
        // As one that was stopped leaves it.
        #expect(chmod(target, 0o1700) == 0 && unlink("\(target)/a") == 0)
        #expect(try tree.restore(snapshot) { $0.isDryRun = true }.files == 1)
        #expect(mode() == 0o1700)
        #expect(try tree.restore(snapshot).files == 1)
        #expect(try FileTree.contents(tree.target) == FileTree.contents(tree.source))
        // One that somebody uses is left as it is.
        #expect(chmod(target, 0o700) == 0)
        #expect(try tree.restore(snapshot).unchanged == 2)
        #expect(mode() == 0o700)
    }

    @Test func `tells its counts as it goes, and all failures in the end, in the order of their paths`() throws {
        let tree = try FileTree()
        for name in ["b", "a", "c/d", "e/f"] { try tree.write(name, [1, 2]) }
        let snapshot = try tree.backup().snapshot
        try FileManager.default.createDirectory(atPath: "\(tree.target)/c", withIntermediateDirectories: true)
        for name in ["b", "a", "c/d"] {
            try "mine".write(toFile: "\(tree.target)/\(name)", atomically: false, encoding: .utf8)
        }
        let last = Mutex<FileRestoreResult.Counts?>(nil)
        let result = try tree.restore(snapshot, progress: { counts in last.withLock { $0 = counts } })
        #expect(result.failed.map(\.path) == ["/a", "/b", "/c/d"])
        #expect(result.files == 1 && result.bytesWritten == 2)
        #expect(last.withLock { $0 } == result.counts)
    }

    @Test func `follows no link out of the target`() throws {
        let tree = try FileTree()
        try tree.write("sub/a", Array("x".utf8))
        let snapshot = try tree.backup().snapshot
        try FileManager.default.createDirectory(atPath: tree.target, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: "\(tree.root)/elsewhere", withIntermediateDirectories: true)
        #expect(symlink("../elsewhere", "\(tree.target)/sub") == 0)
        let result = try tree.restore(snapshot) { $0.overwrites = true }
        #expect(result.failed.map(\.path) == ["/sub", "/sub/a"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(tree.root)/elsewhere").isEmpty)
        // A link where a file belongs is replaced, and what it points to is left alone.
        try FileManager.default.removeItem(atPath: "\(tree.target)/sub")
        try FileManager.default.createDirectory(atPath: "\(tree.target)/sub", withIntermediateDirectories: true)
        try "mine".write(toFile: "\(tree.root)/elsewhere/a", atomically: false, encoding: .utf8)
        #expect(symlink("../../elsewhere/a", "\(tree.target)/sub/a") == 0)
        #expect(try tree.restore(snapshot) { $0.overwrites = true }.isComplete)
        #expect(text("\(tree.root)/elsewhere/a") == "mine")
        #expect(text("\(tree.target)/sub/a") == "x")
    }

    @Test(arguments: [
        ("", ".."), ("..", "a"), ("a/../..", "b"), ("", "x/y"), ("", ""), ("/etc", "a"), ("a//b", "a"), ("/", "a"),
        ("", "\\x2f"), ("", "\\x2e."), ("", "nul\\x00"), (".", "a"), ("", "\\q"), ("b/", "a"),
    ])
    func `refuses a snapshot that names a place outside`(folder: String, name: String) throws {
        let tree = try FileTree()
        let writer = try tree.open().beginSnapshot(
            SnapshotRequest(
                cluster: ClusterDescription(uid: "files:v", name: "v", version: "", server: ""),
                policy: Snapshot.filesPolicy
            )
        )
        func add(_ folder: String, _ name: String, _ change: (inout FileDocument) -> Void = { _ in }) throws {
            var document = FileDocument(
                kind: .file,
                mode: 0o644,
                owner: getuid(),
                group: getgid(),
                modified: FileTime(seconds: 1, nanoseconds: 0)
            )
            (document.content, document.size) = ([1], 1)
            change(&document)
            try writer.add(
                FileDocument.resource,
                namespace: folder,
                name: name,
                uid: "",
                resourceVersion: "1",
                canonical: document.canonical(folder: folder, name: name)[...],
                layout: CanonicalJSON.Layout()
            )
        }
        try add(folder, name)
        // A link, and a file that would be written through it.
        try add("", "door") { ($0.kind, $0.target, $0.content) = (.symlink, Array("..".utf8), nil) }
        try add("door", "through")
        try add("", "good")
        let snapshot = try writer.commit(SnapshotSummary(takenAt: Timestamp(secondsSince1970: 5))).snapshot
        let before = try FileManager.default.contentsOfDirectory(atPath: tree.root)
        let result = try tree.restore(snapshot)
        #expect(result.failed.count == 2, "\(result.failed)")
        let contents = try FileTree.contents(tree.target)
        #expect(result.files == 1, "\(result) \(contents)")
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: tree.root)) == Set(before + ["target"]))
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: tree.target)) == ["door", "good"])
        try tree.expectIntact()
    }

    @Test func `restores only the paths that are asked for, and names one that is not there`() throws {
        let tree = try FileTree()
        try tree.write("a/b/c", [1])
        try tree.write("a/d", [1])
        try tree.write("e", [1])
        let snapshot = try tree.backup().snapshot
        try tree.restore(snapshot) { $0.paths = ["/a/b", "e"] }
        #expect(try Set(FileTree.contents(tree.target).keys) == [".", "a", "a/b", "a/b/c", "e"])
        #expect(throws: LifeboatError.self) { try tree.restore(snapshot) { $0.paths = ["a/x"] } }
    }

    @Test func `names the files whose chunks are lost, restores the others, and the next backup heals them`() throws {
        let tree = try FileTree()
        try tree.write("large", FileTree.bytes(3_000_000, seed: 4))
        try tree.write("tiny", [1])
        let first = try tree.backup().snapshot
        // The largest pack is that of the chunks.
        let pack = try #require(try tree.store.list("p/").max { $0.size < $1.size })
        tree.store.replace(pack.name, nil)
        let problems = try tree.open().check(.structure).problems
        #expect(problems.flatMap(\.objects) == ["files.files.lifeboat.dr large"], "\(problems)")
        let result = try tree.restore(first)
        #expect(result.failed.map(\.path) == ["/large"])
        #expect(result.files == 1)
        #expect(try Set(FileTree.contents(tree.target).keys) == [".", "tiny"])
        let healed = try tree.backup()
        #expect(healed.counts.filesRead == 1)
        #expect(try tree.restore(healed.snapshot).isComplete)
        #expect(try tree.restore(first).isComplete, "the chunks are those of the first snapshot, too")
        try tree.open().forget([first])
        try tree.expectIntact()
    }
}
