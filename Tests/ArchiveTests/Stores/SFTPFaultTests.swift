import Foundation
import KubernetesObjects
import Synchronization
import TestSupport
import Testing

@testable import Archive

/// Connections that end anywhere, and servers that can do less; OpenSSH's own server stands at the other end of the pipe.
@Suite(.enabled(if: RealParts.sftp != nil, Sshd.reason), .serialized)
struct `Faults of SFTP` {
    private static let server = "/usr/lib/openssh/sftp-server"
    private static let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) }

    /// The server, whose whole group of processes ends after so many bytes of its answers.
    private static func cutting(_ bytes: Int) -> String {
        "\(server) | { dd bs=1 count=\(bytes) status=none; kill -9 0; }"
    }

    /// A store behind a server whose first connection is made by one command and all others by the server alone.
    private final class Place: Sendable {
        let path = FileManager.default.temporaryDirectory.appending(path: "lifeboat-sftp-\(UUID().uuidString)").path()
        private let launches = Mutex(0)
        var count: Int { launches.withLock { $0 } }

        func store(first: String, then: String = "exec \(`Faults of SFTP`.server)") throws -> SFTPStore {
            let random: @Sendable (Int) -> [UInt8] = { count in (0..<count).map { _ in UInt8.random(in: 0...255) } }
            return SFTPStore(try SFTPLocation(url: "host\(path)"), random: random) { [self] () throws(SFTPError) in
                let number = launches.withLock {
                    $0 += 1
                    return $0
                }
                let command = number == 1 ? first : then
                return try SSHProcess(program: "sh", arguments: ["-c", command], variables: ["PATH": "/usr/bin:/bin"])
            }
        }

        /// Whether this is the first time it is asked.
        func first() -> Bool {
            launches.withLock {
                $0 += 1
                return $0 == 1
            }
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    /// The bytes after which the connection ends: in the hello, the requests before the data, the data, and the requests after it.
    private static let cuts = [
        0, 3, 9, 40, 120, 200, 300, 400, 500, 600, 700, 5000, 100_000, 200_300, 200_450, 200_600,
    ]

    @Test(arguments: cuts) func `a write whose connection ends anywhere is done over another, once`(cut: Int) throws {
        let place = Place()
        let store = try place.store(first: "dd bs=1 count=\(cut) status=none | \(Self.server)")
        #expect(try store.put("p/00/a", Self.bytes))
        #expect(place.count == 2)
        #expect(try store.get("p/00/a") == Self.bytes)
        #expect(try store.list("").map(\.name) == ["p/00/a"])
        #expect(try !store.put("p/00/a", Self.bytes))
    }

    @Test(arguments: Array(stride(from: 0, through: 900, by: 20)))
    func `a write whose answers are lost is neither lost nor taken for another's`(cut: Int) throws {
        let place = Place()
        let store = try place.store(first: Self.cutting(cut))
        #expect(try store.put("p/00/a", Array("a few bytes".utf8)))
        #expect(try store.get("p/00/a") == Array("a few bytes".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path + "/tmp").isEmpty)
        #expect(place.count <= 2)
    }

    @Test func `a name that another took while the answer was lost is told by its bytes, not by its size`() throws {
        var fired = 0
        for cut in stride(from: 0, through: 900, by: 20) {
            let place = Place()
            let target = place.path + "/p/00/a"
            let takenByOther = Mutex(false)
            let store = SFTPStore(
                try SFTPLocation(url: "host\(place.path)"),
                random: { [UInt8](repeating: 1, count: $0) }
            ) {
                () throws(SFTPError) in
                let isFirst = place.first()
                // The rename was refused, and its file cleared away, before the connection ended.
                if !isFirst, FileManager.default.fileExists(atPath: target) {
                    takenByOther.withLock {
                        $0 = FileManager.default.createFile(atPath: target, contents: Data("theirs".utf8))
                    }
                }
                let command = isFirst ? Self.cutting(cut) : "exec \(Self.server)"
                return try SSHProcess(program: "sh", arguments: ["-c", command], variables: ["PATH": "/usr/bin:/bin"])
            }
            let isNew = try store.put("p/00/a", Array("mine 1".utf8))
            guard takenByOther.withLock({ $0 }) else { continue }
            fired += 1
            #expect(!isNew, "cut \(cut)")
            #expect(try store.get("p/00/a") == Array("theirs".utf8))
        }
        #expect(fired > 0)
    }

    @Test(arguments: [10, 600, 50_000, 199_000])
    func `a read whose connection ends is done over another`(cut: Int) throws {
        let place = Place()
        #expect(try place.store(first: "exec \(Self.server)").put("keys/a", Self.bytes))
        let other = Place()
        let random: @Sendable (Int) -> [UInt8] = { [UInt8](repeating: 1, count: $0) }
        let store = SFTPStore(try SFTPLocation(url: "host\(place.path)"), random: random) { () throws(SFTPError) in
            let command = other.first() ? Self.cutting(cut) : "exec \(Self.server)"
            return try SSHProcess(program: "sh", arguments: ["-c", command], variables: ["PATH": "/usr/bin:/bin"])
        }
        #expect(try store.get("keys/a") == Self.bytes)
        #expect(try store.list("").map(\.size) == [Self.bytes.count])
        #expect(!other.first())
    }

    @Test func `a connection that ends again and again is an error that says what ended it`() throws {
        let place = Place()
        let failing = "echo no route to host >&2; exit 255"
        let store = try place.store(first: failing, then: failing)
        let error = #expect(throws: LifeboatError.self) { try store.put("keys/a", [1]) }
        #expect(error?.code == .storeUnreachable)
        #expect(error?.message.contains("no route to host") == true)
        #expect(place.count == 2)
        let denied = try Place().store(first: "echo 'root@host: Permission denied (publickey).' >&2; exit 255")
        #expect(#expect(throws: LifeboatError.self) { try denied.list("") }?.code == .storeDenied)
    }

    @Test func `what prints in place of the protocol is named, and no memory is given to its lengths`() throws {
        let store = try Place().store(first: "echo Welcome to this server, dear user; cat")
        let error = #expect(throws: LifeboatError.self) { try store.get("keys/a") }
        #expect(error?.code == .storeMalformedAnswer)
        #expect(error?.remedy.isEmpty == false)
    }

    @Test func `a server behind an ssh that says much is read from`() throws {
        let much = "head -c 1000000 /dev/zero | tr '\\0' x >&2; echo >&2; exec \(Self.server)"
        let store = try Place().store(first: much)
        #expect(try store.put("p/00/a", Self.bytes))
        #expect(try store.get("p/00/a") == Self.bytes)
    }

    @Test func `a file of which the server's disk has lost bytes is told from a server that fails, on one connection`()
        throws
    {
        let place = Place()
        let trace = place.path + "-trace"
        defer { try? FileManager.default.removeItem(atPath: trace) }
        let inject = "-P \(place.path)/p/00/a -e trace=read,pread64 -e inject=read,pread64:error=EIO"
        let store = try place.store(first: "exec /usr/bin/strace -f -o \(trace) \(inject) \(Self.server)")
        for name in ["p/00/a", "p/00/b", "lifeboat.repo"] { #expect(try store.put(name, Self.bytes)) }
        for range in [nil, 4096..<8192] {
            let error = #expect(throws: LifeboatError.self) { try store.get("p/00/a", range: range) }
            #expect(error?.code == .storageUnreadable && error?.message.contains("p/00/a") == true)
        }
        if case .success = try store.getRest(of: "p/00/a") { Issue.record("bytes came from nowhere") }
        #expect(try store.get("p/00/b") == Self.bytes)
        #expect(place.count == 1)
        #expect(try String(contentsOfFile: trace, encoding: .utf8).contains("(INJECTED)"))
    }

    @Test func `a server that refuses after a long banner is not asked again`() throws {
        let place = Place()
        let banner = "head -c 20000 /dev/zero | tr '\\0' '\\n' >&2"
        let store = try place.store(first: "\(banner); echo 'root@host: Permission denied (publickey).' >&2; exit 255")
        #expect(#expect(throws: LifeboatError.self) { try store.list("") }?.code == .storeDenied)
        #expect(place.count == 1)
    }

    @Test func `a second try leaves the file of the first as it is, which a server that hangs may still rename`() throws
    {
        let place = Place()
        let aside = place.path + "-aside"
        defer { try? FileManager.default.removeItem(atPath: aside) }
        let fired = Mutex(false)
        let store = SFTPStore(
            try SFTPLocation(url: "host\(place.path)"),
            random: { [UInt8](repeating: 1, count: $0) }
        ) { () throws(SFTPError) in
            let isFirst = place.first()
            let files = (try? FileManager.default.contentsOfDirectory(atPath: place.path + "/tmp")) ?? []
            if !isFirst, let file = files.first {
                // The file under another name shows who writes into it.
                let isLinked = link("\(place.path)/tmp/\(file)", aside) == 0
                fired.withLock { $0 = isLinked }
            }
            // What is asked for after the data, renaming and all, does not arrive.
            let command = isFirst ? "dd bs=1 count=200350 status=none | \(Self.server)" : "exec \(Self.server)"
            return try SSHProcess(program: "sh", arguments: ["-c", command], variables: ["PATH": "/usr/bin:/bin"])
        }
        #expect(try store.put("p/00/a", Self.bytes))
        #expect(fired.withLock { $0 })
        #expect(try store.get("p/00/a") == Self.bytes)
        let numbers = try [aside, place.path + "/p/00/a"]
            .map { try FileManager.default.attributesOfItem(atPath: $0)[.systemFileNumber] as? Int }
        #expect(numbers[0] != nil && numbers[0] != numbers[1])
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path + "/tmp").isEmpty)
    }

    /// How many bytes of a put's requests come before the renaming, in a place whose folders are there.
    private static func bytesBeforeRename(_ place: Place) throws -> Int {
        let path = place.path + "-requests"
        defer { try? FileManager.default.removeItem(atPath: path) }
        for name in ["p/00/x", "p/00/y"] {
            let store = try place.store(first: "", then: "tee \(path) | \(server)")
            #expect(try store.put(name, Array("a few bytes".utf8)))
        }
        let requests = Array(try Data(contentsOf: URL(filePath: path)))
        var offset = 0
        while offset + 5 < requests.count, requests[offset + 4] != SFTPType.rename {
            var reader = SFTPReader(requests[offset...])
            let length = reader.number()
            offset += 4 + Int(try #require(length))
        }
        return offset
    }

    @Test func `a rename that comes late, in the middle of the second try, made the object ours`() throws {
        let place = Place()
        let rename = try Self.bytesBeforeRename(place)
        let target = place.path + "/p/00/a"
        // The greeting, the question whether the object is there, and a byte of what is asked when that was answered.
        let question = 9 + 13 + target.utf8.count + 1
        let late =
            "dd bs=1 count=\(question) status=none; mv \(place.path)/tmp/* \(target) && touch \(place.path)-fired"
        defer { try? FileManager.default.removeItem(atPath: place.path + "-fired") }
        let other = Place()
        let store = SFTPStore(
            try SFTPLocation(url: "host\(place.path)"),
            random: { [UInt8](repeating: 1, count: $0) }
        ) { () throws(SFTPError) in
            // A byte of the renaming is sent when all before it was answered, and is not enough to rename.
            let first = "dd bs=1 count=\(rename + 1) status=none | \(Self.server)"
            let command = other.first() ? first : "{ \(late); cat; } | \(Self.server)"
            return try SSHProcess(program: "sh", arguments: ["-c", command], variables: ["PATH": "/usr/bin:/bin"])
        }
        #expect(try store.put("p/00/a", Array("a few bytes".utf8)))
        #expect(FileManager.default.fileExists(atPath: place.path + "-fired"))
        #expect(try store.get("p/00/a") == Array("a few bytes".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path + "/tmp").isEmpty)
    }

    @Test func `an object that is said to be larger than any is an error, and no memory is given to it`() throws {
        let place = Place()
        let store = try place.store(first: "exec \(Self.server)")
        #expect(try store.put("keys/a", [1]))
        #expect(truncate(place.path + "/keys/a", 1 << 40) == 0)
        let error = #expect(throws: LifeboatError.self) { try store.get("keys/a") }
        #expect(error?.code == .repositoryDamaged)
        #expect(error?.message.contains("keys/a") == true)
        #expect(try store.get("keys/a", range: 0..<3) == [1, 0, 0])
    }

    @Test func `files whose names no object can have hide none of the others`() throws {
        let place = Place()
        let store = try place.store(first: "exec \(Self.server)")
        #expect(try store.put("keys/a", [1]))
        for folder in ["/keys/", "/strange/"] {
            mkdir(place.path + folder, 0o700)
            let path = (place.path + folder).utf8CString.dropLast() + [-1, -2, 0]
            let descriptor = Array(path).withUnsafeBufferPointer { $0.baseAddress.map { creat($0, 0o600) } ?? -1 }
            #expect(descriptor >= 0)
            close(descriptor)
        }
        #expect(try store.list("").map(\.name) == ["keys/a"])
    }

    @Test func `a file is flushed before and after it gets its name, and once more by who finds it there`() throws {
        let place = Place()
        for flushes in [2, 1] {
            let requests = place.path + "-requests"
            defer { try? FileManager.default.removeItem(atPath: requests) }
            let store = try place.store(
                first: "tee \(requests) | \(Self.server)",
                then: "tee \(requests) | \(Self.server)"
            )
            #expect(try store.put("p/00/a", [1]) == (flushes == 2))
            // Over the same connection, so that what was asked before is written down.
            #expect(try store.size("p/00/a") == 1)
            let text = String(decoding: try Data(contentsOf: URL(filePath: requests)), as: UTF8.self)
            #expect(text.components(separatedBy: "fsync@openssh.com").count - 1 == flushes)
        }
    }

    @Test func `a server without extensions keeps the first of two as well`() throws {
        let blind = "exec \(Self.server) -P fsync,hardlink,posix-rename"
        let place = Place()
        let store = try place.store(first: blind, then: blind)
        let extensions = try store.connections.withConnection { (connection) throws(SFTPError) in connection.extensions
        }
        #expect(!extensions.contains("fsync@openssh.com") && extensions.contains("limits@openssh.com"))
        #expect(try store.put("keys/a", [1]))
        #expect(try !store.put("keys/a", [2]))
        #expect(try store.get("keys/a") == [1])
    }

    @Test func `files that a killed process left are deleted after a day, and younger ones stay`() throws {
        let place = Place()
        #expect(try place.store(first: "exec \(Self.server)").put("keys/a", [1]))
        for (name, hours) in [("old", 25.0), ("young", 23.0)] {
            let path = "\(place.path)/tmp/\(name)"
            #expect(FileManager.default.createFile(atPath: path, contents: Data([1])))
            let time = Date(timeIntervalSinceNow: -hours * 3600)
            try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
        }
        #expect(try place.store(first: "", then: "exec \(Self.server)").put("keys/b", [2]))
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path + "/tmp") == ["young"])
        #expect(try place.store(first: "", then: "exec \(Self.server)").list("").map(\.name) == ["keys/a", "keys/b"])
    }

    @Test func `a folder that may not be written is denied`() throws {
        let store = try Place().store(first: "exec \(Self.server) -R")
        let error = #expect(throws: LifeboatError.self) { try store.put("keys/a", [1]) }
        #expect(error?.code == .storeDenied)
        #expect(error?.remedy.contains("permission") == true)
    }

    @Test func `sshd refuses a key that it does not know, and the error says what to do`() throws {
        let store = try Sshd.store("/tmp/lifeboat-none", host: "lifeboat-sshd-stranger")
        let error = #expect(throws: LifeboatError.self) { try store.list("") }
        #expect(error?.code == .storeDenied)
        #expect(error?.remedy.contains("BatchMode") == true)
    }
}
