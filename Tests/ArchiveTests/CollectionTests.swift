import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `Writers beside a garbage collection` {
    private let objects = Fixture.objects(30)

    private func condemn(_ repository: Repository, _ store: any ObjectStore, epoch: UInt64, _ names: [String]) throws {
        let list = CollectionEpochs.encoded(epoch: epoch, condemned: names.compactMap { PackName.digest($0) })
        _ = try store.put("g/\(epoch)/condemn", list + (try repository.ring.signMaintenance(list)))
    }

    @Test func `what is in a condemned pack is stored again`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        try Fixture.backup(repository, objects)
        let pack = try #require(try store.list("p/").first)
        try condemn(repository, store, epoch: 1, [pack.name])
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
        try condemn(repository, store, epoch: 1, [pack.name])
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
        try Fixture.backup(repository, objects)
        let pack = try #require(try store.list("p/").first)
        try condemn(repository, store, epoch: 4, [pack.name])
        _ = try store.put("g/4/done", [])
        let result = try Fixture.backup(repository, objects, at: 10)
        #expect(try store.list("p/").count == 1)
        #expect(try repository.committed(result.snapshot).manifest.collectionEpoch == 4)
        try Fixture.expectIntact(store)
    }

    @Test func `a list that no maintainer signed is refused`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        try Fixture.backup(repository, objects)
        let list = CollectionEpochs.encoded(epoch: 1, condemned: [])
        _ = try store.put("g/1/condemn", list + [UInt8](repeating: 0, count: 64))
        #expect(throws: LifeboatError.self) { try Fixture.backup(repository, objects, at: 10) }
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
