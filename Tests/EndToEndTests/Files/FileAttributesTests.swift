import Archive
import Backup
import CoreFoundation
import FoundationEssentials
import Glibc
import KubernetesObjects
import Restore
import Synchronization
import Testing

/// What belongs to files besides their contents, and files that are not as a backup would like them.
@Suite struct `What files have and suffer` {
    private static func inode(_ path: String) -> (UInt64, UInt64) {
        var status = stat()
        #expect(lstat(path, &status) == 0)
        return (UInt64(status.st_ino), UInt64(status.st_nlink))
    }

    @Test func `attributes come back with files and folders, and a changed one is noticed`() throws {
        let tree = try FileTree()
        try tree.write("folder/plain", [1, 2, 3])
        try tree.write("folder/read only", [4], mode: 0o400)
        guard tree.setAttribute("user.comment", Array("né ☂".utf8), of: "folder/plain") else {
            // A file system without attributes, where there is nothing to keep.
            return try #require(try tree.backup().isComplete ? () : nil)
        }
        #expect(tree.setAttribute("user.bytes", [0, 255, 1], of: "folder/read only"))
        #expect(tree.setAttribute("user.empty", [], of: "folder"))
        let first = try tree.backup()
        #expect(first.isComplete)
        let restored = try tree.restore(first.snapshot)
        #expect(restored.isComplete, "\(restored.failed)")
        let contents = try FileTree.contents(tree.target)
        #expect(try contents == FileTree.contents(tree.source))
        #expect(contents["folder/plain"]?.contains("user.comment=né ☂") == true)
        #expect(contents["folder"]?.contains("user.empty=") == true)

        #expect(tree.setAttribute("user.comment", Array("other".utf8), of: "folder/plain"))
        let second = try tree.backup()
        try FileManager.default.removeItem(atPath: tree.target)
        #expect(try tree.restore(second.snapshot).isComplete)
        #expect(try FileTree.contents(tree.target) == FileTree.contents(tree.source))
        try tree.expectIntact()
    }

    @Test func `lists of access rights come back with the permissions that they are part of`() throws {
        let tree = try FileTree()
        try tree.write("shared", [1], mode: 0o640)
        // The owner reads and writes, the user 1234 and the group read, nobody else does.
        let entries: [(tag: UInt16, rights: UInt16, id: UInt32)] = [
            (0x01, 6, .max), (0x02, 4, 1234), (0x04, 4, .max), (0x10, 4, .max), (0x20, 0, .max),
        ]
        var list: [UInt8] = [2, 0, 0, 0]
        for entry in entries {
            for value in [entry.tag, entry.rights] { withUnsafeBytes(of: value.littleEndian) { list += $0 } }
            withUnsafeBytes(of: entry.id.littleEndian) { list += $0 }
        }
        guard tree.setAttribute("system.posix_acl_access", list, of: "shared") else { return }
        let result = try tree.backup()
        #expect(result.isComplete)
        let restored = try tree.restore(result.snapshot)
        #expect(restored.isComplete, "\(restored.failed)")
        let contents = try FileTree.contents(tree.target)
        #expect(contents["shared"]?.contains("system.posix_acl_access") == true)
        #expect(try contents == FileTree.contents(tree.source))
    }

    @Test func `names of one file are names of one file again`() throws {
        let tree = try FileTree()
        try tree.write("data/a", FileTree.bytes(5_000_000, seed: 7))
        try tree.write("small", [1, 2])
        #expect(link("\(tree.source)/data/a", "\(tree.source)/data/b") == 0)
        #expect(link("\(tree.source)/data/a", "\(tree.source)/z") == 0)
        #expect(link("\(tree.source)/small", "\(tree.source)/data/small") == 0)
        let result = try tree.backup()
        #expect(result.counts.files == 5)
        let restored = try tree.restore(result.snapshot)
        #expect(restored.isComplete && restored.files == 5, "\(restored)")
        #expect(restored.bytesWritten == 5_000_002)
        #expect(try FileTree.contents(tree.target) == FileTree.contents(tree.source))
        let (a, links) = Self.inode("\(tree.target)/data/a")
        #expect(links == 3)
        for other in ["data/b", "z"] { #expect(Self.inode("\(tree.target)/\(other)").0 == a) }
        #expect(Self.inode("\(tree.target)/small").0 == Self.inode("\(tree.target)/data/small").0)
        // Again there is nothing to do, and one that was lost is linked anew.
        #expect(try tree.restore(result.snapshot).unchanged == 5)
        #expect(unlink("\(tree.target)/data/b") == 0)
        let again = try tree.restore(result.snapshot)
        #expect(again.unchanged == 4 && again.files == 1 && again.bytesWritten == 0)
        #expect(Self.inode("\(tree.target)/data/b").0 == a)
        // Written to in place, and replaced: still one file.
        try FileTree.write(to: "\(tree.target)/data/a", [9])
        #expect(Self.inode("\(tree.target)/z") == (a, 3))
        #expect(try tree.restore(result.snapshot) { $0.overwrites = true }.isComplete)
        let (replaced, names) = Self.inode("\(tree.target)/z")
        #expect(replaced != a && names == 3)
        // The target itself was there before, and keeps its time.
        let (restoredTree, original) = (try FileTree.contents(tree.target), try FileTree.contents(tree.source))
        #expect(restoredTree.filter { $0.key != "." } == original.filter { $0.key != "." })
    }

    @Test func `a name is never linked to a file that is not the one of the snapshot`() throws {
        let tree = try FileTree()
        try tree.write("a", [1, 2, 3])
        #expect(link("\(tree.source)/a", "\(tree.source)/b") == 0)
        let result = try tree.backup()
        #expect(mkdir(tree.target, 0o700) == 0)
        try Data([9, 9, 9]).write(to: URL(filePath: "\(tree.target)/a"))
        let restored = try tree.restore(result.snapshot)
        #expect(restored.failed.map(\.path) == ["/a"])
        #expect(try Data(contentsOf: URL(filePath: "\(tree.target)/a")) == Data([9, 9, 9]))
        #expect(try Data(contentsOf: URL(filePath: "\(tree.target)/b")) == Data([1, 2, 3]))
        let replaced = try tree.restore(result.snapshot) { $0.overwrites = true }
        #expect(replaced.isComplete)
        #expect(try Data(contentsOf: URL(filePath: "\(tree.target)/a")) == Data([1, 2, 3]))
    }

    @Test func `one that changes while it is read is read again, and told of when it goes on changing`() throws {
        let tree = try FileTree()
        try tree.write("steady", [1])
        try tree.write("log", FileTree.bytes(9_000_000, seed: 3))
        let writer = Writer("\(tree.source)/log")
        let result = try tree.backup { _ in writer.start() }
        writer.stop()
        #expect(writer.writes > 0)
        if !result.isComplete {
            #expect(result.incomplete.map(\.namespace) == ["/log"])
            #expect(result.incomplete.first?.reason.contains("changed while it was read") == true)
        }
        // What is taken of it is a beginning of what it is, and the next backup reads it again.
        #expect(try tree.restore(result.snapshot).isComplete)
        let taken = try Data(contentsOf: URL(filePath: "\(tree.target)/log"))
        #expect(try Data(contentsOf: URL(filePath: "\(tree.source)/log")).starts(with: taken))
        let next = try tree.backup()
        #expect(next.isComplete && next.counts.filesRead >= 1)
        try FileManager.default.removeItem(atPath: tree.target)
        #expect(try tree.restore(next.snapshot).isComplete)
        #expect(try FileTree.contents(tree.target) == FileTree.contents(tree.source))
        try tree.expectIntact()
    }

    @Test func `pipes, sockets and devices are left out and named`() throws {
        let tree = try FileTree()
        try tree.write("file", [1])
        #expect(mkfifo("\(tree.source)/pipe", 0o600) == 0)
        let result = try tree.backup()
        #expect(result.isComplete)
        #expect(result.excluded.map(\.namespace) == ["/pipe"] && result.excluded.first?.reason == "it is a named pipe")
        #expect(try tree.restore(result.snapshot).files == 1)
    }

    /// Appends to a file on a thread of its own until it is stopped.
    private final class Writer: @unchecked Sendable {
        // Unchecked: the thread is set once, by whoever starts and stops it.
        private let path: String
        private var thread = pthread_t()
        private let isStopped = Atomic<Bool>(false)
        private let count = Atomic<Int>(0)
        var writes: Int { count.load(ordering: .relaxed) }

        init(_ path: String) { self.path = path }

        func start() {
            let box = Unmanaged.passRetained(self).toOpaque()
            pthread_create(
                &thread,
                nil,
                { box in
                    guard let box else { return nil }
                    let writer = Unmanaged<Writer>.fromOpaque(box).takeRetainedValue()
                    let descriptor = open(writer.path, O_WRONLY | O_APPEND)
                    while !writer.isStopped.load(ordering: .relaxed), writer.writes < 200_000 {
                        if write(descriptor, "line\n", 5) == 5 { writer.count.add(1, ordering: .relaxed) }
                    }
                    close(descriptor)
                    return nil
                },
                box
            )
        }

        func stop() {
            isStopped.store(true, ordering: .relaxed)
            pthread_join(thread, nil)
        }
    }
}
