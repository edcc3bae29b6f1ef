import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `Crashes and failures` {
    private static let before = Fixture.objects(30)
    private static var after: [SampleObject] {
        var objects = before
        for index in stride(from: 0, to: objects.count, by: 3) {
            objects[index].version += 1000
            objects[index].text = "after"
        }
        return objects
    }

    /// A repository with one snapshot.
    private func begun() throws -> MemoryStore {
        let store = MemoryStore()
        try Fixture.backup(try Fixture.repository(store), Self.before)
        return store
    }

    @Test(arguments: 0..<2, [true, false])
    func `a backup that is killed at any write leaves every committed snapshot`(put: Int, isBefore: Bool) throws {
        let store = try begun()
        let faulty = FaultyStore(store, [isBefore ? .crashBeforePut(put) : .crashAfterPut(put)])
        #expect(throws: LifeboatError.self) { try Fixture.backup(try Fixture.open(faulty), Self.after, at: 60) }
        faulty.verifyAllFaultsFired()
        try Fixture.expectIntact(store)
        let repository = try Fixture.open(store)
        let snapshots = try repository.snapshots()
        // Only a crash after the last write has already committed.
        let isCommitted = put == 1 && !isBefore
        #expect(snapshots.count == (isCommitted ? 2 : 1))
        let oldest = try #require(snapshots.last)
        #expect(try Fixture.contents(repository, oldest) == Fixture.expected(Self.before))
        let next = try Fixture.backup(repository, Self.after, at: 120)
        #expect(try Fixture.contents(repository, next.snapshot) == Fixture.expected(Self.after))
        try Fixture.expectIntact(store)
    }

    @Test func `a backup is two writes: one pack and one manifest`() throws {
        let faulty = FaultyStore(try begun(), [])
        try Fixture.backup(try Fixture.open(faulty), Self.after, at: 60)
        #expect(faulty.puts == 2)
        try Fixture.expectIntact(faulty.base)
    }

    @Test(arguments: 0..<2, [ErrorCode.storageFull, .storageFailed])
    func `a full or failing disk is reported as such and loses nothing`(put: Int, code: ErrorCode) throws {
        let store = try begun()
        let faulty = FaultyStore(store, [.failPut(put, code)])
        let repository = try Fixture.open(faulty)
        let error = #expect(throws: LifeboatError.self) { try Fixture.backup(repository, Self.after, at: 60) }
        #expect(error?.code == code)
        faulty.verifyAllFaultsFired()
        try Fixture.expectIntact(store)
        // The same process can go on when the disk has room again.
        let next = try Fixture.backup(repository, Self.after, at: 120)
        #expect(try Fixture.contents(repository, next.snapshot) == Fixture.expected(Self.after))
        try Fixture.expectIntact(store)
    }

    @Test(arguments: 0..<9) func `a failing read is an error and not a repository without snapshots`(get: Int) throws {
        let store = try begun()
        let faulty = FaultyStore(store, [.failGet(get, .storageFailed)])
        let error = #expect(throws: LifeboatError.self) {
            let repository = try Fixture.open(faulty)
            _ = try Fixture.contents(repository, try repository.snapshot("latest"))
        }
        #expect(error?.code == .storageFailed)
        faulty.verifyAllFaultsFired()
    }

    @Test func `a pack that memory damaged before it was stored is not stored`() throws {
        let store = try begun()
        let packs = try store.list("p/")
        for offset in [5, 40, 200, 700] {
            var environment = Fixture.environment(seed: 3)
            environment.damageAfterEncoding = { bytes in bytes[min(offset, bytes.count - 1)] ^= 0x10 }
            let repository = try Repository.open(
                store,
                credential: .passphrase(Fixture.passphrase),
                environment: environment
            )
            #expect(throws: LifeboatError.self) { try Fixture.backup(repository, Self.after, at: 60) }
        }
        #expect(try store.list("p/") == packs)
        #expect(try Fixture.open(store).snapshots().count == 1)
        try Fixture.expectIntact(store)
    }

    @Test func `after a pack could not be stored nothing is committed`() throws {
        let store = try begun()
        let faulty = FaultyStore(store, [.failPut(0, .storageFull)])
        let repository = try Fixture.open(faulty)
        let writer = try repository.beginSnapshot(SnapshotRequest(cluster: Fixture.cluster))
        for object in Self.after { try Fixture.add(object, to: writer) }
        let summary = SnapshotSummary(takenAt: Timestamp(secondsSince1970: 1_800_000_100))
        #expect(throws: LifeboatError.self) { try writer.commit(summary) }
        #expect(throws: LifeboatError.self) { try writer.commit(summary) }
        #expect(throws: LifeboatError.self) { try Fixture.add(Self.after[0], to: writer) }
        #expect(try repository.snapshots().count == 1)
        try Fixture.expectIntact(store)
    }

    @Test func `a lost pack is healed by the next backup`() throws {
        let store = try begun()
        let lost = try #require(try store.list("p/").first)
        store.replace(lost.name, nil)
        let report = try Fixture.open(store).check(.structure)
        #expect(!report.ok)
        let next = try Fixture.backup(try Fixture.open(store), Self.before, at: 60)
        let repository = try Fixture.open(store)
        #expect(try Fixture.contents(repository, next.snapshot) == Fixture.expected(Self.before))
    }
}
