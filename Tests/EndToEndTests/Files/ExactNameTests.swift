import Archive
import Backup
import Glibc
import KubernetesObjects
import Policies
import Restore
import Testing

/// File names that are different ones to Linux, and the same, or no names at all, to Swift's characters.
@Suite struct `File names that differ only in their bytes` {
    /// Makes a file of the source, and the folders above it, by exactly these bytes.
    private static func make(_ tree: FileTree, _ path: String, _ content: [UInt8]) {
        var folder = tree.source
        let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
        for part in parts.dropLast() {
            folder += "/" + part
            #expect(mkdir(folder, 0o755) == 0 || errno == EEXIST)
        }
        let descriptor = open("\(tree.source)/\(path)", O_WRONLY | O_CREAT | O_EXCL, 0o644)
        #expect(descriptor >= 0, "\(path)")
        defer { close(descriptor) }
        #expect(write(descriptor, content, content.count) == content.count)
    }

    private static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return count < 0 ? nil : Array(bytes[..<count])
    }

    private static func paths(_ tree: FileTree, _ snapshot: Snapshot) throws -> [[UInt8]] {
        try tree.open().reader(snapshot).entries(FileDocument.resource).map { Array("\($0.namespace)/\($0.name)".utf8) }
    }

    /// An accent, the selector of a picture, a joiner, and a mark of Japanese: each makes one character with the `/` before it.
    private static let marked = ["\u{301}b", "\u{FE0F}b", "\u{200D}b", "\u{3099}b"]

    @Test func `that begin with a combining mark are those of folders of their own`() throws {
        let tree = try FileTree()
        Self.make(tree, "b/file", [0])
        for (number, name) in Self.marked.enumerated() {
            Self.make(tree, "\(name)/file", [UInt8(number + 1)])
            Self.make(tree, "a/\(name)/\(name)/file", [UInt8(number + 11)])
        }
        let result = try tree.backup()
        #expect(result.isComplete && result.counts.files == 9)
        let restored = try tree.restore(result.snapshot)
        #expect(restored.isComplete && restored.files == 9, "\(restored)")
        #expect(Self.read("\(tree.target)/b/file") == [0])
        for (number, name) in Self.marked.enumerated() {
            #expect(Self.read("\(tree.target)/\(name)/file") == [UInt8(number + 1)])
            #expect(Self.read("\(tree.target)/a/\(name)/\(name)/file") == [UInt8(number + 11)])
        }
        #expect(try tree.backup().changed == 0)
        try tree.expectIntact()
    }

    @Test func `that begin with a combining mark are left out and chosen as they are`() throws {
        let tree = try FileTree()
        for name in Self.marked + ["b"] { Self.make(tree, "\(name)/file", [1]) }
        let left = try tree.backup { $0.excludes = Self.marked.map { NamePattern("/\($0)") } }
        #expect(try Self.paths(tree, left.snapshot) == ["/.", "/b", "b/file"].map { Array($0.utf8) })
        let all = try tree.backup().snapshot
        let restored = try tree.restore(all) { $0.paths = ["/" + Self.marked[0]] }
        #expect(restored.files == 1)
        #expect(Self.read("\(tree.target)/\(Self.marked[0])/file") == [1])
        // A target of such a name is made where it was named.
        var restore = FileRestore(reader: try tree.open().reader(all), target: "\(tree.root)/\u{301}t/\u{301}u")
        restore.paths = ["b"]
        #expect(try restore.run().files == 1)
        #expect(Self.read("\(tree.root)/\u{301}t/\u{301}u/b/file") == [1])
    }

    /// One letter, a letter and an accent; a letter, the sign of the unit that is the same letter.
    private static let pairs = [("caf\u{E9}", "cafe\u{301}"), ("K", "\u{212A}")]

    @Test func `and are canonically equivalent come back as different folders and files`() throws {
        let tree = try FileTree()
        let names = Self.pairs.flatMap { [$0.0, $0.1] }
        for (number, name) in names.enumerated() {
            Self.make(tree, "folders/\(name)/same", [UInt8(number), 1])
            Self.make(tree, "files/\(name)", [UInt8(number), 2])
            Self.make(tree, name, [UInt8(number), 3])
        }
        #expect(link("\(tree.source)/files/\(names[0])", "\(tree.source)/folders/\(names[1])/link") == 0)
        let first = try tree.backup()
        #expect(first.isComplete && first.counts.files == 13)
        let reader = try tree.open().reader(first.snapshot)
        let listed = try Self.paths(tree, first.snapshot)
        #expect(Set(listed).count == 20 && listed.count == 20)
        let restored = try tree.restore(first.snapshot)
        #expect(restored.isComplete && restored.files == 13, "\(restored)")
        for (number, name) in names.enumerated() {
            for (path, kind) in [("folders/\(name)/same", UInt8(1)), ("files/\(name)", 2), (name, 3)] {
                #expect(Self.read("\(tree.target)/\(path)") == [UInt8(number), kind], "\(path)")
                let entry = try #require(try reader.file(at: path))
                #expect(try FileDocument(parsing: try reader.bytes(entry)).content == [UInt8(number), kind])
            }
        }
        #expect(Self.read("\(tree.target)/folders/\(names[1])/link") == [0, 2])
        let again = try tree.backup()
        #expect(again.counts.filesRead == 0 && again.changed == 0 && again.removed == 0)
        // Only one of two goes, and only one is chosen.
        #expect(unlink("\(tree.source)/files/\(names[1])") == 0)
        let third = try tree.backup()
        #expect(third.removed == 1)
        #expect(try tree.open().reader(third.snapshot).file(at: "files/\(names[1])") == nil)
        #expect(try tree.open().reader(third.snapshot).file(at: "files/\(names[0])") != nil)
        var restore = FileRestore(reader: reader, target: "\(tree.root)/one")
        restore.paths = ["folders/\(names[1])"]
        #expect(try restore.run().files == 2)
        #expect(Self.read("\(tree.root)/one/folders/\(names[0])/same") == nil)
        #expect(Self.read("\(tree.root)/one/folders/\(names[1])/same") == [1, 1])
        try tree.expectIntact()
    }

    @Test func `of attributes come back as different ones`() throws {
        let tree = try FileTree()
        Self.make(tree, "file", [1])
        guard tree.setAttribute("user.caf\u{E9}", [1], of: "file") else { return }
        #expect(tree.setAttribute("user.cafe\u{301}", [2], of: "file"))
        #expect(try tree.restore(tree.backup().snapshot).isComplete)
        let attributes = try FileTree.attributes("\(tree.target)/file").map { Array($0.utf8) }
        #expect(attributes.count == 2 && Set(attributes).count == 2)
        #expect(try attributes == FileTree.attributes("\(tree.source)/file").map { Array($0.utf8) })
    }

    @Test func `of volumes are names of different volumes`() throws {
        let tree = try FileTree()
        Self.make(tree, "file", [1])
        let repository = try tree.open()
        for (number, source) in ["caf\u{E9}", "cafe\u{301}"].enumerated() {
            _ = try FileBackup(
                repository: repository,
                source: source,
                paths: [tree.source],
                now: { Timestamp(secondsSince1970: 4_000_000_100 + Int64(number)) },
                elapsed: { 0 }
            ).run()
        }
        let found = try repository.filesSnapshot("latest", of: "caf\u{E9}")
        #expect(found.clusterName.map { Array($0.utf8) } == Array("caf\u{E9}".utf8))
        #expect(throws: LifeboatError.self) { try repository.filesSnapshot("latest") }
    }
}
