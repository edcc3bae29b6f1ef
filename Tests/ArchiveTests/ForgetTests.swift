import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `Forgotten snapshots` {
    private let objects = Fixture.objects(20)

    private func code(_ body: () throws -> Void) -> ErrorCode? {
        do { try body() } catch { return (error as? LifeboatError)?.code }
        return nil
    }

    @Test func `are not listed and are no parents, and nothing of the others is lost`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        let first = try Fixture.backup(repository, objects).snapshot
        var changed = objects
        changed[3].version += 1
        changed[3].text = "changed"
        let second = try Fixture.backup(repository, changed, at: 10).snapshot
        let before = store.contents.count
        try repository.forget([second])
        #expect(store.contents.count == before + 2)
        for opened in [repository, try Fixture.open(store)] {
            #expect(try opened.snapshots().map(\.id) == [first.id])
            #expect(code { _ = try opened.snapshot(String(second.id.prefix(12))) } == .snapshotNotFound)
            #expect(code { _ = try opened.reader(second) } == .snapshotNotFound)
        }
        // Forgetting it again is no harm.
        try repository.forget([second])
        let third = try Fixture.backup(try Fixture.open(store), changed, at: 20)
        #expect(third.objectsChanged == 1)
        #expect(try Fixture.contents(try Fixture.open(store), third.snapshot) == Fixture.expected(changed))
        #expect(try repository.snapshots().map(\.id) == [third.snapshot.id, first.id])
        try Fixture.expectIntact(store)
    }

    @Test func `come back when two forgets at once would have left none, whoever was faster`() throws {
        for bothWrite in [true, false] {
            let store = MemoryStore()
            let root = try Fixture.repository(store)
            let first = try Fixture.backup(root, objects).snapshot
            let second = try Fixture.backup(root, objects, at: 10).snapshot
            // Each decides by the same list, and relies on the snapshot that the other lets go.
            let (one, other) = (try Fixture.open(store), try Fixture.open(store))
            let decided = try one.describedSnapshots()
            if bothWrite { try other.forget([second]) } else { try other.forget([second], decidedBy: decided) }
            #expect(code { try one.forget([first], decidedBy: decided) } == .repositoryBusy)
            #expect(try Fixture.open(store).snapshots().map(\.id) == [first.id])
            #expect(store.contents.keys.count { $0.hasPrefix("f/") } == 1)
            // One after another, as far as rules let it.
            let third = try Fixture.backup(try Fixture.open(store), objects, at: 20).snapshot
            let now = try Fixture.open(store)
            try now.forget([first], decidedBy: try now.describedSnapshots())
            #expect(try Fixture.open(store).snapshots().map(\.id) == [third.id])
            try Fixture.expectIntact(store)
        }
    }

    @Test func `go although the cluster had another name then`() throws {
        let store = MemoryStore()
        let root = try Fixture.repository(store)
        func backup(_ name: String, at seconds: Int64) throws -> Snapshot {
            let cluster = ClusterDescription(uid: "c1", name: name, version: "v1.32.0", server: "https://c1")
            let writer = try root.beginSnapshot(SnapshotRequest(cluster: cluster, policy: "nightly"))
            for object in objects { try Fixture.add(object, to: writer) }
            return try writer.commit(SnapshotSummary(takenAt: Timestamp(secondsSince1970: 1_800_000_000 + seconds)))
                .snapshot
        }
        let old = try backup("laptop", at: 0)
        let new = try backup("in-cluster", at: 10)
        try root.forget([old], decidedBy: try root.describedSnapshots())
        #expect(try Fixture.open(store).snapshots() == [new])
    }

    @Test func `need a maintainer: no writer and no reader can forget`() throws {
        let store = MemoryStore()
        let root = try Fixture.repository(store)
        let snapshot = try Fixture.backup(root, objects).snapshot
        _ = try Fixture.backup(root, objects, at: 10)
        for role in [RepositoryRole.writer, .reader] {
            let opened = try Fixture.open(store, .identity(try root.exportIdentity(role)))
            #expect(code { try opened.forget([snapshot]) } == .repositoryNotPermitted)
        }
        #expect(try root.snapshots().count == 2)
        let maintainer = try Fixture.open(store, .identity(try root.exportIdentity(.maintainer)))
        try maintainer.forget([snapshot])
        #expect(try root.snapshots().count == 1)
        let writer = try Fixture.open(store, .identity(try root.exportIdentity(.writer)))
        #expect(try writer.snapshots().count == 1)
        try Fixture.expectIntact(store)
    }

    @Test func `stay when the record is damaged, of nobody, or of another repository, and check says so`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        let snapshot = try Fixture.backup(repository, objects).snapshot
        try repository.forget([snapshot])
        let name = try #require(try store.list("f/").first?.name)
        let record = try #require(try store.get(name))
        // Its copy is whole only in other tests.
        store.replace(SecondCopy.name(name), nil)
        // Any flipped bit, and any cut, makes the record worthless, never harmful.
        func expectWorthless(_ bytes: [UInt8], as name: String) throws {
            store.replace(name, bytes)
            let maintainers = MaintainerKeys(repository.keyStore, known: repository.ring.publicKeys)
            let loaded = try ForgetRecords(store: store, maintainers: maintainers).load(repository.configuration.id)
            #expect(loaded.forgotten.isEmpty && loaded.problems.map(\.name) == [name])
        }
        for bit in 0..<(record.count * 8) {
            var bytes = record
            bytes[bit / 8] ^= 1 << (bit % 8)
            try expectWorthless(bytes, as: name)
            // Under the name of its own bytes, only the signature tells.
            store.replace(name, nil)
            let renamed = "f/" + Hexadecimal.encode(contentDigest(bytes))
            try expectWorthless(bytes, as: renamed)
            store.replace(renamed, nil)
        }
        for count in 0..<record.count { try expectWorthless(Array(record[..<count]), as: name) }
        #expect(try Fixture.open(store).snapshots().map(\.id) == [snapshot.id])
        let report = try Fixture.open(store).check(.structure)
        #expect(report.problems.map(\.path) == [name])
        store.replace(name, record)
        #expect(try Fixture.open(store).snapshots().isEmpty)
        // Signed by nobody, under the right name.
        let forged = Array(record.dropLast(64)) + [UInt8](repeating: 7, count: 64)
        store.replace(name, nil)
        _ = try store.put("f/" + Hexadecimal.encode(contentDigest(forged)), forged)
        #expect(try Fixture.open(store).snapshots().map(\.id) == [snapshot.id])
        let other = MemoryStore()
        let stranger = try Repository.create(
            in: other,
            passphrase: Fixture.passphrase,
            environment: Fixture.environment(seed: 99)
        )
        try Fixture.backup(stranger, objects)
        _ = try other.put(name, record)
        #expect(try Fixture.open(other).snapshots().count == 1)
        #expect(try Fixture.open(other).check(.structure).problems.count == 1)
    }
}
