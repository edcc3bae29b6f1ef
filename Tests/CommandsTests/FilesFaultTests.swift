import Foundation
import Glibc
import KubernetesObjects
import Testing

/// `lifeboat files restore` where the target refuses something, or tells late that it could not write: strace makes the calls fail.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs the Debian package strace"))
struct `A target of a restore that fails` {
    /// A repository with a snapshot of one file of 5 MB and what `script` makes beside it.
    private static func begun(_ script: String = ":") async throws -> (program: LifeboatProgram, snapshot: String) {
        let program = try LifeboatProgram()
        #expect(try await program.run("init").status == 0)
        let source = "\(program.folder)/source"
        let made = "mkdir \(source) && cd \(source) && head -c 5000000 /dev/urandom > large && \(script); exit"
        #expect(try await program.run([], shell: made).status == 0)
        let taken = try await program.run("files", "backup", source)
        #expect(taken.status == 0, "\(taken.errors)")
        return (program, try #require(try taken.json["snapshot"]?.string))
    }

    private static func restore(_ program: LifeboatProgram, _ strace: String) async throws -> LifeboatProgram.Run {
        let trace = "\(program.folder)/trace"
        let run = try await program.run(
            "files",
            "restore",
            "latest",
            "--to",
            "\(program.folder)/target",
            shell: "exec /usr/bin/strace -f -o \(trace) \(strace) \"$0\" \"$@\""
        )
        #expect(try String(contentsOfFile: trace, encoding: .utf8).contains("(INJECTED)"), "\(run.errors)")
        return run
    }

    private static func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test(arguments: ["fsync", "close"])
    func `to keep a large file has it named, and nothing of it left`(call: String) async throws {
        let (program, snapshot) = try await Self.begun()
        defer { program.remove() }
        // Of the topmost folder and the file, it is the second.
        let temporary = "\(program.folder)/target/.lifeboat-\(snapshot.prefix(8))-1"
        let run = try await Self.restore(
            program,
            "-P \(temporary) -e trace=\(call) -e inject=\(call):error=EIO"
        )
        #expect(run.status == 3, "\(run.output) \(run.errors)")
        let failed = try run.json["failed"]?.array ?? []
        #expect(failed.compactMap { $0["path"]?.string } == ["/large"])
        #expect(failed.first?["reason"]?.string?.contains("Input/output error") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(program.folder)/target").isEmpty)
    }

    @Test func `to keep small files says so, for they are synchronized in the end`() async throws {
        let (program, _) = try await Self.begun("echo 1 > small")
        defer { program.remove() }
        let run = try await Self.restore(program, "-e trace=syncfs -e inject=syncfs:error=EIO")
        #expect(run.status == 3, "\(run.output) \(run.errors)")
        let failed = try run.json["failed"]?.array ?? []
        #expect(failed.compactMap { $0["path"]?.string } == ["\(program.folder)/target"])
        #expect(failed.first?["reason"]?.string?.contains("may not be on the disk: Input/output error") == true)
        #expect(try run.json["files"] == 2)
    }

    @Test(.enabled(if: geteuid() == 0, "owners are given by root alone"), arguments: ["EPERM", "EINVAL"])
    func `to take an owner gets everything else, but for the rights of the owner`(error: String) async throws {
        let (program, _) = try await Self.begun(
            "chmod 4755 large && mkdir folder && echo 1 > folder/small && chmod 640 folder/small && ln -s small folder/link"
                + " && chmod 2750 folder && chown -h 1234:1234 folder folder/*"
        )
        defer { program.remove() }
        let run = try await Self.restore(
            program,
            "-e trace=fchown,fchownat -e inject=fchown,fchownat:error=\(error)"
        )
        #expect(run.status == 3, "\(run.output) \(run.errors)")
        let target = "\(program.folder)/target"
        let failed = try run.json["failed"]?.array ?? []
        #expect(
            failed.compactMap { $0["path"]?.string }
                == ["", "/folder", "/folder/link", "/folder/small", "/large"].map { target + $0 }
        )
        #expect(failed.allSatisfy { $0["reason"]?.string?.contains("restored without its owner") == true })
        #expect(failed[1]["reason"]?.string?.contains(" 1234:1234: ") == true)
        #expect(try run.json["files"] == 2 && run.json["symlinks"] == 1 && run.json["directories"] == 2)
        #expect(try Self.mode("\(target)/large") == 0o755)
        #expect(try Self.mode("\(target)/folder") == 0o750)
        #expect(try Self.mode("\(target)/folder/small") == 0o640)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(target)/folder/link") == "small")
        let source = try Data(contentsOf: URL(filePath: "\(program.folder)/source/large"))
        #expect(try Data(contentsOf: URL(filePath: "\(target)/large")) == source)
        // Where owners can be given again, all of it is put right.
        let again = try await program.run("files", "restore", "latest", "--to", target, "--overwrite")
        #expect(again.status == 0, "\(again.errors)")
        #expect(try Self.mode("\(target)/large") == 0o4755 && Self.mode("\(target)/folder") == 0o2750)
    }
}
