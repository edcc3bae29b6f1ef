import Foundation
import KubernetesObjects
import Testing

/// The program on a disk that fails: strace makes the nth call of a kind fail, and records what reaches the disk in which order.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs the Debian package strace"))
struct `A disk that fails` {
    /// A repository with one snapshot of a folder, which has changed since.
    private static func begun() async throws -> LifeboatProgram {
        var program = try LifeboatProgram()
        #expect(try await program.run("init").status == 0)
        program = try await program.holding("writer")
        let source = "\(program.folder)/source"
        try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
        try Data((0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) }).write(
            to: URL(filePath: "\(source)/first")
        )
        #expect(try await program.backup().status == 0)
        try Data("another file".utf8).write(to: URL(filePath: "\(source)/second"))
        // Without the folder of unfinished files, so that a folder has to be made whatever the next pack is called.
        let base = "\(program.folder)/base"
        let copied = try await program.run([], shell: "cp -a \(program.repository) \(base) && exec rm -r \(base)/tmp")
        #expect(copied.status == 0)
        return program
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let call: String
        let error: String
        /// Whether the program goes on as if nothing had happened.
        var isHarmless = false
        var testDescription: String { "\(error) of \(call)" }
    }

    static let faults: [Fault] = [
        Fault(call: "write", error: "ENOSPC"), Fault(call: "write", error: "EIO"),
        Fault(call: "write", error: "EINTR", isHarmless: true), Fault(call: "fsync", error: "EIO"),
        Fault(call: "fsync", error: "EDQUOT"), Fault(call: "link", error: "ENOSPC"), Fault(call: "link", error: "EIO"),
        Fault(call: "mkdir", error: "EDQUOT"), Fault(call: "unlink", error: "EIO"),
    ]

    @Test(arguments: faults)
    func `at any call loses nothing, is told of, and is no snapshot unless the program says so`(fault: Fault)
        async throws
    {
        let program = try await Self.begun()
        defer { program.remove() }
        let trace = "\(program.folder)/trace"
        var fired = 0
        for number in 1...40 {
            let strace = "exec /usr/bin/strace -f -o \(trace) -e trace=\(fault.call)"
            // Pipes and standard output are left alone: they are no disk.
            let run = try await program.backup(
                shell: "rm -rf \(program.repository); cp -a \(program.folder)/base \(program.repository); "
                    + "\(strace) -e inject=\(fault.call):error=\(fault.error):when=\(number) \"$0\" \"$@\""
            )
            guard try String(contentsOfFile: trace, encoding: .utf8).contains("(INJECTED)") else { break }
            fired += 1
            if fault.isHarmless {
                #expect(run.status == 0, "\(fault.testDescription) \(number): \(run.errors)")
            } else if run.status != 0, fault.call != "write" {
                #expect(["storage.full", "storage.failed"].contains(run.code), "\(run.errors)")
            } else if fault.call == "fsync" {
                Issue.record("fsync number \(number) failed, and nobody was told")
            }
            let root = LifeboatProgram(folder: program.folder)
            let check = try await root.run("check", "--read-data")
            #expect(check.status == 0, "\(fault.testDescription) \(number): \(check.output)\(check.errors)")
            let count = try await root.run("snapshots").json["snapshots"]?.array?.count ?? 0
            #expect(run.status == 0 ? count == 2 : count >= 1)
            #expect(try await program.backup().status == 0)
        }
        #expect(fired > 0, "no call of \(fault.call) was made")
    }

    @Test func `that cannot read a file takes the others, names it, and ends with the status 3`() async throws {
        let program = try await Self.begun()
        defer { program.remove() }
        let trace = "\(program.folder)/trace"
        // Changed, so that it is read.
        try Data("the second file".utf8).write(to: URL(filePath: "\(program.folder)/source/second"))
        let inject = "-P \(program.folder)/source/second -e inject=read:error=EIO"
        let run = try await program.backup(
            shell: "exec /usr/bin/strace -f -o \(trace) -e trace=read \(inject) \"$0\" \"$@\""
        )
        #expect(try String(contentsOfFile: trace, encoding: .utf8).contains("(INJECTED)"))
        #expect(run.status == 3, "\(run.errors)")
        let incomplete = try run.json["incomplete"]?.array ?? []
        #expect(incomplete.count == 1, "\(run.output)")
        #expect(run.output.contains("/second") && run.output.contains("Input/output error"))
        let root = LifeboatProgram(folder: program.folder)
        #expect(try await root.run("check", "--read-data").status == 0)
        let listed = try await root.run("files", "ls", "latest")
        #expect(listed.output.contains("first") && !listed.output.contains("second"), "\(listed.output)")
        #expect(try await program.backup().status == 0)
        #expect(try await root.run("files", "ls", "latest").output.contains("second"))
    }

    @Test(arguments: [false, true])
    func `without hard links holds a repository, and prune says where nothing guards it`(isBare: Bool) async throws {
        let program = try await Self.begun()
        defer { program.remove() }
        let trace = "\(program.folder)/trace"
        // exFAT knows renames that do not replace; some servers of SMB and some file systems of FUSE know neither.
        let faults = "-e inject=link:error=EPERM" + (isBare ? " -e inject=renameat2:error=EINVAL" : "")
        let strace = "exec /usr/bin/strace -f -o \(trace) -e trace=link,renameat2 \(faults) \"$0\" \"$@\""
        let backup = try await program.backup(shell: strace)
        #expect(backup.status == 0, "\(backup.errors)")
        let traced = try String(contentsOfFile: trace, encoding: .utf8)
        #expect(traced.contains("EPERM (Operation not permitted) (INJECTED)"))
        #expect(traced.contains("renameat2(") && traced.contains("EINVAL (Invalid argument) (INJECTED)") == isBare)
        let root = LifeboatProgram(folder: program.folder)
        #expect(try await root.run("forget", "--keep-last", "1").status == 0)
        let prune = try await root.run(["prune", "--grace", "0s"], shell: strace)
        #expect(prune.status == 0, "\(prune.errors)")
        #expect(try prune.json["conditionalWritesMissing"]?.bool == isBare, "\(prune.output)")
        let check = try await root.run("check", "--read-data")
        #expect(check.status == 0, "\(check.output)\(check.errors)")
        #expect(try await root.run("snapshots").json["snapshots"]?.array?.count == 1)
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    /// What a power cut may leave: only bytes and names that were synchronized are sure to be there.
    @Test func `no name stands before its bytes are on the disk, and no manifest before its packs are`() async throws {
        let program = try await Self.begun()
        defer { program.remove() }
        let trace = "\(program.folder)/trace"
        let calls = "openat,write,fsync,link,rename,renameat2,mkdir,close"
        let run = try await program.backup(
            shell: "exec /usr/bin/strace -f -y -o \(trace) -e trace=\(calls) \"$0\" \"$@\""
        )
        #expect(run.status == 0, "\(run.errors)")
        var unsynchronized: Set<String> = []
        /// Folders with names in them that a power cut may take away.
        var pending: Set<String> = []
        var (packs, manifests) = (0, 0)
        for line in try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n") {
            // The number of the process comes first, with spaces after it up to five columns.
            let call = String(line.drop { $0.isNumber }.drop { $0 == " " })
            /// The path of a descriptor, which `-y` writes as `6</path>`.
            let path = call.firstIndex(of: "<").flatMap { start in
                call[start...].firstIndex(of: ">").map { String(call[call.index(after: start)..<$0]) }
            }
            let texts = call.split(separator: "\"").enumerated().filter { $0.offset % 2 == 1 }.map {
                String($0.element)
            }
            if call.hasPrefix("write("), let path, path.hasPrefix(program.repository) {
                unsynchronized.insert(path)
            } else if call.hasPrefix("fsync("), let path {
                unsynchronized.remove(path)
                pending.remove(path)
            } else if call.hasPrefix("mkdir("), let made = texts.first, made.hasPrefix(program.repository) {
                pending.insert(Self.folder(of: made))
            } else if call.hasPrefix("link(") || call.hasPrefix("rename") {
                guard texts.count > 1, texts[1].hasPrefix(program.repository) else { continue }
                #expect(!unsynchronized.contains(texts[0]), "\(texts[1]) stands before its bytes do")
                if texts[1].contains("/s/") {
                    manifests += 1
                    #expect(pending.isEmpty, "a manifest stands before the names in \(pending)")
                } else {
                    packs += 1
                }
                pending.insert(Self.folder(of: texts[1]))
            }
        }
        #expect(packs > 0 && unsynchronized.isEmpty)
        #expect(manifests == 1)
        #expect(pending.isEmpty, "the program has ended before the names in \(pending) were on the disk")
    }
}

extension LifeboatProgram {
    fileprivate func backup(shell: String = ":") async throws -> Run {
        try await run(["files", "backup", "\(folder)/source"], shell: shell, hasPassphrase: false)
    }
}
