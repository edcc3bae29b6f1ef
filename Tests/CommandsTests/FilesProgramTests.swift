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

    @Test func `leave the repository out by whatever name it has, and are not taken from inside of it`() async throws {
        var program = try LifeboatProgram()
        defer { program.remove() }
        let source = "\(program.folder)/source"
        let link = "\(source)/link"
        program.location = "\(source)/real/repository"
        #expect(try await program.run([], shell: "mkdir -p \(source)/real; exit").status == 0)
        #expect(try await program.run("init").status == 0)
        #expect(
            try await program.run([], shell: "ln -s real/repository \(link) && echo 1 > \(source)/a; exit").status == 0
        )
        let inside = "\(source)/real/repository"
        for location in [inside, link] {
            program.location = location
            let taken = try await program.run("files", "backup", source)
            #expect(taken.status == 0, "\(taken.errors)")
            #expect(try taken.json["excluded"]?.array?.compactMap { $0["path"]?.string } == ["/real/repository"])
            for path in [inside, link, "\(inside)/p", "\(link)/lifeboat.repo"] {
                let refused = try await program.run("files", "backup", path)
                #expect(refused.code == "usage", "\(path): \(refused.output) \(refused.errors)")
            }
        }
        #expect(try await program.run("snapshots").json["snapshots"]?.array?.count == 2)
    }

    @Test func `are taken from more folders in each other than a shell lets a program open`() async throws {
        let program = try LifeboatProgram()
        defer { program.remove() }
        #expect(try await program.run("init").status == 0)
        let source = "\(program.folder)/source"
        let path = source + String(repeating: "/d", count: 300)
        #expect(try await program.run([], shell: "mkdir -p \(path) && echo 1 > \(path)/file; exit").status == 0)
        let taken = try await program.run("files", "backup", source, shell: "ulimit -Sn 150")
        #expect(taken.status == 0, "\(taken.output) \(taken.errors)")
        #expect(try taken.json["files"] == 1 && taken.json["directories"] == 301)
    }

    @Test func `that are disks are read each time, for nothing tells whether somebody wrote to them`() async throws {
        let program = try LifeboatProgram()
        defer { program.remove() }
        #expect(try await program.run("init").status == 0)
        let disk = "\(program.folder)/disk"
        let made = "head -c 3000000 /dev/zero > \(disk) && exec /usr/sbin/losetup -f --show \(disk)"
        let device = try await program.run([], shell: made).output.split(separator: "\n").map(String.init).first ?? ""
        // Not every machine lends a test a disk.
        guard device.utf8.starts(with: "/dev/loop".utf8) else { return }
        // As what is mounted writes to it: the node that the backup looks at does not notice.
        let other = "\(program.folder)/other"
        let node = try await program.run([], shell: "mknod \(other) b 7 \(device.dropFirst("/dev/loop".count)); exit")
        #expect(node.status == 0, "\(node.errors)")
        for text in ["first", "other"] {
            let written = "printf \(text) | dd of=\(other) conv=notrunc,fsync; exit"
            #expect(try await program.run([], shell: written).status == 0)
            let taken = try await program.run("files", "backup", device, "--name", "disk")
            #expect(try taken.status == 0 && taken.json["filesRead"] == 1, "\(taken.output) \(taken.errors)")
            let name = String(device.dropFirst("/dev/".count))
            let cat = "\"$0\" files cat latest \(name) | head -c 5; exit"
            #expect(try await program.run([], shell: cat).output == text)
        }
        #expect(try await program.run([], shell: "exec /usr/sbin/losetup -d \(device)").status == 0)
    }

    @Test func `are printed by exactly their names`() async throws {
        let program = try LifeboatProgram()
        defer { program.remove() }
        #expect(try await program.run("init").status == 0)
        let source = "\(program.folder)/source"
        // Each of the two ways to write café, as a folder and as a file, and a folder whose name begins with an accent.
        let script = """
            mkdir -p \(source) && cd \(source) && mkdir $'caf\\xc3\\xa9' $'cafe\\xcc\\x81' $'\\xcc\\x81b' b && \
            echo -n 1 > $'caf\\xc3\\xa9/f' && echo -n 2 > $'cafe\\xcc\\x81/f' && echo -n 3 > $'b/caf\\xc3\\xa9' && \
            echo -n 4 > $'b/cafe\\xcc\\x81' && echo -n 5 > $'\\xcc\\x81b/f' && echo -n 6 > b/f && echo -n 7 > 'back\\slash'; exit
            """
        #expect(try await program.run([], shell: script).status == 0)
        #expect(try await program.run("files", "backup", source).status == 0)
        let listed = try await program.run("files", "ls", "latest").json["files"]?.array ?? []
        #expect(listed.count == 12)
        for (path, content) in [
            ("caf\u{E9}/f", "1"), ("cafe\u{301}/f", "2"), ("b/caf\u{E9}", "3"), ("/b/cafe\u{301}", "4"),
            ("\u{301}b/f", "5"), ("/\u{301}b/f", "5"), ("b/f", "6"), (#"back\slash"#, "7"), (#"back\\slash"#, "7"),
        ] {
            let read = try await program.runAndKill(["files", "cat", "latest", path], afterMilliseconds: 60_000)
            #expect(read.status == 0 && read.output == content, "\(path): \(read.output) \(read.errors)")
        }
    }

    @Test func `stop at the first signal, also where a pipe brings nothing and within a large file`() async throws {
        let program = try LifeboatProgram()
        defer { program.remove() }
        #expect(try await program.run("init").status == 0)
        let signal = "exec timeout --foreground --preserve-status -s INT"
        // Without it, this would wait until the command before the pipe ends.
        let stalled = try await program.run(
            ["files", "backup", "--stdin", "a"],
            shell: "exec < <(exec sleep 60); \(signal) 1 \"$0\" \"$@\""
        )
        #expect(stalled.status == 130 && stalled.code == "cancelled", "\(stalled.errors)")
        let endless = try await program.run(
            ["files", "backup", "--stdin", "a"],
            shell: "exec < /dev/zero; \(signal) 1 \"$0\" \"$@\""
        )
        #expect(endless.status == 130, "\(endless.errors)")
        #expect(try await program.run("snapshots").json["snapshots"] == [])
        #expect(try await program.run("check").status == 0)
    }

    @Test func `have names that move no cursor, leave the repository out, and come back by the names that lists show`()
        async throws
    {
        let program = try LifeboatProgram()
        defer { program.remove() }
        #expect(try await program.run("init").status == 0)
        let source = "\(program.folder)/source"
        let made = try await program.run(
            [],
            shell:
                "mkdir -p \(source) && cd \(source) && echo 1 > $'new\\nline' && echo 2 > $'bad\\xff' && echo 3 > 'back\\slash'; exit"
        )
        #expect(made.status == 0)
        let backup = try await program.run("files", "backup", program.folder, "--name", "na\nme\u{1B}[31m")
        #expect(backup.status == 0, "\(backup.errors)")
        let left = try backup.json["excluded"]?.array ?? []
        #expect(left.contains { $0["reason"] == "it is the repository" }, "\(backup.output)")
        let text = try await program.run([], shell: "\"$0\" snapshots; exit")
        #expect(text.output.contains(#"na\u{a}me\u{1b}[31m"#) && !text.output.contains("\u{1B}"), "\(text.output)")
        let target = "\(program.folder)/target"
        let listed = try await program.run("files", "ls", "latest").json["files"]?.array ?? []
        let shown = listed.compactMap { $0["path"]?.string }.filter { $0.hasPrefix("/source/") }
        #expect(Set(shown) == [#"/source/new\x0aline"#, #"/source/bad\xff"#, #"/source/back\\slash"#])
        for path in shown + [#"/source/back\slash"#] {
            try? FileManager.default.removeItem(atPath: target)
            let restored = try await program.run("files", "restore", "latest", "--path", path, "--to", target)
            #expect(try restored.json["files"] == 1, "\(path): \(restored.errors)")
        }
        for wrong in [["--name", ""], ["--tag", ""]] {
            let refused = try await program.run(["files", "backup", source] + wrong)
            #expect(refused.status == 64 && refused.code == "usage", "\(refused.errors)")
        }
        // Errors of the parser have a code, too, and say what there is.
        let unknown = try await program.run("files", "restore")
        #expect(unknown.status == 64 && unknown.code == "usage", "\(unknown.errors)")
        let plain = try await program.run([], shell: "\"$0\" files restore; exit")
        #expect(
            plain.errors.contains("[usage]") && plain.errors.contains("Usage: lifeboat files restore"),
            "\(plain.errors)"
        )
    }
}
