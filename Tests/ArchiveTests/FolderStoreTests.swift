import Glibc
import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

@Suite struct `A folder as a store` {
    /// A folder of its own for each test, removed at the end.
    private final class Folder {
        let path: String
        init() throws {
            var template = Array("/tmp/lifeboat-archive-XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { throw LifeboatError(.storageFailed, "no temporary folder") }
            path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        deinit { Self.remove(path) }

        static func remove(_ path: String) {
            for name in (try? FileSystem.entries(of: path)) ?? [] {
                let inner = "\(path)/\(name)"
                if (try? FileSystem.status(inner))??.isFolder == true { remove(inner) } else { unlink(inner) }
            }
            rmdir(path)
        }
    }

    @Test func `what is put is got, listed, measured and deleted`() throws {
        let folder = try Folder()
        let store = FolderStore(path: folder.path + "/new/repository")
        #expect(try store.get("p/00/a") == nil)
        #expect(try store.list("") == [])
        #expect(try store.put("p/00/a", [1, 2, 3]))
        #expect(try store.put("s/w/1", []))
        #expect(try !store.put("p/00/a", [9]))
        #expect(try store.get("p/00/a") == [1, 2, 3])
        #expect(try store.get("p/00/a", range: 1..<9) == [2, 3])
        #expect(try store.size("p/00/a") == 3)
        #expect(try store.size("p/00") == nil)
        #expect(try store.list("p/").map(\.name) == ["p/00/a"])
        #expect(try store.list("p/0").map(\.name) == ["p/00/a"])
        #expect(try store.list("").map(\.name) == ["p/00/a", "s/w/1"])
        try store.delete("p/00/a")
        try store.delete("p/00/a")
        #expect(try store.get("p/00/a") == nil)
    }

    @Test func `may have a name that begins with a combining mark`() throws {
        let folder = try Folder()
        let path = folder.path + "/\u{301}a/\u{FE0F}"
        let store = FolderStore(path: path + "//")
        #expect(store.location == path && FileSystem.parent(path) == folder.path + "/\u{301}a")
        #expect(try store.put("p/00/a", [1, 2, 3]))
        #expect(try FolderStore(path: path).get("p/00/a") == [1, 2, 3])
        #expect(try FileSystem.entries(of: folder.path).map { Array($0.utf8) } == [Array("\u{301}a".utf8)])
    }

    @Test func `files that a killed process left are deleted after a day, and younger ones stay`() throws {
        let folder = try Folder()
        let store = FolderStore(path: folder.path)
        _ = try store.put("p/00/a", [1])
        for (name, hours) in [("1-1", 25), ("2-1", 23)] {
            let path = folder.path + "/tmp/" + name
            let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
            close(descriptor)
            var status = stat()
            #expect(stat(path, &status) == 0)
            let time = timespec(tv_sec: status.st_mtim.tv_sec - hours * 3600, tv_nsec: 0)
            #expect(utimensat(AT_FDCWD, path, [time, time], 0) == 0)
        }
        _ = try store.put("p/00/b", [2])
        #expect(try FileSystem.entries(of: folder.path + "/tmp") == ["2-1"])
        #expect(try store.list("").map(\.name) == ["p/00/a", "p/00/b"])
    }

    @Test func `a file system without hard links refuses to replace, too`() throws {
        let folder = try Folder()
        let names = ["one", "other", "target"].map { "\(folder.path)/\($0)" }
        for name in names.prefix(2) { close(open(name, O_WRONLY | O_CREAT, 0o600)) }
        #expect(try FileSystem.renameUnlinked(names[0], names[2]) == .done)
        #expect(try FileSystem.renameUnlinked(names[1], names[2]) == .taken)
        #expect(try FileSystem.entries(of: folder.path).sorted() == ["other", "target"])
    }

    @Test func `a link that was made although its answer was lost is this writer's own`() throws {
        let folder = try Folder()
        let (file, target) = ("\(folder.path)/file", "\(folder.path)/target")
        close(open(file, O_WRONLY | O_CREAT, 0o600))
        #expect(link(file, target) == 0)
        #expect(try FileSystem.renameWithoutReplacing(file, target) == .done)
        #expect(try FileSystem.entries(of: folder.path) == ["target"])
    }

    @Test(arguments: [FolderStore.Step.create, .rename])
    func `a writer that lost a race flushes the folder before it relies on the name`(step: FolderStore.Step) throws {
        let folder = try Folder()
        let other = FolderStore(path: folder.path)
        let flushes = Mutex(0)
        let late = FolderStore(path: folder.path) { (at, name) throws(LifeboatError) in
            if at == step { #expect(try other.put(name, [1])) }
            guard at == .flushFolder else { return }
            flushes.withLock { $0 += 1 }
            throw FileSystem.failure("flush", name, EIO)
        }
        // Once in the race, and once where the name was there before.
        for count in 1...2 {
            let error = #expect(throws: LifeboatError.self) { try late.put("p/00/a", [1]) }
            #expect(error?.code == .storageFailed)
            #expect(flushes.withLock { $0 } == count)
        }
        #expect(try other.get("p/00/a") == [1])
        #expect(try FileSystem.entries(of: folder.path + "/tmp").isEmpty)
    }

    @Test func `a whole repository lives in a folder`() throws {
        let folder = try Folder()
        let store = FolderStore(path: folder.path)
        let objects = Fixture.objects(100)
        let snapshot = try Fixture.backup(try Fixture.repository(store), objects).snapshot
        #expect(
            try Fixture.contents(try Fixture.open(FolderStore(path: folder.path + "/")), snapshot)
                == Fixture.expected(objects)
        )
        #expect(try FileSystem.entries(of: folder.path + "/tmp").isEmpty)
        try Fixture.expectIntact(store)
    }

    @Test(arguments: FolderStore.Step.allCases, ["p/", "s/"])
    func `a backup that dies at any step of a write loses nothing`(step: FolderStore.Step, prefix: String) throws {
        let folder = try Folder()
        let before = Fixture.objects(20)
        let first = try Fixture.backup(try Fixture.repository(FolderStore(path: folder.path)), before).snapshot
        let fired = Mutex(false)
        let dying = FolderStore(path: folder.path) { (at, name) throws(LifeboatError) in
            guard at == step, name.hasPrefix(prefix) else { return }
            fired.withLock { $0 = true }
            throw FileSystem.failure("write", name, ENOSPC)
        }
        var after = before
        after[3].text = "changed"
        after[3].version += 1
        let repository = try Fixture.open(dying)
        let error = #expect(throws: LifeboatError.self) { try Fixture.backup(repository, after, at: 5) }
        #expect(error?.code == .storageFull)
        #expect(fired.withLock { $0 })
        let store = FolderStore(path: folder.path)
        try Fixture.expectIntact(store)
        let reopened = try Fixture.open(store)
        #expect(try Fixture.contents(reopened, first) == Fixture.expected(before))
        let next = try Fixture.backup(reopened, after, at: 6).snapshot
        #expect(try Fixture.contents(reopened, next) == Fixture.expected(after))
        try Fixture.expectIntact(store)
    }

    @Test func `failures of the operating system have codes and name the file`() {
        #expect(FileSystem.failure("write", "/x/p", ENOSPC).code == .storageFull)
        #expect(FileSystem.failure("write", "/x/p", EDQUOT).code == .storageFull)
        #expect(FileSystem.failure("write", "/x/p", EIO).code == .storageFailed)
        #expect(FileSystem.failure("write", "/x/p", EACCES).remedy.contains("permission"))
        #expect(FileSystem.failure("write", "/x/p", EIO).message.contains("/x/p"))
    }

    @Test func `a full device is storage full`() throws {
        let descriptor = open("/dev/full", O_WRONLY)
        defer { close(descriptor) }
        let error = #expect(throws: LifeboatError.self) {
            try FileSystem.write([1, 2, 3], to: descriptor, path: "/dev/full")
        }
        #expect(error?.code == .storageFull)
    }

    @Test func `a file where a folder belongs is an error`() throws {
        let folder = try Folder()
        #expect(try FolderStore(path: folder.path).put("p", [1]))
        let error = #expect(throws: LifeboatError.self) { try FolderStore(path: folder.path).put("p/00/a", [1]) }
        #expect(error?.code == .storageFailed)
    }
}
