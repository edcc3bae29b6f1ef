import Foundation
import KubernetesObjects
import Testing

/// The program on a disk that cannot read some files any more: strace makes every read of them fail.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs the Debian package strace"))
struct `A disk that loses what is on it` {
    /// Of packs so small their parity holds all.
    private static let contents = (0..<3).map { number in
        Data((0..<700).map { UInt8(truncatingIfNeeded: ($0 &* 31 &+ number &* 7) >> 2) })
    }

    private static func begun(_ options: String...) async throws -> LifeboatProgram {
        let program = try LifeboatProgram()
        #expect(try await program.run(["init"] + options).status == 0)
        let source = "\(program.folder)/source"
        try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
        for (number, content) in contents.enumerated() {
            try content.write(to: URL(filePath: "\(source)/file-\(number)"))
        }
        #expect(try await program.run("files", "backup", source).status == 0)
        return program
    }

    private static func packs(_ program: LifeboatProgram) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: "\(program.repository)/p").map { "p/" + $0 }
            .filter { $0.utf8.count > 60 }.sorted()
    }

    /// Runs a command while no read of some files succeeds.
    private static func run(_ program: LifeboatProgram, without files: [String], _ arguments: String...) async throws
        -> LifeboatProgram.Run
    {
        let trace = "\(program.folder)/trace"
        let paths = files.map { "-P \(program.repository)/\($0)" }.joined(separator: " ")
        let inject = "\(paths) -e trace=pread64 -e inject=pread64:error=EIO"
        let run = try await program.run(
            arguments,
            shell: "rm -f \(trace); exec /usr/bin/strace -f -o \(trace) \(inject) \"$0\" \"$@\""
        )
        #expect(
            try String(contentsOfFile: trace, encoding: .utf8).contains("(INJECTED)"),
            "nothing of \(files) was read"
        )
        return run
    }

    private static func writtenAt(_ name: String, _ program: LifeboatProgram) throws -> Date? {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(program.repository)/\(name)")
        return attributes[.modificationDate] as? Date
    }

    private static func expectRestored(_ target: String) throws {
        for (number, content) in contents.enumerated() {
            #expect(try Data(contentsOf: URL(filePath: "\(target)/file-\(number)")) == content)
        }
    }

    @Test func `that cannot read a pack any more restores it from the parity, and is mended`() async throws {
        let program = try await Self.begun("--parity")
        defer { program.remove() }
        for (number, pack) in try Self.packs(program).enumerated() {
            let target = "\(program.folder)/target-\(number)"
            let restored = try await Self.run(program, without: [pack], "files", "restore", "latest", "--to", target)
            #expect(restored.status == 0, "\(restored.errors)")
            try Self.expectRestored(target)
            let check = try await Self.run(program, without: [pack], "check", "--read-data")
            #expect(check.status != 0 && check.output.contains("its parity mends it"), "\(check.output)\(check.errors)")
        }
        let pack = try #require(try Self.packs(program).first)
        let repaired = try await Self.run(program, without: [pack], "repair")
        #expect(repaired.status == 0, "\(repaired.output)\(repaired.errors)")
        #expect(!FileManager.default.fileExists(atPath: "\(program.repository)/\(pack)"))
        let check = try await program.run("check", "--read-data")
        #expect(check.status == 0, "\(check.output)\(check.errors)")
    }

    @Test func `that cannot read a pack any more loses what is in it, and names it`() async throws {
        let program = try await Self.begun()
        defer { program.remove() }
        let snapshot = try await program.run("snapshots").json["snapshots"]?.array?.first?["id"]?.string ?? ""
        for pack in try Self.packs(program) {
            let check = try await Self.run(program, without: [pack], "check", "--read-data")
            #expect(check.status != 0 && check.output.contains(pack), "\(check.output)\(check.errors)")
            #expect(check.output.contains(String(snapshot.prefix(12))) && check.output.contains("Input/output error"))
        }
    }

    @Test func `that cannot read a manifest or a key object any more keeps nobody from the rest`() async throws {
        let program = try await Self.begun("--parity")
        defer { program.remove() }
        let names = try FileManager.default.subpathsOfDirectory(atPath: program.repository)
            .filter { ["s/", "keys/", "lifeboat.repo"].contains(where: $0.hasPrefix) }
            .filter { name in
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: "\(program.repository)/\(name)", isDirectory: &isFolder)
                    && !isFolder.boolValue
            }
        #expect(names.count > 4)
        for (number, name) in names.enumerated() {
            let target = "\(program.folder)/target-\(number)"
            let snapshot = name.hasPrefix("s/") ? String(name.suffix(64)) : "latest"
            var restored = try await Self.run(program, without: [name], "files", "restore", snapshot, "--to", target)
            if ["lifeboat.repo", "keys/root.age", "keys/wr-"].contains(where: name.hasPrefix) {
                // Without these nothing is opened or trusted, and a repair takes their copies.
                #expect(restored.code == "repository.damaged" && restored.errors.contains("lifeboat repair"))
                let before = try Self.writtenAt(name, program)
                // What it writes under that name cannot be read here either; on a disk it lies elsewhere.
                _ = try await Self.run(program, without: [name], "repair")
                #expect(try Self.writtenAt(name, program) != before)
                restored = try await program.run("files", "restore", snapshot, "--to", target)
            }
            #expect(restored.status == 0, "\(name): \(restored.errors)")
            try Self.expectRestored(target)
        }
    }

    @Test func `that cannot read what is forgotten says so, and lets nothing go`() async throws {
        let program = try await Self.begun()
        defer { program.remove() }
        let first = try await program.run("snapshots").json["snapshots"]?.array?.first?["id"]?.string ?? ""
        for _ in 0..<2 {
            #expect(try await program.run("files", "backup", "\(program.folder)/source").status == 0)
        }
        #expect(try await program.run("forget", first).status == 0)
        let records = try FileManager.default.contentsOfDirectory(atPath: "\(program.repository)/f").map { "f/" + $0 }
        let lost = records + records.map { "copies/" + $0 }
        let listed = try await Self.run(program, without: lost, "snapshots")
        #expect(try listed.json["snapshots"]?.array?.count == 3)
        #expect(listed.errors.contains("\(records[0]) cannot be read: snapshots that were forgotten may be listed"))
        let refused = try await Self.run(program, without: lost, "forget", "--keep-last", "1")
        #expect(refused.status == 1 && refused.code == "storage.unreadable", "\(refused.output)\(refused.errors)")
        #expect(refused.errors.contains("nobody can tell which snapshots are forgotten"))
        #expect(try await program.run("snapshots").json["snapshots"]?.array?.count == 2)
    }
}
