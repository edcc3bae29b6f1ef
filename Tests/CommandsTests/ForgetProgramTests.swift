import FoundationEssentials
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
            // Backups of one second are told apart by their ids.
            let plan = try await program.run("forget", "--keep-last", "1", "--keep-tag", "audit", "--dry-run")
            #expect(plan.status == 0, "\(plan.errors)")
            let kept = try plan.json["kept"]?.array ?? []
            let reasons = Dictionary(
                uniqueKeysWithValues: kept.map {
                    ($0["id"]?.string ?? "", $0["reasons"]?.array?.compactMap(\.string) ?? [])
                }
            )
            #expect(reasons[ids[0]]?.contains("tag audit") == true && reasons[ids[2]]?.contains("pinned") == true)
            #expect(reasons.values.contains { $0.contains("last snapshot") })
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
}
