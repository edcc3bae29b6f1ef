import Archive
import Backup
import KubernetesObjects
import Policies
import Synchronization
import TestSupport
import Testing

/// A store in which something happens right after packs were stored.
private final class InterruptedStore: ObjectStore {
    let location = "memory"
    let base = MemoryStore()
    private let interruptions = Mutex<[@Sendable () throws(LifeboatError) -> Void]>([])

    var remaining: Int { interruptions.withLock { $0.count } }

    func interrupt(_ times: Int, _ body: @escaping @Sendable () throws(LifeboatError) -> Void) {
        interruptions.withLock { $0 = Array(repeating: body, count: times) }
    }

    func put(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool {
        let isNew = try base.put(name, bytes)
        if name.hasPrefix("p/"), let body = interruptions.withLock({ $0.popLast() }) { try body() }
        return isNew
    }

    func get(_ name: String, range: Range<Int>?) throws(LifeboatError) -> [UInt8]? {
        try base.get(name, range: range)
    }

    func list(_ prefix: String) throws(LifeboatError) -> [StoredObject] { try base.list(prefix) }
    func size(_ name: String) throws(LifeboatError) -> Int? { try base.size(name) }
    func delete(_ name: String) throws(LifeboatError) { try base.delete(name) }
}

@Suite struct `Backups that a collection overtakes` {
    private static let passphrase = Array("correct horse battery staple".utf8)
    private static let environment = ArchiveEnvironment(
        now: TestClock.wallClock,
        random: TestClock.random,
        passphraseWorkFactor: 4
    )

    /// Backs up while a collection deletes what the backup has just stored, so many times.
    private func backUp(interruptedBy collections: Int) async throws -> (BackupResult, MemoryStore) {
        let store = InterruptedStore()
        _ = try Repository.create(in: store, passphrase: Self.passphrase, environment: Self.environment)
        let repository = try Repository.open(
            store,
            credential: .passphrase(Self.passphrase),
            environment: Self.environment
        )
        store.interrupt(collections) { [base = store.base] () throws(LifeboatError) in
            // Nothing is spared, as if the backup had been stopped for a day.
            var rules = CollectionRules()
            rules.graceSeconds = 0
            rules.spareSeconds = 0
            let other = try Repository.open(
                base,
                credential: .passphrase(Self.passphrase),
                environment: Self.environment
            )
            guard try other.collect(rules).packsDeleted > 0 else {
                throw LifeboatError(.internalError, "the collection found nothing to delete")
            }
        }
        let results = Mutex<[BackupResult]>([])
        try await StubServer.with { request in
            StubCluster.answer(request) ?? StubCluster.list([StubCluster.configMap("a", "1")])
        } _: { client, _ in
            let result = try await BackupRun.ofStub(client, repository, BackupPolicy(name: "all")).run()
            results.withLock { $0.append(result) }
        }
        #expect(store.remaining == 0)
        return (try #require(results.withLock { $0.first }), store.base)
    }

    @Test(arguments: 1...2) func `begin again, and their snapshot is whole`(collections: Int) async throws {
        let (result, store) = try await backUp(interruptedBy: collections)
        let repository = try Repository.open(
            store,
            credential: .passphrase(Self.passphrase),
            environment: Self.environment
        )
        #expect(try repository.snapshots().map(\.id) == [result.snapshot.id])
        #expect(result.objects == 2)
        let report = try repository.check(.data)
        #expect(report.ok, "\(report.problems)")
    }

    @Test func `give up in the end, and say what to do`() async throws {
        let error = await #expect(throws: LifeboatError.self) { try await backUp(interruptedBy: 3) }
        #expect(error?.code == .repositoryBusy && error?.remedy.hasPrefix("run it again") == true)
    }
}
