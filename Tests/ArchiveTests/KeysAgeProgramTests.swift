import Foundation
import Testing

@testable import Archive

/// The `age` program of the machine.
private struct AgeProgram {
    static let path = find("age")
    static let keygenPath = find("age-keygen")
    static var isInstalled: Bool { path != nil && keygenPath != nil }

    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lifeboat-age-\(UUID())")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
    func remove() { try? FileManager.default.removeItem(at: folder) }

    private static func find(_ name: String) -> String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = folder.appendingPathComponent(name)
        try Data(bytes).write(to: file)
        return file.path
    }

    func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appendingPathComponent(name))) }
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Runs a program to its end; its status, and what it printed.
    @discardableResult
    func run(_ program: String?, _ arguments: [String], input: String = "") throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(program))
        process.arguments = arguments
        let output = folder.appendingPathComponent("output-\(UUID())")
        #expect(FileManager.default.createFile(atPath: output.path, contents: nil))
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = process.standardOutput
        let pipe = Pipe()
        process.standardInput = pipe
        try process.run()
        try pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try pipe.fileHandleForWriting.close()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: try Data(contentsOf: output), as: UTF8.self))
    }

    /// Runs age on a terminal of its own, where it asks for passphrases.
    func runOnTerminal(_ arguments: [String], answers: [String]) throws -> (status: Int32, output: String) {
        let command = ([try #require(Self.path)] + arguments).map { "'\($0)'" }.joined(separator: " ")
        return try run(
            "/usr/bin/script",
            ["--quiet", "--return", "--command", command, "/dev/null"],
            input: answers.map { $0 + "\n" }.joined()
        )
    }
}

private let random: RandomBytes = { RepeatableRandom(UInt64($0) + 40).bytes($0) }

@Suite(.enabled(if: AgeProgram.isInstalled, "the programs age and age-keygen are not on PATH"))
struct `The age program` {
    @Test(arguments: [0, 5, 65_536, 150_000]) func `decrypts what Lifeboat encrypts`(size: Int) throws {
        let age = try AgeProgram()
        defer { age.remove() }
        let plaintext = RepeatableRandom(3).bytes(size)
        let identity = AgeIdentity.x25519(SecretBytes(random(32)))
        let key = try age.write("key", Array(try #require(identity.text).utf8))
        let recipient = try #require(try identity.recipient())
        let file = try AgeFile.encrypt(plaintext, to: [recipient], random: random)
        for (name, bytes) in [("binary.age", file), ("armored.age", Array(AgeArmor.encode(file).utf8))] {
            let encrypted = try age.write(name, bytes)
            let run = try age.run(AgeProgram.path, ["-d", "-i", key, "-o", age.path("plain"), encrypted])
            #expect(run.status == 0, "\(run.output)")
            // age makes no file when there is nothing to put into it.
            #expect(try (size == 0 ? [] : age.read("plain")) == plaintext)
        }
    }

    @Test(arguments: [0, 5, 65_536, 150_000]) func `encrypts what Lifeboat decrypts`(size: Int) throws {
        let age = try AgeProgram()
        defer { age.remove() }
        let plaintext = RepeatableRandom(4).bytes(size)
        let plain = try age.write("plain", plaintext)
        #expect(try age.run(AgeProgram.keygenPath, ["-o", age.path("key")]).status == 0)
        let lines = String(decoding: try age.read("key"), as: UTF8.self).split(separator: "\n").map(String.init)
        let identity = try AgeIdentity(parsing: try #require(lines.last))
        let recipient = try #require(try identity.recipient()?.text)
        #expect(lines.contains { $0.hasSuffix(recipient) })
        for armor in [[], ["-a"]] {
            let encrypted = age.path("encrypted\(armor.count)")
            let run = try age.run(AgeProgram.path, armor + ["-r", recipient, "-o", encrypted, plain])
            #expect(run.status == 0, "\(run.output)")
            #expect(try AgeFile.decrypt(age.read("encrypted\(armor.count)"), with: [identity]) == plaintext)
        }
    }

    @Test func `opens a passphrase file of Lifeboat, and the other way round`() throws {
        let age = try AgeProgram()
        defer { age.remove() }
        let passphrase = "a long passphrase ü"
        let secret = SecretBytes(Array(passphrase.utf8))
        let file = try AgeFile.encrypt([1, 2, 3], to: [.passphrase(secret, workFactor: 10)], random: random)
        let encrypted = try age.write("ours.age", file)
        let opened = try age.runOnTerminal(["-d", "-o", age.path("plain"), encrypted], answers: [passphrase])
        #expect(opened.status == 0, "\(opened.output)")
        #expect(try age.read("plain") == [1, 2, 3])

        let made = try age.runOnTerminal(
            ["-p", "-o", age.path("theirs.age"), age.path("plain")],
            answers: [passphrase, passphrase]
        )
        #expect(made.status == 0, "\(made.output)")
        #expect(try AgeFile.decrypt(age.read("theirs.age"), with: [.passphrase(secret)]) == [1, 2, 3])
    }

    @Test func `shows the keys of a repository when Lifeboat is gone`() throws {
        let age = try AgeProgram()
        defer { age.remove() }
        let fixture = KeysFixture()
        let ring = try fixture.create()
        let sheet = try fixture.store.recoverySheet(from: ring)
        let start = try #require(sheet.range(of: "-----BEGIN AGE ENCRYPTED FILE-----"))
        let bundle = try age.write("root.age", Array(sheet[start.lowerBound...].utf8))
        let passphrase = String(decoding: KeysFixture.passphrase, as: UTF8.self)
        let run = try age.runOnTerminal(["-d", "-o", age.path("keys"), bundle], answers: [passphrase])
        #expect(run.status == 0, "\(run.output)")
        let keys = try RootBundle(parsing: age.read("keys"), name: "keys")
        #expect(keys.repository == ring.configuration.id)
    }

    @Test func `makes identities that can be added as readers`() throws {
        let age = try AgeProgram()
        defer { age.remove() }
        #expect(try age.run(AgeProgram.keygenPath, ["-o", age.path("key")]).status == 0)
        let file = try age.read("key")
        let publicKey = try #require(
            String(decoding: file, as: UTF8.self).split(separator: "\n").first { $0.contains("age1") }?
                .split(separator: " ").last
        )
        let fixture = KeysFixture()
        let ring = try fixture.store.addRecipient(String(publicKey), name: "auditor", from: fixture.create())
        let session = try ring.beginSession()
        #expect(try fixture.open(file).openSession(session.sealed) == session.key)
    }
}
