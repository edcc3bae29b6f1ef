import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `Writers beside a garbage collection` {
    private let objects = Fixture.objects(30)

    private func put(
        _ repository: Repository,
        epoch: UInt64,
        _ step: CollectionRecord.Step,
        packs names: [String] = [],
        kept: [Snapshot] = []
    ) throws {
        var record = CollectionRecord(
            step: step,
            repository: repository.configuration.id,
            epoch: epoch,
            time: Timestamp(secondsSince1970: 1_800_000_000)
        )
        record.packs = names.compactMap { PackName.digest($0) }
        record.kept = kept.map(\.digest)
        let ring = repository.ring
        try repository.collections.put(record) { (bytes) throws(LifeboatError) in try ring.signMaintenance(bytes) }
    }

    @Test func `what is in a condemned pack is stored again`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        try Fixture.backup(repository, objects)
        let pack = try #require(try store.list("p/").first)
        try put(repository, epoch: 1, .condemn, packs: [pack.name])
        let result = try Fixture.backup(try Fixture.open(store), objects, at: 10)
        #expect(try store.list("p/").count == 2)
        // The collector deletes what it condemned; the new snapshot does not need it.
        store.replace(pack.name, nil)
        let reopened = try Fixture.open(store)
        #expect(try Fixture.contents(reopened, result.snapshot) == Fixture.expected(objects))
    }

    @Test func `a pack that is condemned during a backup makes the commit fail`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        try Fixture.backup(repository, objects)
        let pack = try #require(try store.list("p/").first)
        let writer = try repository.beginSnapshot(SnapshotRequest(cluster: Fixture.cluster))
        for object in objects { try Fixture.add(object, to: writer) }
        try put(repository, epoch: 1, .condemn, packs: [pack.name])
        let error = #expect(throws: LifeboatError.self) {
            try writer.commit(SnapshotSummary(takenAt: Timestamp(secondsSince1970: 1_800_000_010)))
        }
        #expect(error?.code == .repositoryBusy)
        #expect(try repository.snapshots().count == 1)
        try Fixture.expectIntact(store)
    }

    @Test func `an epoch that is done condemns nothing, and its number is in the manifest`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        let first = try Fixture.backup(repository, objects)
        let pack = try #require(try store.list("p/").first)
        try put(repository, epoch: 4, .condemn, packs: [pack.name])
        // It was rescued: the decision deletes nothing.
        try put(repository, epoch: 4, .sweep)
        try put(repository, epoch: 4, .keep, kept: [first.snapshot])
        try put(repository, epoch: 4, .done)
        let result = try Fixture.backup(repository, objects, at: 10)
        #expect(try store.list("p/").count == 1)
        #expect(try repository.committed(result.snapshot).manifest.collectionEpoch == 4)
        #expect(try repository.snapshots().count == 2)
        try Fixture.expectIntact(store)
    }

    @Test func `a pack that was condemned and deleted during a backup makes the commit fail`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        let first = try Fixture.backup(repository, objects)
        let pack = try #require(try store.list("p/").first)
        let writer = try repository.beginSnapshot(SnapshotRequest(cluster: Fixture.cluster))
        for object in objects { try Fixture.add(object, to: writer) }
        // The epoch has come and gone: nothing is condemned any more, and yet the pack is.
        try put(repository, epoch: 1, .condemn, packs: [pack.name])
        try put(repository, epoch: 1, .sweep)
        try put(repository, epoch: 1, .keep, packs: [pack.name])
        try put(repository, epoch: 1, .done)
        store.replace(pack.name, nil)
        let error = #expect(throws: LifeboatError.self) {
            try writer.commit(SnapshotSummary(takenAt: Timestamp(secondsSince1970: 1_800_000_010)))
        }
        #expect(error?.code == .repositoryBusy)
        // The same process goes on: what it knew of packs is read again.
        let next = try Fixture.backup(repository, objects, at: 20)
        #expect(try Fixture.contents(try Fixture.open(store), next.snapshot) == Fixture.expected(objects))
        #expect(try repository.snapshots().map(\.id) == [next.snapshot.id])
        #expect(first.snapshot.id != next.snapshot.id)
        try Fixture.expectIntact(store)
    }

    @Test func `a manifest that came after a decision and did not know of it does not count`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        let first = try Fixture.backup(repository, objects)
        let late = try Fixture.backup(repository, objects, at: 10)
        try put(repository, epoch: 1, .condemn)
        try put(repository, epoch: 1, .sweep)
        try put(repository, epoch: 1, .keep, kept: [first.snapshot])
        #expect(try repository.snapshots().map(\.id) == [first.snapshot.id])
        #expect(try repository.snapshot("latest").id == first.snapshot.id)
        #expect(throws: LifeboatError.self) { try repository.reader(late.snapshot) }
        try Fixture.expectIntact(store)
    }

    @Test func `a record that no maintainer signed is refused by writers and passed over by readers`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        let first = try Fixture.backup(repository, objects)
        let record = CollectionRecord(
            step: .keep,
            repository: repository.configuration.id,
            epoch: 1,
            time: Timestamp(secondsSince1970: 1_800_000_000)
        )
        _ = try store.put(record.name, record.encoded() + [UInt8](repeating: 0, count: 64))
        let error = #expect(throws: LifeboatError.self) { try Fixture.backup(repository, objects, at: 10) }
        #expect(error?.message.contains(record.name) == true && error?.remedy.contains("delete this object") == true)
        #expect(try repository.snapshots().map(\.id) == [first.snapshot.id])
        #expect(try repository.check(.structure).problems.map(\.path) == [record.name])
        store.replace(record.name, nil)
        try Fixture.expectIntact(store)
    }

    @Test func `index segments and other things of later versions are left alone`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        for name in ["i/1-00", "f/00", "x/00", "w/00/head", "q/00"] { _ = try store.put(name, [1, 2, 3]) }
        let result = try Fixture.backup(repository, objects)
        #expect(try Fixture.contents(try Fixture.open(store), result.snapshot) == Fixture.expected(objects))
        try Fixture.expectIntact(store)
    }
}
