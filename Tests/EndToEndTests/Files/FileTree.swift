import Archive
import Backup
import CFileSystem
import CoreFoundation
import FoundationEssentials
import Glibc
import KubernetesObjects
import Policies
import Restore
import Synchronization
import Testing

/// A folder to back up, a repository in memory, and a folder to restore to.
final class FileTree: Sendable {
    let root: String
    let store = MemoryStore()
    /// Long after the files were made: what was written to a moment before is read again by the next backup.
    private let clock = Mutex<Int64>(4_000_000_000)

    var source: String { "\(root)/source" }
    var target: String { "\(root)/target" }

    init() throws {
        root = FileManager.default.temporaryDirectory.appending(path: "lifeboat-files-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: "\(root)/source", withIntermediateDirectories: true)
        _ = try Repository.create(in: store, passphrase: Self.passphrase, environment: Self.environment)
    }

    deinit {
        _ = try? FileManager.default.removeItem(atPath: root)
    }

    private static let passphrase = Array("correct horse battery staple".utf8)
    private static let environment = ArchiveEnvironment(
        now: { Timestamp(secondsSince1970: 4_000_000_000) },
        random: { count in
            var generator = SystemRandomNumberGenerator()
            return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        },
        passphraseWorkFactor: 4
    )

    func open() throws -> Repository {
        try Repository.open(store, credential: .passphrase(Self.passphrase), environment: Self.environment)
    }

    func write(_ path: String, _ bytes: [UInt8], mode: mode_t = 0o644) throws {
        let full = "\(source)/\(path)"
        let parent = String(full[..<(full.lastIndex(of: "/") ?? full.startIndex)])
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        let descriptor = Glibc.open(full, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        #expect(descriptor >= 0)
        defer { close(descriptor) }
        var offset = 0
        while offset < bytes.count {
            offset += bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + offset }, bytes.count - offset)
            }
        }
        #expect(fchmod(descriptor, mode) == 0)
    }

    /// Writes over the beginning of a file in place.
    static func write(to path: String, _ bytes: [UInt8]) throws {
        let descriptor = Glibc.open(path, O_WRONLY)
        defer { close(descriptor) }
        #expect(descriptor >= 0 && Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }

    @discardableResult
    func backup(
        _ paths: [String]? = nil,
        _ change: (inout FileBackup) -> Void = { _ in },
        progress: (@Sendable (FileBackupResult.Counts) -> Void)? = nil
    ) throws -> FileBackupResult {
        let now = clock.withLock { clock in
            clock += 60
            return clock
        }
        var backup = FileBackup(
            repository: try open(),
            source: "volume",
            paths: paths ?? [source],
            now: { Timestamp(secondsSince1970: now) },
            elapsed: { 0 }
        )
        change(&backup)
        return try backup.run(progress: progress)
    }

    @discardableResult
    func restore(
        _ snapshot: Snapshot,
        _ change: (inout FileRestore) -> Void = { _ in },
        progress: (@Sendable (FileRestoreResult.Counts) -> Void)? = nil
    ) throws -> FileRestoreResult {
        var restore = FileRestore(reader: try open().reader(snapshot), target: target)
        change(&restore)
        return try restore.run(progress: progress)
    }

    /// Everything below a folder: type, mode, owner, time, and what it holds or points to.
    static func contents(_ folder: String) throws -> [String: String] {
        var contents: [String: String] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) + ["."] {
            let full = "\(folder)/\(path)"
            var status = stat()
            #expect(lstat(full, &status) == 0)
            var text = "\(String(status.st_mode, radix: 8)) \(status.st_uid):\(status.st_gid)"
            text += " \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
            if status.st_mode & S_IFMT != S_IFLNK { text += " \(try Self.attributes(full))" }
            switch status.st_mode & S_IFMT {
            case S_IFLNK: text += " → " + (try FileManager.default.destinationOfSymbolicLink(atPath: full))
            case S_IFREG:
                let bytes = Array(try Data(contentsOf: URL(filePath: full)))
                text += " \(bytes.count) \(bytes.hashValue)"
            default: break
            }
            contents[path] = text
        }
        return contents
    }

    /// The extended attributes, as texts in the order of their names.
    static func attributes(_ path: String) throws -> [String] {
        let descriptor = Glibc.open(path, O_RDONLY | O_NONBLOCK)
        #expect(descriptor >= 0)
        defer { close(descriptor) }
        return try #require(ExtendedAttributes(of: descriptor)).values
            .map { "\(FileNames.text($0.key))=\(FileNames.text($0.value))" }.sorted()
    }

    /// Gives a file of the source an attribute.
    ///
    /// - Returns: whether the file system has such attributes.
    func setAttribute(_ name: String, _ value: [UInt8], of path: String) -> Bool {
        guard setxattr("\(source)/\(path)", name, value, value.count, 0) != 0 else { return true }
        #expect(errno == ENOTSUP)
        return false
    }

    func expectIntact(sourceLocation: Testing.SourceLocation = #_sourceLocation) throws {
        let report = try open().check(.data)
        #expect(report.ok, "\(report.problems)", sourceLocation: sourceLocation)
    }

    /// Bytes that look like chance and are the same in every run.
    static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for position in 0..<count {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                buffer[position] = UInt8(truncatingIfNeeded: state >> 56)
            }
            initialized = count
        }
    }
}
