import Archive
import FoundationEssentials
import KubernetesObjects
import TestSupport
import Testing

/// What must be true after any kills.
extension KillLoop {
    /// - Parameter all: whether every snapshot is brought back and compared, and not one and those that nobody was told of.
    mutating func verify(all: Bool = false) async throws {
        let after = "\(store.rawValue), after \(moments.hit) kills"
        let check = try await undisturbed(nil, reader, ["check", "--read-data"])
        #expect(check.status == 0, "\(after): \(check.output) \(check.errors)")
        if check.status != 0 { try keep("check") }
        moments.checked()
        let found = try await listVerified()
        let there = Set(found.map(\.id))
        #expect(committed.keys.filter { !there.contains($0) } == [], "\(after): lost snapshots")
        #expect(forgotten.filter { there.contains($0) } == [], "\(after): forgotten snapshots are back")
        for (id, expected) in doubtful {
            if there.contains(id) { committed[id] = expected } else { forgotten.insert(id) }
        }
        doubtful = [:]
        let chosen = Int.random(in: 0..<max(found.count, 1), using: &generator)
        for (index, snapshot) in found.enumerated() {
            let isKnown = committed[snapshot.id] != nil
            guard all || !isKnown || index == chosen else { continue }
            let contents = try await contents(snapshot.id, isOfFiles: snapshot.isOfFiles)
            if let expected = committed[snapshot.id] {
                let isEqual = contents == expected
                #expect(isEqual, "\(after): \(snapshot.id) has other contents")
            } else {
                let isOfBackup = candidates.contains(contents)
                #expect(isOfBackup, "\(after): \(snapshot.id) is of no backup")
                committed[snapshot.id] = contents
            }
        }
        candidates = []
        order = found.map(\.id).reversed()
    }

    /// The snapshots, the newest first, after a check that has verified them all.
    ///
    /// The last ones of each kind are what `forget` refuses until others are verified.
    mutating func listVerified() async throws -> [(id: String, isOfFiles: Bool)] {
        let listed = try await undisturbed(nil, reader, ["snapshots", "--output", "json"])
        #expect(listed.status == 0, "\(store.rawValue), after \(moments.hit) kills: \(listed.errors)")
        var found: [(id: String, isOfFiles: Bool)] = []
        for snapshot in try listed.json["snapshots"]?.array ?? [] {
            found.append((snapshot["id"]?.string ?? "", snapshot["policy"] == "lifeboat/files"))
        }
        lastVerified = Set([true, false].compactMap { ofFiles in found.first { $0.isOfFiles == ofFiles }?.id })
        return found
    }

    /// Everything is there and compared, and what kills left behind goes.
    mutating func end() async throws -> String {
        try await backup(ofFiles: true, isKilled: false)
        try await backup(ofFiles: false, isKilled: false)
        try await verify(all: true)
        let before = try sizes()
        let discarded = try await undisturbed(nil, program, ["repair", "--discard-quarantine"])
        #expect(discarded.status == 0, "\(store.rawValue): \(discarded.errors)")
        // Packs of killed backups are spared for a day, and go when no running backup can be writing them.
        var rules = CollectionRules()
        (rules.graceSeconds, rules.spareSeconds) = (0, 0)
        _ = try opened(secondsAhead: 3 * 86_400).collect(rules)
        let rest = try opened(secondsAhead: 3 * 86_400).collect(rules, isDryRun: true)
        #expect(rest.packsCondemned == 0 && rest.packsDeleted == 0, "\(rest)")
        #expect(rest.bytesUnreferenced == 0 && rest.blobsMissing == 0, "\(rest)")
        try await ageUnfinished()
        try await backup(ofFiles: true, isKilled: false)
        try await verify(all: true)
        let after = try sizes()
        for prefix in ["q", "tmp"] { #expect(after[prefix] == nil, "\(store.rawValue): \(after)") }
        #expect((after["g"]?.count ?? 0) <= 8 && (after["f"]?.count ?? 0) <= forgotten.count, "\(after)")
        return "  left before the last prune: \(Self.text(before))\n  and after it: \(Self.text(after))"
    }

    /// Copies a repository that has a problem to a new folder under `LIFEBOAT_TEST_KEEP`, to look at it afterwards.
    func keep(_ problem: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["LIFEBOAT_TEST_KEEP"] else { return }
        let copy = FolderStore(path: "\(folder)/\(store)-\(moments.hit)-\(problem)")
        for object in try objects.list("") { _ = try copy.put(object.name, try objects.get(object.name) ?? []) }
    }

    /// Makes files that were not finished older than a day, in stores that have such.
    private func ageUnfinished() async throws {
        let folder = "\(program.folder)/repository/tmp"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)],
                ofItemAtPath: "\(folder)/\(name)"
            )
        }
        if store == .s3 { try objects.delete("tmp/bucket") }
    }

    /// Objects and bytes by the first part of their names.
    private func sizes() throws -> [String: (count: Int, bytes: Int)] {
        var sizes: [String: (count: Int, bytes: Int)] = [:]
        for object in try objects.list("") + objects.list("tmp/") {
            let part = String(object.name.prefix { $0 != "/" })
            let old = sizes[part] ?? (0, 0)
            sizes[part] = (old.count + 1, old.bytes + object.size)
        }
        let folder = "\(program.folder)/repository/tmp"
        let unfinished = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        if store != .s3, !unfinished.isEmpty { sizes["tmp"] = (unfinished.count, 0) }
        return sizes
    }

    private static func text(_ sizes: [String: (count: Int, bytes: Int)]) -> String {
        sizes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.count) (\($0.value.bytes / 1024) KiB)" }
            .joined(separator: ", ")
    }
}
