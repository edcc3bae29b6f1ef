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
        let dump = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) })
        try dump.write(to: URL(filePath: "\(program.folder)/dump"))
        try Data().write(to: URL(filePath: "\(program.folder)/empty"))
        let taken = try await program.shell("cat dump | lifeboat files backup --stdin db.sql --name db --output json")
        #expect(taken.status == 0, "\(taken.errors)")
        #expect(try taken.json["files"] == 1)
        let again = try await program.shell("cat dump | lifeboat files backup --stdin db.sql --name db --output json")
        #expect(try (again.json["bytesAdded"]?.int ?? .max) < 5000, "it is cut where it was cut before")
        let read = try await program.shell("lifeboat files cat latest db.sql --name db | cmp - dump")
        #expect(read.status == 0, "\(read.output) \(read.errors)")
        let empty = try await program.shell("cat empty | lifeboat files backup --stdin db.sql --name db --output json")
        #expect(empty.status == 1 && empty.errors.contains("nothing came on standard input"), "\(empty.errors)")
        #expect(try await program.run("snapshots").json["snapshots"]?.array?.count == 2)
        let missing = try await program.shell("lifeboat files cat latest other.sql --name db")
        #expect(missing.status == 1 && missing.errors.contains("has no file other.sql"), "\(missing.errors)")
        #expect(try await program.shell("lifeboat files backup --stdin a/b").status == 64)
        #expect(try await program.shell("lifeboat files backup --stdin a .").status == 64)
        #expect(try await program.run("check", "--read-data").status == 0)
    }
}
