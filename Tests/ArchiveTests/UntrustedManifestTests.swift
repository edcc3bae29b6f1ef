import KubernetesObjects
import Testing

@testable import Archive

/// What a repository says when it cannot rely on a manifest that is there, or on one that ought to be.
@Suite struct `A snapshot that cannot be relied on` {
    private static func damage(_ store: MemoryStore, _ name: String) throws {
        var bytes = try #require(store.contents[name])
        for position in [40, 80] { bytes[position] ^= 1 }
        store.replace(name, bytes)
    }

    @Test func `stands in the way of the latest only where it may be the later one`() throws {
        let collected = try CollectedRepository()
        let snapshots = try (0..<3).map { _ in try collected.backup(Fixture.objects(6)) }
        let original = collected.store.contents
        for (position, snapshot) in snapshots.enumerated() {
            collected.store.replaceAll(original)
            try Self.damage(collected.store, snapshot.name)
            let repository = try collected.open()
            #expect(try repository.untrustedManifests().map(\.name) == [snapshot.name])
            if position < 2 {
                #expect(try repository.snapshot("latest") == snapshots[2])
                continue
            }
            let error = #expect(throws: LifeboatError.self) { try repository.snapshot("latest") }
            #expect(error?.code == .repositoryDamaged && error?.remedy.contains(snapshots[1].shortID) == true)
            #expect(try repository.snapshot(snapshots[1].shortID) == snapshots[1])
            // When it was given up, nobody asks for it.
            try repository.forget(lost: [snapshot.id])
            #expect(try collected.open().snapshot("latest") == snapshots[1])
            #expect(try collected.open().untrustedManifests().isEmpty)
        }
    }

    @Test func `is not taken for older by the number of one that was imported, or that took long`() throws {
        let collected = try CollectedRepository()
        func backup(at seconds: Int64) throws -> Snapshot {
            try Fixture.backup(try collected.open(seed: UInt64(60 + seconds / 60)), Fixture.objects(6), at: seconds)
                .snapshot
        }
        let (first, second) = (try backup(at: 3600), try backup(at: 7200))
        // Taken long ago, and stored last.
        let imported = try backup(at: 60)
        let original = collected.store.contents
        try Self.damage(collected.store, second.name)
        let error = #expect(throws: LifeboatError.self) { try collected.open().snapshot("latest") }
        #expect(error?.code == .repositoryDamaged && error?.message.contains(second.name) == true)
        collected.store.replaceAll(original)
        #expect(try collected.open().snapshot("latest") == second)
        // One that comes later and is the latest settles it.
        let last = try backup(at: 9000)
        try Self.damage(collected.store, first.name)
        #expect(try collected.open().snapshot("latest") == last)
        #expect(imported.sequence == 3 && last.sequence == 4)
    }

    @Test
    func `that a collection kept and that is gone is missed, also beside one that was begun before it and ended later`()
        throws
    {
        let collected = try CollectedRepository()
        let first = try collected.backup(Fixture.objects(6))
        let identity = try collected.open(seed: 20).addWriter(name: "other")
        let other = try collected.open(nil, .identity(identity))
        let kept = try Fixture.backup(other, Fixture.objects(5), at: 3 * 3600).snapshot
        collected.advance(hours: 4)
        try collected.open().forget([first])
        try collected.collect()
        // It was begun before the other one.
        let long = try Fixture.backup(try collected.open(seed: 31), Fixture.objects(7), at: 2 * 3600).snapshot
        #expect(try collected.open().snapshot("latest") == kept)
        collected.store.replace(kept.name, nil)
        let error = #expect(throws: LifeboatError.self) { try collected.open().snapshot("latest") }
        #expect(error?.code == .repositoryDamaged && error?.message.contains(kept.id.prefix(12)) == true)
        let later = try collected.backup(Fixture.objects(8))
        #expect(try collected.open().snapshot("latest") == later && later.takenAt > long.takenAt)
    }

    @Test func `of a writer whose certificate is lost is not taken for none at all`() throws {
        let collected = try CollectedRepository()
        let snapshot = try collected.backup(Fixture.objects(6))
        collected.store.replace(KeyObjectName.writer(snapshot.writer), nil)
        let repository = try collected.open()
        #expect(try repository.snapshots().isEmpty && repository.untrustedManifests().count == 1)
        let error = #expect(throws: LifeboatError.self) { try repository.snapshot("latest") }
        #expect(error?.code == .repositoryDamaged && error?.remedy.contains("lifeboat repair") == true)
    }

    @Test func `of a writer that was revoked is nobody's loss`() throws {
        let collected = try CollectedRepository()
        let root = try collected.open()
        let first = try collected.backup(Fixture.objects(6))
        let identity = try collected.open(seed: 20).addWriter(name: "other")
        let other = try collected.open(nil, .identity(identity))
        _ = try Fixture.backup(other, Fixture.objects(5), at: 7200)
        // An open repository learns of it, as a daemon must.
        #expect(try root.snapshots().count == 2)
        try collected.open(seed: 21).revokeWriter(try #require(other.ring.writer).id, lastSequence: nil)
        try root.refreshKeys()
        #expect(try root.snapshots() == [first])
        #expect(try root.snapshot("latest") == first)
        let refused = #expect(throws: LifeboatError.self) { try Fixture.backup(other, Fixture.objects(5), at: 9000) }
        #expect(refused?.code == .repositoryNotPermitted)
    }

    @Test func `and is not encrypted to a credential is not passed over for an older one`() throws {
        let collected = try CollectedRepository()
        let random = Fixture.environment(seed: 99).random
        let reader = try DataIdentity(random: { random($0) }, name: "new", access: .data)
        try collected.open().addRecipient(reader.recipient.text, name: "new", rewraps: true)
        func files(_ seconds: Int64) throws -> Snapshot {
            let request = SnapshotRequest(
                cluster: ClusterDescription(uid: Snapshot.filesUID("v"), name: "v", version: "", server: ""),
                policy: Snapshot.filesPolicy
            )
            let writer = try collected.open(seed: UInt64(30 + seconds)).beginSnapshot(request)
            for object in Fixture.objects(3) { try Fixture.add(object, to: writer) }
            return try writer.commit(
                SnapshotSummary(takenAt: Timestamp(secondsSince1970: 1_800_000_000 + seconds))
            ).snapshot
        }
        let first = try files(1)
        let theirs = try collected.open(nil, .identity(Array(reader.text.utf8)))
        #expect(try theirs.filesSnapshot("latest", of: "v") == first)
        try collected.open().removeRecipient(reader.recipient.id)
        let second = try files(2)
        let later = try collected.open(nil, .identity(Array(reader.text.utf8)))
        let error = #expect(throws: LifeboatError.self) { try later.filesSnapshot("latest", of: "v") }
        #expect(error?.code == .repositoryKeyMissing && error?.message.contains(second.shortID) == true)
        #expect(try later.filesSnapshot(first.shortID) == first)
        // Who can read none of them is told so, and not that there is none.
        let writer = try collected.open(nil, .identity(try collected.open().exportIdentity(.writer)))
        let unread = #expect(throws: LifeboatError.self) { try writer.reader(writer.filesSnapshot("latest")) }
        #expect(unread?.code == .repositoryNotPermitted)
    }

    @Test func `because it is gone is missed when it was proved to be good, until it is forgotten or collected`() throws
    {
        let collected = try CollectedRepository()
        let snapshots = try (0..<3).map { _ in try collected.backup(Fixture.objects(6)) }
        collected.advance(hours: 2)
        let ids = try collected.open().check(.data).proved
        #expect(ids.count == 3)
        try collected.open().recordVerification(of: ids, .check)
        let original = collected.store.contents
        collected.store.replace(snapshots[2].name, nil)
        let report = try collected.open().check(.structure)
        #expect(report.problems.map(\.snapshots) == [[snapshots[2].id]], "\(report.problems)")
        #expect(try collected.open().lostSnapshots() == [snapshots[2].id])
        try collected.open().forget(lost: [snapshots[2].id])
        #expect(try collected.open().check(.data).ok)
        // What was forgotten and collected is missed by nobody.
        collected.store.replaceAll(original)
        try collected.open().forget([snapshots[0], snapshots[1]])
        #expect(try collected.open().check(.data).ok)
        collected.advance(hours: 3)
        try collected.collect()
        #expect(try collected.open().check(.data).ok)
    }

    @Test func `is no reason for a backup to stop when a record of a collection is damaged, for there are two of each`()
        throws
    {
        let collected = try CollectedRepository()
        let snapshots = try (0..<3).map { number in
            try collected.backup(
                Fixture.objects(6).map { object in
                    var object = object
                    (object.version, object.text) = (number * 100, "in \(number)")
                    return object
                }
            )
        }
        try collected.open().forget([snapshots[0]])
        try collected.collect()
        let records = collected.store.contents.keys.filter { $0.hasPrefix("g/") || $0.hasPrefix("f/") }
        #expect(records.count >= 4)
        for name in records {
            let whole = collected.store.contents
            try Self.damage(collected.store, name)
            #expect(try collected.open().check(.storage).ok, "\(name)")
            #expect(try !collected.open().check(.storage).notices.isEmpty, "\(name)")
            try collected.backup(Fixture.objects(7))
            try collected.collect()
            try Fixture.expectIntact(collected.store)
            collected.store.replaceAll(whole)
        }
        // What is missing of them a repair makes.
        for name in records { collected.store.replace(SecondCopy.name(name), nil) }
        let repaired = try Repository.repair(
            collected.store,
            credential: .passphrase(Fixture.passphrase),
            environment: try collected.open().environment,
            isDryRun: false
        )
        #expect(Set(repaired.parity) == Set(records.map(SecondCopy.name)))
        #expect(collected.store.contents[SecondCopy.name(records[0])] == collected.store.contents[records[0]])
    }

    @Test func `packs that are gone are stored again by a process that runs on`() throws {
        let collected = try CollectedRepository()
        let objects = Fixture.objects(12)
        let daemon = try collected.open()
        let first = try Fixture.backup(daemon, objects)
        for name in collected.store.contents.keys where name.hasPrefix("p/") { collected.store.replace(name, nil) }
        let second = try Fixture.backup(daemon, objects, at: 60)
        #expect(second.bytesAdded > 1000)
        #expect(try Fixture.contents(collected.open(), second.snapshot) == Fixture.expected(objects))
        #expect(try Fixture.contents(collected.open(), first.snapshot) == Fixture.expected(objects))
        #expect(
            try collected.open().check(.structure).notices.map(\.problem).contains { $0.hasPrefix("it is missing") }
        )
        try Fixture.expectIntact(collected.store)
    }

    @Test func `a collection that was begun under a clock far ahead ends`() throws {
        let collected = try CollectedRepository()
        let first = try collected.backup(Fixture.objects(30))
        _ = try collected.backup(Fixture.objects(3))
        try collected.open().forget([first])
        var rules = CollectionRules()
        rules.graceSeconds = 24 * 3600
        collected.advance(hours: 24 * 3650)
        #expect(try collected.collect(rules).packsCondemned > 0)
        collected.advance(hours: -24 * 3650)
        #expect(try collected.collect(rules).packsDeleted > 0)
        try Fixture.expectIntact(collected.store)
        // One that is ahead by less waits, as for readers it must; without a grace nothing does.
        let third = try collected.backup(Fixture.objects(40))
        _ = try collected.backup(Fixture.objects(3))
        try collected.open().forget([third])
        collected.advance(hours: 12)
        #expect(try collected.collect(rules).packsCondemned > 0)
        collected.advance(hours: -12)
        #expect(try collected.collect(rules).packsDeleted == 0)
        #expect(try collected.collect().packsDeleted > 0)
        try Fixture.expectIntact(collected.store)
    }

    @Test func `work that is cancelled ends soon, and says so`() async throws {
        let collected = try CollectedRepository()
        try collected.backup(Fixture.objects(30))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            #expect(throws: LifeboatError(.cancelled, Cancellation.error.message)) { try Cancellation.check() }
            for level in CheckLevel.allCases {
                let error = #expect(throws: LifeboatError.self) { try collected.open().check(level) }
                #expect(error?.code == .cancelled)
            }
            let error = #expect(throws: LifeboatError.self) { try collected.collect() }
            #expect(error?.code == .cancelled)
            let parallel = #expect(throws: LifeboatError.self) {
                try ParallelWork.forEach(1_000_000) { _ throws(LifeboatError) in }
            }
            #expect(parallel?.code == .cancelled)
        }
        await task.value
        try Fixture.expectIntact(collected.store)
    }
}
