import KubernetesObjects
import Testing

@testable import Archive

/// A repository with a history: three snapshots, one of them forgotten, a collection that has ended, more writers, and one more reader.
private struct History {
    let collected: CollectedRepository
    var objects: [SampleObject]
    let snapshots: [Snapshot]
    /// What each snapshot holds, by its id.
    let contents: [String: [String: String]]

    var store: MemoryStore { collected.store }

    init(_ count: Int = 12) throws {
        collected = try CollectedRepository()
        objects = Fixture.objects(count)
        let forgotten = try collected.backup(objects)
        try collected.open().forget([forgotten])
        try collected.collect()
        let root = try collected.open()
        _ = try root.exportIdentity(.writer, name: "daemon")
        _ = try root.addWriter(name: "other")
        let reader = try DataIdentity(random: { Fixture.environment(seed: 99).random($0) }, name: "new", access: .data)
        try root.addRecipient(reader.recipient.text, name: "new", rewraps: true)
        var snapshots: [Snapshot] = []
        var contents: [String: [String: String]] = [:]
        for round in 1...3 {
            for index in objects.indices where index % 4 == round {
                objects[index].version += 1000 * round
                objects[index].text = "version \(round)"
            }
            let snapshot = try collected.backup(objects)
            snapshots.append(snapshot)
            contents[snapshot.id] = Fixture.expected(objects)
        }
        try collected.open().forget([snapshots[0]])
        self.snapshots = Array(snapshots.dropFirst())
        self.contents = contents
    }

    func repair(isDryRun: Bool = false, _ store: (any ObjectStore)? = nil) throws(LifeboatError) -> RepairReport {
        let base = Fixture.environment(seed: 70 &+ UInt64(collected.now))
        let now = Timestamp(secondsSince1970: collected.now)
        return try Repository.repair(
            store ?? self.store,
            credential: .passphrase(Fixture.passphrase),
            environment: ArchiveEnvironment(now: { now }, random: base.random, passphraseWorkFactor: 4),
            isDryRun: isDryRun
        )
    }

    /// Reads what is left of a snapshot: each object is what was backed up, or an error.
    ///
    /// - Returns: whether everything was there.
    func isWhole(_ snapshot: Snapshot, _ repository: Repository) -> Bool {
        guard let reader = try? repository.reader(snapshot), let entries = try? reader.entries() else { return false }
        let expected = contents[snapshot.id] ?? [:]
        var isComplete = entries.count == expected.count
        for entry in entries {
            guard let bytes = try? reader.bytes(entry) else {
                isComplete = false
                continue
            }
            let key = "\(entry.resource)/\(entry.namespace)/\(entry.name)"
            if expected[key] != String(decoding: bytes, as: UTF8.self) { Issue.record("wrong data in \(key)") }
        }
        return isComplete
    }
}

@Suite struct `Repair` {
    @Test func `a whole repository is left as it is`() throws {
        let history = try History()
        let before = history.store.contents
        let report = try history.repair()
        #expect(report.isUntouched, "\(report)")
        #expect(history.store.contents == before)
        #expect(try history.collected.open().check(.data).ok)
    }

    /// Case 28: what is lost is named exactly, the rest comes back, and the next backup heals what the cluster still has.
    @Test func `each object is deleted singly, and all that is not lost is whole again`() async throws {
        let intact = try History()
        let original = intact.store.contents
        var counts: [String: Int] = [:]
        for name in original.keys.sorted() {
            await Task.yield()
            intact.store.replaceAll(original)
            intact.store.replace(name, nil)
            let kind = String(name.prefix { $0 != "/" })
            counts[kind, default: 0] += 1
            let found = (try? intact.collected.open())?.checkOrNil()
            let report = try intact.repair()
            let repository = try intact.collected.open()
            let after = try repository.check(.data)
            switch kind {
            case "lifeboat.repo", "keys", "copies":
                // The same bytes again, but for what the key bundle seals anew.
                #expect(intact.store.contents[name] == original[name], "\(name)")
                #expect(after.ok, "\(name): \(after.problems)")
                if kind != "copies" { #expect(found?.ok != true, "\(name) was deleted unseen") }
                if kind == "lifeboat.repo" { #expect(report.keys.restored == [name]) }
            case "p":
                let hurt = intact.snapshots.filter { !intact.isWhole($0, repository) }
                let named = Set(after.problems.flatMap(\.snapshots))
                #expect(named == Set(hurt.map(\.id)), "\(name): \(after.problems)")
                #expect(Set(found?.problems.flatMap(\.snapshots) ?? []) == named)
                // What the cluster still has is stored again, so the newest state is whole.
                let healed = try intact.collected.backup(intact.objects)
                let last = try intact.collected.open()
                let problems = try last.check(.data).problems
                #expect(!problems.flatMap(\.snapshots).contains(healed.id), "\(name): \(problems)")
                #expect(try Fixture.contents(last, healed) == Fixture.expected(intact.objects))
                for snapshot in hurt where !intact.isWhole(snapshot, last) { try last.forget([snapshot]) }
                #expect(try intact.collected.open().check(.data).ok, "\(name)")
                try intact.collected.collect()
                #expect(try intact.collected.open().check(.data).ok, "\(name)")
            case "s":
                let lost = try #require(ManifestName.parse(name)).digest
                let others = intact.snapshots.filter { $0.digest != lost }
                for snapshot in others { #expect(intact.isWhole(snapshot, repository), "\(name)") }
                // The newest of a writer can be taken away unseen until another or a collection has named it, and a forgotten one for ever.
                if intact.snapshots.first?.digest == lost {
                    #expect(Set(found?.problems.flatMap(\.snapshots) ?? []) == [Hexadecimal.encode(lost)], "\(name)")
                    try repository.forget(lost: try repository.lostSnapshots())
                }
                #expect(try intact.collected.open().check(.data).ok, "\(name)")
                try intact.collected.collect()
                #expect(try intact.collected.open().check(.data).ok, "\(name)")
            default:
                // A record of a maintainer: a forgotten snapshot comes back, or a collection does its work once more.
                #expect(after.problems.flatMap(\.objects).isEmpty, "\(name): \(after.problems)")
                for snapshot in intact.snapshots { #expect(intact.isWhole(snapshot, repository), "\(name)") }
            }
        }
        print(
            "deleted singly:",
            counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        )
        #expect(Set(counts.keys).isSuperset(of: ["lifeboat.repo", "keys", "copies", "p", "s", "f", "g"]))
    }

    @Test func `the keys of a new repository come from its bundle when their copies are lost, too`() throws {
        let history = try History()
        let lost = history.store.contents.keys.filter {
            $0 == "lifeboat.repo" || $0.hasPrefix("copies/") && !$0.hasPrefix("copies/keys/r")
        }
        let bundle = try Repository.keyStore(history.store, Fixture.environment()).openBundle(Fixture.passphrase)
        let initial = try KeyStore.initialObjects(bundle).map(\.name)
        for name in lost + initial where !name.hasPrefix("keys/rcpt-") { history.store.replace(name, nil) }
        #expect(throws: LifeboatError.self) { _ = try history.collected.open() }
        let report = try history.repair()
        #expect(Set(report.keys.restored).isSuperset(of: initial.filter { !$0.hasPrefix("keys/rcpt-") }))
        #expect(report.isWhole, "\(report)")
        let repository = try history.collected.open()
        #expect(try repository.check(.data).ok)
        for snapshot in history.snapshots { #expect(history.isWhole(snapshot, repository)) }
        try history.collected.backup(history.objects)
    }

    @Test func `damaged keys come back from their copies`() throws {
        let history = try History()
        let original = history.store.contents
        for name in original.keys.sorted() where name.hasPrefix("keys/") || name == "lifeboat.repo" {
            var bytes = try #require(original[name])
            bytes[bytes.count / 2] ^= 4
            history.store.replace(name, bytes)
        }
        let report = try history.repair()
        #expect(report.isWhole, "\(report)")
        #expect(history.store.contents == original)
    }

    @Test func `a damaged key bundle never takes the place of its copy`() throws {
        let history = try History()
        let original = history.store.contents
        let bundle = try #require(original["keys/root.age"])
        let environment = try history.collected.open().environment
        // Of the header many bytes: some are taken for another passphrase, and not for damage.
        for position in Array(stride(from: 0, to: 260, by: 4)) + Array(stride(from: 260, to: bundle.count, by: 499)) {
            for name in ["keys/root.age", "copies/keys/root.age"] {
                history.store.replaceAll(original)
                var bytes = bundle
                bytes[position] ^= 1
                history.store.replace(name, bytes)
                let damaged = history.store.contents
                let keys = Repository.keyStore(history.store, environment, keepsCopies: false)
                // Who does not know the passphrase, or another one, changes neither.
                _ = try keys.repair(passphrase: nil, isDryRun: false)
                _ = try keys.repair(passphrase: Array("another one".utf8), isDryRun: true)
                #expect(history.store.contents == damaged, "byte \(position) of \(name)")
                let repair = try keys.repair(passphrase: Fixture.passphrase, isDryRun: false)
                #expect(history.store.contents == original, "byte \(position) of \(name)")
                #expect(repair.restored + repair.copied == [name] && repair.problems.isEmpty)
            }
        }
    }

    @Test
    func `whoever holds an identity is refused before anything changes, and a check names two bundles that differ`()
        throws
    {
        let history = try History()
        let identity = try history.collected.open().exportIdentity(.maintainer)
        var bytes = try #require(try history.store.get("keys/root.age"))
        bytes[bytes.count - 1] ^= 1
        history.store.replace("keys/root.age", bytes)
        history.store.replace("copies/keys/rcpt-1", nil)
        let before = history.store.contents
        let environment = Fixture.environment(seed: 50)
        let error = #expect(throws: LifeboatError.self) {
            try Repository.repair(
                history.store,
                credential: .identity(identity),
                environment: environment,
                isDryRun: false
            )
        }
        #expect(error?.code == .repositoryNotPermitted)
        #expect(history.store.contents == before)
        let report = try Fixture.open(history.store, .identity(identity)).check(.structure)
        #expect(report.problems.map(\.path) == ["keys/root.age"])
        #expect(report.notices.map(\.path) == ["copies/keys/rcpt-1"])
    }

    @Test func `objects that prove right are saved from a damaged pack, and the rest is named and kept aside`() throws {
        let history = try History()
        let repository = try history.collected.open()
        let reader = try repository.reader(history.snapshots[1])
        let entry = try #require(try reader.entries().first { $0.name == history.objects[4].name })
        let location = try #require(try repository.blobs.locate(entry.id))
        let pack = try #require(try repository.blobs.packName(of: entry.id))
        var bytes = try #require(try history.store.get(pack))
        for offset in [1, 2, 9] { bytes[Int(location.offset) + offset] ^= 0xFF }
        history.store.replace(pack, bytes)

        let plan = try history.repair(isDryRun: true)
        #expect(plan.packs.map(\.lost) == [1])
        #expect(plan.bytesWritten == 0)
        #expect(try history.store.get(pack) == bytes)

        let report = try history.repair()
        let saved = try #require(report.packs.first)
        #expect(report.packs.count == 1)
        #expect((saved.lost, saved.isRemoved) == (1, true))
        #expect(saved.saved > 1)
        #expect(try history.store.get(try #require(saved.quarantine)) == bytes)
        #expect(try history.store.get(pack) == nil)
        #expect(report.remaining.count == 1)
        #expect(report.remaining.first?.objects.count == 1)
        #expect(try history.repair().packs.isEmpty)

        let healed = try history.collected.backup(history.objects)
        let last = try history.collected.open()
        // The object is the same in the snapshots of before, so they are whole again, too.
        #expect(try last.check(.data).ok)
        #expect(try Fixture.contents(last, healed) == Fixture.expected(history.objects))
        #expect(try last.discardQuarantine().objects == 1)
        try history.collected.collect()
        #expect(try history.collected.open().check(.data).ok)
    }

    @Test func `a pack of a domain whose keys are lost stays as it is, though its bytes could be mended`() throws {
        let history = try History()
        let known = Set(history.store.contents.keys)
        let identity = try history.collected.open().addWriter(name: "third")
        try Fixture.backup(try history.collected.open(nil, .identity(identity)), history.objects, at: 50_000)
        let added = history.store.contents.filter { !known.contains($0.key) }
        let pack = try #require(added.keys.first { $0.hasPrefix("p/") })
        var bytes = try #require(added[pack])
        bytes[bytes.count / 2] ^= 1
        history.store.replace(pack, bytes)
        let keys = added.filter { $0.key.contains("keys/dom-") }
        #expect(keys.count == 2)
        for name in keys.keys { history.store.replace(name, nil) }
        let report = try history.repair()
        #expect(report.packs.isEmpty && report.unrestored[pack] != nil, "\(report)")
        #expect(history.store.contents[pack] == bytes)
        // With the keys at hand it is mended.
        for (name, key) in keys { history.store.replace(name, key) }
        #expect(try history.repair().packs.map(\.lost) == [0])
        #expect(try history.collected.open().check(.data).ok)
    }

    @Test func `a repair that is killed at any change goes on when it is run again`() throws {
        let base = try History()
        for (name, bytes) in base.store.contents where name.hasPrefix("p/") {
            var damaged = bytes
            for offset in [3, 40] { damaged[damaged.count - 200 - offset] ^= 0x55 }
            damaged[300] ^= 1
            base.store.replace(name, damaged)
        }
        base.store.replace("lifeboat.repo", nil)
        let damaged = base.store.contents
        let undisturbed = try base.repair().remaining
        var kills = 0
        for isBefore in [true, false] {
            var number = 0
            while true {
                base.store.replaceAll(damaged)
                let dying = DyingStore(base.store, at: number, before: isBefore)
                do throws(LifeboatError) { _ = try base.repair(dying) } catch {
                    if error != FaultyStore.crash { throw error }
                }
                guard dying.hasDied else { break }
                kills += 1
                number += 1
                #expect(try base.repair().remaining == undisturbed, "killed at \(number)")
                #expect(try base.repair().packs.isEmpty)
            }
        }
        #expect(kills > 10)
        print("repairs killed:", kills)
        _ = try base.collected.backup(base.objects)
        let last = try base.collected.open()
        for snapshot in try last.check(.data).problems.flatMap(\.snapshots) {
            try last.forget(try last.snapshots().filter { $0.id == snapshot })
        }
        #expect(try base.collected.open().check(.data).ok)
    }

    @Test func `a backup that relies on a pack which a repair takes away begins again`() throws {
        let history = try History()
        let writing = try history.collected.open(seed: 31)
        let writer = try writing.beginSnapshot(SnapshotRequest(cluster: Fixture.cluster, policy: "nightly"))
        for object in history.objects {
            _ = try writer.reuse(
                object.resource,
                namespace: object.namespace,
                name: object.name,
                uid: object.uid,
                resourceVersion: object.resourceVersion
            )
        }
        let pack = try #require(history.store.contents.keys.filter { $0.hasPrefix("p/") }.sorted().first)
        var bytes = try #require(try history.store.get(pack))
        bytes[bytes.count / 2] ^= 0x3C
        history.store.replace(pack, bytes)
        #expect(try history.repair().packs.count == 1)
        let error = #expect(throws: LifeboatError.self) {
            _ = try writer.commit(
                SnapshotSummary(takenAt: Timestamp(secondsSince1970: history.collected.now), freshnessNonce: "n")
            )
        }
        #expect(error?.code == .repositoryBusy)
        let healed = try history.collected.backup(history.objects)
        #expect(try Fixture.contents(try history.collected.open(), healed) == Fixture.expected(history.objects))
    }

    @Test func `it takes a reader and a maintainer at once`() throws {
        let history = try History(8)
        for role in [RepositoryRole.writer, .reader, .maintainer] {
            let identity = try history.collected.open().exportIdentity(role, name: "one")
            let error = #expect(throws: LifeboatError.self) {
                _ = try Repository.repair(
                    history.store,
                    credential: .identity(identity),
                    environment: Fixture.environment(seed: 5),
                    isDryRun: false
                )
            }
            #expect(error?.code == .repositoryNotPermitted)
        }
        try Fixture.expectIntact(history.store)
    }
}

extension Repository {
    fileprivate func checkOrNil() -> CheckReport? { try? check(.data) }
}

extension MemoryStore {
    func replaceAll(_ contents: [String: [UInt8]]) {
        for name in self.contents.keys where contents[name] == nil { replace(name, nil) }
        for (name, bytes) in contents { replace(name, bytes) }
    }
}
