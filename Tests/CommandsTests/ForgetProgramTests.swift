import Foundation
import KubernetesObjects
import Testing

/// `lifeboat forget`, with the program itself.
@Suite struct `Forgetting snapshots` {
    @Test func `goes by rules or by name, says why, and never takes the last one`() async throws {
        try await LifeboatProgram.withSandbox { program in
            var ids: [String] = []
            for tags in [["--tag", "audit"], [], ["--tag", "lifeboat.dr/pin"], []] {
                let backup = try await program.run(["backup"] + tags)
                ids.append(try #require(try backup.json["snapshot"]?.string))
            }
            func listed() async throws -> Set<String> {
                Set(try await program.run("snapshots").json["snapshots"]?.array?.compactMap { $0["id"]?.string } ?? [])
            }
            let plan = try await program.run("forget", "--keep-last", "1", "--keep-tag", "audit", "--dry-run")
            #expect(plan.status == 0, "\(plan.errors)")
            let kept = try plan.json["kept"]?.array ?? []
            let reasons = Dictionary(
                uniqueKeysWithValues: kept.map {
                    ($0["id"]?.string ?? "", $0["reasons"]?.array?.compactMap(\.string) ?? [])
                }
            )
            #expect(reasons[ids[0]]?.contains("tag audit") == true && reasons[ids[2]]?.contains("pinned") == true)
            // Those of one second are told apart by their numbers.
            #expect(reasons[ids[3]]?.contains("last snapshot") == true)
            let removed = try plan.json["removed"]?.array?.compactMap(\.string) ?? []
            #expect(Set(reasons.keys).union(removed) == Set(ids))
            #expect(try await listed() == Set(ids))

            let done = try await program.run("forget", "--keep-last", "1", "--keep-tag", "audit")
            #expect(try done.json["removed"]?.array?.compactMap(\.string) == removed)
            #expect(try await listed() == Set(ids).subtracting(removed))
            // Again there is nothing left to forget.
            #expect(try await program.run("forget", "--keep-last", "1", "--keep-tag", "audit").json["removed"] == [])

            let pinned = try await program.run("forget", String(ids[2].prefix(12)))
            #expect(pinned.status == 1 && pinned.code == "forget.refused", "\(pinned.errors)")
            let shown = try await program.run("snapshots").json["snapshots"]?.array ?? []
            #expect(shown.first { $0["id"]?.string == ids[2] }?["tags"] == ["lifeboat.dr/pin"])
            let unpinned = try await program.run("forget", String(ids[2].prefix(12)), "--pinned", "--dry-run")
            #expect(try unpinned.json["removed"]?.array?.compactMap(\.string) == [ids[2]], "\(unpinned.errors)")
            #expect(try await program.run("forget", "--keep-last", "1", "--pinned").status == 64)
            // Who cannot read what is pinned cannot forget by this command, and rules of a policy are for its own snapshots.
            let maintainer = try await program.holding("maintainer")
            let unread = try await maintainer.run("forget", String(ids[2].prefix(12)), hasPassphrase: false)
            #expect(unread.code == "repository.not-permitted", "\(unread.errors)")
            let file = "\(program.folder)/other.yaml"
            try """
            apiVersion: lifeboat.dr/v1
            kind: BackupPolicy
            metadata: {name: other}
            spec: {retention: {keepLast: 1}}
            """
            .write(toFile: file, atomically: true, encoding: .utf8)
            let other = try await program.run("forget", "--policy", file)
            #expect(try other.json["kept"] == [] && other.json["removed"] == [], "\(other.errors)")
            #expect(try await program.run("forget", "--policy", file, "--minimum", "2").code == "usage")
            #expect(try await program.run("forget", String(ids[2].prefix(12)), "--cluster", "a").status == 64)
            #expect(try await listed() == Set(ids).subtracting(removed))

            let periods = [("hourly", "1d"), ("daily", "7d"), ("weekly", "2m"), ("monthly", "1y"), ("yearly", "10y")]
            let rules = periods.flatMap { ["--keep-within-\($0.0)", $0.1] }
            let within = try await program.run(["forget", "--dry-run"] + rules)
            #expect(within.status == 0, "\(within.errors)")
            for (period, span) in periods {
                #expect(within.output.contains("\(period) within \(span)"), "\(within.output)")
            }

            let all = try await listed().subtracting([ids[2]])
            #expect(try await program.run(["forget"] + all.sorted()).status == 0)
            #expect(try await listed() == [ids[2]])
            #expect(try await program.run("check", "--read-data").status == 0)

            #expect(try await program.run("forget").status == 64)
            #expect(try await program.run("forget", "--keep-last", "0").code == "usage")
            #expect(try await program.run("forget", "--keep-daily", "often").code == "usage")
            #expect(try await program.run("forget", "--keep-within-daily", "often").code == "usage")
            #expect(try await program.run("forget", "nothing").code == "snapshot.not-found")
        }
    }

    @Test
    func
        `gives up the last one when it cannot be restored, and a manifest that is damaged stands in the way of latest`()
        async throws
    {
        var program = try LifeboatProgram()
        defer { program.remove() }
        #expect(try await program.run("init").status == 0)
        program = LifeboatProgram(folder: program.folder)
        let source = "\(program.folder)/source"
        try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
        var ids: [String] = []
        for text in ["first", "second"] {
            try text.write(toFile: "\(source)/file", atomically: true, encoding: .utf8)
            let backup = try await program.run("files", "backup", source, "--name", "v")
            ids.append(try #require(try backup.json["snapshot"]?.string))
        }
        // A manifest of which two bits are wrong.
        let manifest = try #require(
            FileManager.default.enumerator(atPath: "\(program.repository)/s")?.compactMap { $0 as? String }
                .first { $0.hasSuffix(ids[1]) }
        )
        let path = "\(program.repository)/s/\(manifest)"
        let whole = try #require(FileManager.default.contents(atPath: path))
        var bytes = [UInt8](whole)
        for position in [50, 90] { bytes[position] ^= 1 }
        try FileManager.default.removeItem(atPath: path)
        #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
        let target = "\(program.folder)/target"
        let latest = try await program.run("files", "restore", "latest", "--name", "v", "--to", target)
        #expect(latest.code == "repository.damaged", "\(latest.errors)")
        #expect(latest.errors.contains(String(ids[0].prefix(8))) && !FileManager.default.fileExists(atPath: target))
        let listed = try await program.run("snapshots")
        #expect(listed.status == 0 && listed.errors.contains("left out"), "\(listed.errors)")
        #expect(try await program.run("files", "restore", ids[0], "--to", target).status == 0)
        try FileManager.default.removeItem(atPath: path)
        #expect(FileManager.default.createFile(atPath: path, contents: whole))
        #expect(try await program.run("files", "ls", "latest", "--name", "v").status == 0)

        // All packs are gone, so that not even the last one can be restored.
        try FileManager.default.removeItem(atPath: "\(program.repository)/p")
        let plan = try await program.run("repair", "--dry-run")
        #expect(plan.status == 3, "\(plan.output)\(plan.errors)")
        #expect(try plan.json["remaining"]?.array?.isEmpty == false)
        #expect(try await program.run(["forget"] + ids).code == "forget.refused")
        let given = try await program.run(["forget", "--damaged"] + ids)
        #expect(given.status == 0, "\(given.errors)")
        #expect(try await program.run("check").status == 0)
    }
}
