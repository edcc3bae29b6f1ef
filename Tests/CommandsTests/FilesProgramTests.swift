import FoundationEssentials
import KubernetesObjects
import Testing

/// `lifeboat files`, with the program itself.
@Suite struct `Files by the program` {
    @Test func `are backed up, listed, checked, restored, forgotten and pruned beside a cluster`() async throws {
        try await LifeboatProgram.withSandbox { program in
            let (source, target) = ("\(program.folder)/volume", "\(program.folder)/restored")
            try FileManager.default.createDirectory(atPath: "\(source)/data", withIntermediateDirectories: true)
            let random = Data((0..<300_000).map { _ in UInt8.random(in: 0...255) })
            try random.write(to: URL(filePath: "\(source)/data/blob"))
            try Data("user=admin".utf8).write(to: URL(filePath: "\(source)/settings"))
            let cluster = try #require(try await program.run("backup", "-n", "kube-system").json["snapshot"]?.string)

            let writer = try await program.holding("writer")
            let taken = try await writer.run("files", "backup", source, "--name", "db", hasPassphrase: false)
            #expect(taken.status == 0, "\(taken.errors)")
            #expect(try taken.json["files"] == 2)
            let snapshot = try #require(try taken.json["snapshot"]?.string)
            let again = try await writer.run("files", "backup", source, "--name", "db", hasPassphrase: false)
            #expect(try (again.json["bytesAdded"]?.int ?? .max) < 5000)

            // Whoever asks for the newest snapshot of a cluster does not get files.
            #expect(try await program.run("ls", "latest").json["snapshot"]?.string == cluster)
            for verb in [
                ["restore", "--dry-run"], ["checklist", "--snapshot"], ["export", "--to", "\(program.folder)/x"],
            ] {
                let refused = try await program.run([verb[0]] + verb.dropFirst() + [snapshot])
                #expect(refused.code == "usage", "\(verb): \(refused.output) \(refused.errors)")
            }
            let listed = try await program.run("files", "ls", snapshot)
            let paths = try listed.json["files"]?.array?.compactMap { $0["path"]?.string }
            #expect(paths == ["/.", "/data", "/settings", "/data/blob"])
            #expect(try await program.run("diff", snapshot, "latest").status == 0)

            let restored = try await program.run("files", "restore", "latest", "--to", target)
            #expect(restored.status == 0, "\(restored.errors)")
            #expect(try Data(contentsOf: URL(filePath: "\(target)/data/blob")) == random)
            try Data("changed".utf8).write(to: URL(filePath: "\(target)/settings"))
            let differs = try await program.run("files", "restore", "latest", "--name", "db", "--to", target)
            #expect(differs.status == 3)
            #expect(try differs.json["unchanged"] == 1)
            #expect(try differs.json["failed"]?.array?.first?["path"] == "/settings")
            #expect(try await program.run("files", "restore", "latest", "--name", "x", "--to", target).status == 1)
            #expect(try await program.run("files", "restore", cluster, "--to", target).code == "usage")
            #expect(try await program.run("files", "backup", "\(source)/none").code == "storage.failed")

            #expect(try await program.run("check", "--read-data").status == 0)
            #expect(try (await program.run("stats").json["logicalBytes"]?.int ?? 0) > 600_000)
            #expect(try await program.run("forget", snapshot).status == 0)
            #expect(try await program.run("prune", "--grace", "0s").status == 0)
            #expect(try await program.run("files", "restore", "latest", "--to", "\(target)-2").status == 0)
            #expect(try Data(contentsOf: URL(filePath: "\(target)-2/data/blob")) == random)
            #expect(try await program.run("check", "--read-data").status == 0)
        }
    }

    @Test func `a stream is taken as one file, and nothing is taken of one that is empty`() async throws {
        let program = try LifeboatProgram()
        defer { program.remove() }
        #expect(try await program.run("init").status == 0)
        let lines = (0..<300_000).map { "row \($0 &* 7919 % 100_003)\n" }
        let dump = lines.joined()
        try Data(dump.utf8).write(to: URL(filePath: "\(program.folder)/dump"))
        let arguments = ["files", "backup", "--stdin", "db.sql", "--name", "db"]
        let pipe = "exec < <(cat '\(program.folder)/dump')"
        let taken = try await program.run(arguments, shell: pipe)
        #expect(taken.status == 0, "\(taken.errors)")
        #expect(try taken.json["files"] == 1)
        #expect(try taken.json["bytesRead"] == .int(dump.utf8.count))
        let again = try await program.run(arguments, shell: pipe)
        #expect(try (again.json["bytesAdded"]?.int ?? .max) < 5000, "it is cut where it was cut before")
        func cat(_ name: String) async throws -> LifeboatProgram.Run {
            try await program.runAndKill(["files", "cat", "latest", name, "--name", "db"], afterMilliseconds: 60_000)
        }
        let read = try await cat("db.sql")
        #expect(read.status == 0, "\(read.errors)")
        let isEqual = read.output == dump
        #expect(isEqual, "\(read.output.utf8.count) bytes")
        let empty = try await program.run(arguments, shell: "exec < <(exit 1)")
        #expect(empty.code == "storage.failed" && empty.errors.contains("nothing came on standard input"))
        #expect(try await program.run("snapshots").json["snapshots"]?.array?.count == 2)
        let missing = try await cat("other.sql")
        #expect(missing.status == 1 && missing.errors.contains("has no file other.sql"), "\(missing.errors)")
        let folder = try await cat("/.")
        #expect(folder.status != 0, "\(folder.output)")
        for wrong in [["a/b"], ["a", "."], ["a", "--exclude", "b"], ["a", "--one-file-system"]] {
            #expect(try await program.run(["files", "backup", "--stdin"] + wrong).status == 64, "\(wrong)")
        }
        #expect(try await program.run("check", "--read-data").status == 0)
    }
}
