import FoundationEssentials
import KubernetesObjects
import Testing

@testable import Archive

/// `lifeboat key`, with the program itself.
@Suite struct `The keys of a repository` {
    private static func begun() async throws -> LifeboatProgram {
        let program = try LifeboatProgram()
        #expect(try await program.run("init").status == 0)
        try FileManager.default.createDirectory(atPath: "\(program.folder)/source", withIntermediateDirectories: true)
        try Data("contents".utf8).write(to: URL(filePath: "\(program.folder)/source/file"))
        return program
    }

    private static func backup(_ program: LifeboatProgram) async throws -> LifeboatProgram.Run {
        try await program.run(["files", "backup", "\(program.folder)/source"], hasPassphrase: program.identity == nil)
    }

    private static func listed(_ program: LifeboatProgram) async throws -> Int {
        try await program.run("snapshots").json["snapshots"]?.array?.count ?? 0
    }

    @Test func `give a writer of its own, and take its right away with the snapshots that it took or without`()
        async throws
    {
        let program = try await Self.begun()
        defer { program.remove() }
        var writers: [LifeboatProgram] = []
        for name in ["first", "second"] {
            let path = "\(program.folder)/\(name).identity"
            let added = try await program.run("key", "add-writer", "--name", name, "--to", path)
            #expect(added.status == 0, "\(added.errors)")
            #expect(try await program.run("key", "add-writer", "--name", name, "--to", path).code == "usage")
            var writer = program
            writer.identity = path
            writers.append(writer)
            for _ in 0..<2 { #expect(try await Self.backup(writer).status == 0) }
        }
        #expect(try await Self.listed(program) == 4)
        let list = try await program.run("key", "list").json["writers"]?.array ?? []
        func writer(_ name: String) throws -> JSONValue { try #require(list.first { $0["name"]?.string == name }) }
        #expect(try writer("first")["domain"] != writer("second")["domain"])
        #expect(try writer("first")["lastSequence"] == 2)

        let first = try #require(try writer("first")["id"]?.string)
        let revoked = try await program.run("key", "revoke-writer", first)
        #expect(revoked.status == 0, "\(revoked.errors)")
        #expect(try revoked.json["lastSequence"] == 2)
        #expect(try await Self.backup(writers[0]).code == "repository.not-permitted")
        #expect(try await Self.backup(writers[1]).status == 0)
        #expect(try await Self.listed(program) == 5)
        #expect(try await program.run("key", "revoke-writer", first).code == "usage")
        // The theft was earlier than was known.
        #expect(try await program.run("key", "revoke-writer", first, "--after", "1").status == 0)
        #expect(try await Self.listed(program) == 4)

        let second = try #require(try writer("second")["id"]?.string)
        #expect(try await program.run("key", "revoke-writer", second, "--all", "--after", "1").status == 64)
        #expect(try await program.run("key", "revoke-writer", second, "--all").status == 0)
        #expect(try await Self.listed(program) == 1)
        let after = try await program.run("key", "list").json["writers"]?.array ?? []
        #expect(after.first { $0["id"]?.string == second }?["revokedAt"]?.string != nil)
        for unknown in ["0000000000000000", "no id"] {
            #expect(try await program.run("key", "revoke-writer", unknown).code == "usage")
        }
    }

    @Test func `add a recipient and remove it`() async throws {
        let program = try await Self.begun()
        defer { program.remove() }
        let random: @Sendable (Int) -> [UInt8] = { count in (0..<count).map { _ in .random(in: 0...255) } }
        let recipient: String = try DataIdentity(random: random, name: "auditor", access: .data).recipient.text
        #expect(recipient.hasPrefix("age1pq1"))
        let added = try await program.run("key", "add-recipient", recipient, "--name", "auditor")
        #expect(added.status == 0, "\(added.errors)")
        #expect(try await program.run("key", "add-recipient", recipient, "--name", "again").code == "usage")
        let entries = try await program.run("key", "list").json["recipients"]?.array ?? []
        let id = try #require(entries.first { $0["name"]?.string == "auditor" }?["id"]?.string)
        #expect(try await program.run("key", "remove-recipient", id).status == 0)
        let left = try await program.run("key", "list").json["recipients"]?.array ?? []
        #expect(left.count == entries.count - 1 && !left.contains { $0["id"]?.string == id })
        #expect(try await program.run("key", "remove-recipient", id).code == "usage")
    }

    @Test func `cannot be taken from the passphrase, and are on a sheet that holds none`() async throws {
        let program = try await Self.begun()
        defer { program.remove() }
        for entry in try await program.run("key", "list").json["recipients"]?.array ?? [] {
            let id = try #require(entry["id"]?.string)
            #expect(try await program.run("key", "remove-recipient", id).code == "usage")
        }
        let sheet = try #require(try await program.run("key", "recovery-sheet").json["sheet"]?.string)
        #expect(sheet.contains("LIFEBOAT RECOVERY SHEET") && sheet.contains("BEGIN AGE ENCRYPTED FILE"))
        #expect(!sheet.contains(program.passphrase) && !sheet.contains("AGE-SECRET-KEY"))
        let path = "\(program.folder)/sheet.txt"
        #expect(try await program.run("key", "recovery-sheet", "--to", path).status == 0)
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains("BEGIN AGE ENCRYPTED FILE"))
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? Int) == 0o600)
        #expect(try await program.run("key", "recovery-sheet", "--to", path).code == "usage")
        // Nobody but the root prints it.
        let writer = try await program.holding("writer")
        let refused = try await writer.run("key", "recovery-sheet", hasPassphrase: false)
        #expect(refused.code == "repository.not-permitted", "\(refused.errors)")
    }
}
