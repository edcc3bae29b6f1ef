import Archive
import Backup
import FoundationEssentials
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

    /// A Velero backup of one ConfigMap, written by GNU tar and gzip.
    private static let archive = """
        H4sIAAAAAAACA+3Xu26DMBQGYD8K8hw12NggZc3ctftRcCo35SIMWSLevTYprZqhVSIglfJ/i8EIe/iPfClMSzm1tGbzib1M66H1\
        LtvhWehEykSLc3+mRcIizRbQuZaaKGIPqhjzP5rG2aqcK/9UqV/yFz/zF55kUYz8ZycYPLLGuKprdsbNuAHcsP5nSmP9Xzb/XVXu\
        7WtB9eSlcHX+QsYZ9v/75V9SYVxNU60K1+evZNj/kf/988/Nnrr3dr1s/jpNUuT/n/Knpzd36+3gr/O/jPVF/mmmUpz/l3DiVNuX\
        892Pb/hR8BU/2DL3z9uhIJ6p9l3jNZFvTjxUh/9MvvurUPz7Z6X43s6G38NIY3V9TyB4v+LjSIcwI+97HMMBAAAAAAAAAAAAACb1\
        AfOpcq0AKAAA
        """

    @Test(arguments: 0...2) func `of Velero begin again, too`(collections: Int) throws {
        let (store, repository) = try interrupted(by: collections)
        let archive = try #require(Data(base64Encoded: Self.archive))
        let velero = MemoryStore(["nightly.tar.gz": Array(archive)])
        let reading = VeleroImport(
            repository: repository,
            clusterName: "velero",
            toolVersion: "test",
            now: TestClock.wallClock
        )
        let result = try reading.run(try VeleroBackup(in: velero, archive: nil))
        #expect(store.remaining == 0 && result.objects == 1)
        let opened = try Repository.open(
            store.base,
            credential: .passphrase(Self.passphrase),
            environment: Self.environment
        )
        #expect(try opened.snapshots().map(\.id) == [result.snapshot.id])
        #expect(try opened.check(.data).ok)
    }

    /// Backs up while a collection deletes what the backup has just stored, so many times.
    private func backUp(interruptedBy collections: Int) async throws -> (BackupResult, MemoryStore) {
        let (store, repository) = try interrupted(by: collections)
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

    /// A repository in which a collection deletes what was just stored, so many times.
    private func interrupted(by collections: Int) throws -> (InterruptedStore, Repository) {
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
        return (store, repository)
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
