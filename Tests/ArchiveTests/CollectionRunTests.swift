import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

/// A repository with a clock that tests turn.
final class CollectedRepository: Sendable {
    let store: MemoryStore
    private let clock = Mutex<Int64>(1_800_000_000)

    init(_ store: MemoryStore = MemoryStore(), keepsParity: Bool = false) throws {
        self.store = store
        _ = try Fixture.repository(store, keepsParity: keepsParity)
    }

    func advance(hours: Int64) { clock.withLock { $0 += hours * 3600 } }

    var now: Int64 { clock.withLock { $0 } }

    /// Opened as new, as each command does.
    func open(
        _ store: (any ObjectStore)? = nil,
        _ credential: RepositoryCredential = .passphrase(Fixture.passphrase),
        seed: UInt64 = 7
    ) throws(LifeboatError) -> Repository {
        let base = Fixture.environment(seed: seed &+ UInt64(now))
        let environment = ArchiveEnvironment(
            now: { [self] in Timestamp(secondsSince1970: now) },
            random: base.random,
            passphraseWorkFactor: 4
        )
        return try Repository.open(store ?? self.store, credential: credential, environment: environment)
    }

    @discardableResult
    func backup(_ objects: [SampleObject]) throws(LifeboatError) -> Snapshot {
        defer { advance(hours: 1) }
        return try Fixture.backup(try open(seed: 11), objects, at: now - 1_800_000_000).snapshot
    }

    static var immediately: CollectionRules {
        var rules = CollectionRules()
        rules.graceSeconds = 0
        return rules
    }

    @discardableResult
    func collect(_ rules: CollectionRules = immediately, isDryRun: Bool = false) throws(LifeboatError)
        -> CollectionReport
    {
        try open().collect(rules, isDryRun: isDryRun)
    }

    func size() throws -> Int { try store.list("").reduce(0) { $0 + $1.size } }
}

@Suite struct `Garbage collection` {
    /// The same objects, every one changed.
    private static func version(_ number: Int, _ count: Int = 60) -> [SampleObject] {
        Fixture.objects(count)
            .map { object in
                var object = object
                object.version += number * 1000
                object.text = "version \(number) of \(object.name)"
                return object
            }
    }

    @Test func `a reader who is added later reads what was put together before`() throws {
        let repository = try CollectedRepository()
        var objects = Fixture.objects(12)
        var last: Snapshot?
        for round in 1...9 {
            objects[round].version += 100 * round
            last = try repository.backup(objects)
        }
        #expect(try repository.collect().packsRewritten > 0)
        let random = Fixture.environment(seed: 99).random
        let reader = try DataIdentity(random: { random($0) }, name: "new", access: .data)
        try repository.open().addRecipient(reader.recipient.text, name: "new", rewraps: true)
        // Once more completes what a run that was killed has left.
        try repository.open().addRecipient(reader.recipient.text, name: "new", rewraps: true)
        let opened = try repository.open(nil, .identity(Array(reader.text.utf8)))
        #expect(try Fixture.contents(opened, try #require(last)) == Fixture.expected(objects))
        try Fixture.expectIntact(repository.store)
    }

    @Test func `the space of a forgotten snapshot is given back, and the others are whole`() throws {
        let repository = try CollectedRepository()
        let first = try repository.backup(Self.version(1))
        let second = try repository.backup(Self.version(2))
        #expect(try repository.collect() == CollectionReport(snapshots: 2))
        try repository.open().forget([first])
        let before = try repository.size()
        let report = try repository.collect()
        #expect(report.snapshots == 1)
        #expect(report.packsDeleted == 1)
        #expect(report.manifestsDeleted == 1)
        #expect(report.bytesFreed > 5000)
        #expect(try repository.size() < before - 4000)
        #expect(try Fixture.contents(repository.open(), second) == Fixture.expected(Self.version(2)))
        try Fixture.expectIntact(repository.store)
    }

    @Test func `a collection that is killed leaves nothing that a check complains of`() throws {
        let base = try CollectedRepository()
        let snapshots = try (1...4).map { try base.backup(Self.version($0, 20)) }
        try base.open().forget([snapshots[1]])
        try base.collect()
        // The one after it refers to a manifest that is gone, and goes itself.
        try base.open().forget([snapshots[2]])
        var kills = 0
        for isBefore in [true, false] {
            for number in 0... {
                let store = DyingStore(MemoryStore(base.store.contents), at: number, before: isBefore)
                do throws(LifeboatError) { _ = try base.open(store).collect(CollectedRepository.immediately) } catch {
                    guard store.hasDied else { throw error }
                }
                guard store.hasDied else { break }
                kills += 1
                let problems = try base.open(store.base).check(.data).problems
                #expect(problems == [], "killed \(isBefore ? "before" : "after") change \(number)")
            }
        }
        #expect(kills > 12, "\(kills)")
    }

    @Test func `with a grace packs are condemned first and deleted when it has passed`() throws {
        let repository = try CollectedRepository()
        let first = try repository.backup(Self.version(1))
        try repository.backup(Self.version(2))
        try repository.open().forget([first])
        let rules = CollectionRules()
        let condemned = try repository.collect(rules)
        #expect(condemned.packsDeleted == 0)
        #expect(condemned.packsCondemned == 1)
        #expect(condemned.bytesFreeableLater > 5000)
        #expect(condemned.freeableAt == Timestamp(secondsSince1970: repository.now + 24 * 3600))
        // The names are the same in both, so that they were copied.
        #expect(try repository.store.list("p/").count == 3)
        repository.advance(hours: 23)
        let waiting = try repository.collect(rules)
        #expect(waiting.packsDeleted == 0)
        #expect(waiting.bytesFreeableLater == condemned.bytesFreeableLater)
        repository.advance(hours: 1)
        #expect(try repository.collect(rules, isDryRun: true).packsDeleted == 1)
        #expect(try repository.store.list("p/").count == 3)
        let swept = try repository.collect(rules)
        #expect(swept.packsDeleted == 1)
        #expect(try repository.store.list("p/").count == 2)
        try Fixture.expectIntact(repository.store)
    }

    @Test func `a dry run changes nothing and says what would be done`() throws {
        let repository = try CollectedRepository()
        let first = try repository.backup(Self.version(1))
        try repository.backup(Self.version(2))
        try repository.open().forget([first])
        let before = repository.store.contents
        let later = try repository.collect(CollectionRules(), isDryRun: true)
        #expect(later.packsCondemned == 1 && later.packsDeleted == 0)
        #expect(later.bytesFreeableLater > 5000)
        let now = try repository.collect(isDryRun: true)
        #expect(now.packsCondemned == 0 && now.packsDeleted == 1)
        #expect(now.bytesFreed > later.bytesFreeableLater && now.manifestsDeleted == 1)
        #expect(repository.store.contents == before)
        // And then it is what is done.
        let done = try repository.collect()
        #expect(done.bytesFreed == now.bytesFreed && done.manifestsDeleted == now.manifestsDeleted)
        #expect(done.packsDeleted == now.packsDeleted)
    }

    @Test func `packs of which little is needed are rewritten without a key to the contents`() throws {
        let repository = try CollectedRepository()
        var objects = Self.version(1)
        let first = try repository.backup(objects)
        for index in objects.indices where index % 10 != 0 {
            objects[index].version += 1
            objects[index].text = "changed"
        }
        let second = try repository.backup(objects)
        try repository.open().forget([first])
        let identity = try repository.open().exportIdentity(.maintainer, name: "maintainer")
        let maintainer = try repository.open(nil, .identity(identity))
        #expect(maintainer.roles == [.maintainer])
        let report = try maintainer.collect(CollectedRepository.immediately)
        #expect(report.packsRewritten == 1)
        #expect(report.packsDeleted == 1)
        #expect(report.bytesWritten > 0)
        #expect(report.bytesFreed > report.bytesWritten)
        #expect(try Fixture.contents(repository.open(), second) == Fixture.expected(objects))
        try Fixture.expectIntact(repository.store)
        // The next backup uses what was copied, and the next collection finds nothing to do.
        let packs = try repository.store.list("p/")
        try repository.backup(objects)
        #expect(try repository.store.list("p/") == packs)
        #expect(try repository.collect().packsRewritten == 0)
        try Fixture.expectIntact(repository.store)
    }

    @Test func `small packs are put together, again and again`() throws {
        let repository = try CollectedRepository()
        var objects = Self.version(1)
        var snapshots: [(Snapshot, [SampleObject])] = []
        for round in 0..<20 {
            objects[round].version += 1
            objects[round].text = "round \(round)"
            snapshots.append((try repository.backup(objects), objects))
            if round % 9 == 8 { try repository.collect() }
        }
        try repository.collect()
        #expect(try repository.store.list("p/").count < 8)
        for (snapshot, objects) in snapshots {
            #expect(try Fixture.contents(repository.open(), snapshot) == Fixture.expected(objects))
        }
        try Fixture.expectIntact(repository.store)
    }

    @Test func `a chain of manifests is whole after some of its manifests were deleted`() throws {
        let repository = try CollectedRepository()
        var snapshots: [Snapshot] = []
        for number in 1...6 { snapshots.append(try repository.backup(Self.version(number, 20))) }
        try repository.open().forget([snapshots[1], snapshots[2], snapshots[4]])
        #expect(try repository.collect().manifestsDeleted == 3)
        try Fixture.expectIntact(repository.store)
        #expect(try repository.store.list("f/").isEmpty)
        // The last of a writer stays, forgotten or not: the next one refers to it.
        try repository.open().forget([snapshots[5]])
        #expect(try repository.collect().manifestsDeleted == 0)
        let next = try repository.backup(Self.version(7, 20))
        try Fixture.expectIntact(repository.store)
        #expect(try repository.collect().manifestsDeleted == 1)
        #expect(try repository.open().snapshots().map(\.id) == [next, snapshots[3], snapshots[0]].map(\.id))
        try Fixture.expectIntact(repository.store)
        // Taking a manifest away that the collection kept is found.
        repository.store.replace(next.name, nil)
        #expect(try !repository.open().check(.structure).ok)
    }

    @Test func `what a backup left that never ended is given back, but not before a day`() throws {
        let repository = try CollectedRepository()
        try repository.backup(Self.version(1))
        let writer = try repository.open(seed: 5).beginSnapshot(SnapshotRequest(cluster: Fixture.cluster))
        for object in Self.version(9) { try Fixture.add(object, to: writer) }
        let pack = try #require(writer.state.withLock { $0.pack.take() })
        try writer.finish(pack)
        let report = try repository.collect()
        #expect(report.packsDeleted == 0)
        #expect(report.bytesUnreferenced > 5000)
        repository.advance(hours: 23)
        #expect(try repository.collect().packsDeleted == 0)
        repository.advance(hours: 1)
        #expect(try repository.collect().packsDeleted == 1)
        #expect(try repository.store.list("p/").count == 1)
        try Fixture.expectIntact(repository.store)
    }

    @Test(arguments: [true, false])
    func `the packs of a backup that takes days are spared as long as it says that it goes on`(goesOn: Bool) throws {
        let repository = try CollectedRepository()
        let first = try repository.backup(Self.version(1))
        let writer = try repository.open(seed: 5).beginSnapshot(SnapshotRequest(cluster: Fixture.cluster))
        for object in Self.version(9) { try Fixture.add(object, to: writer) }
        try writer.finish(try #require(writer.state.withLock { $0.pack.take() }))
        func words() -> [String] { repository.store.contents.keys.filter { $0.hasPrefix("x/") } }
        func passes(_ hours: Int64) throws -> Int {
            repository.advance(hours: hours)
            return try repository.collect().packsDeleted
        }
        #expect(try passes(0) == 0)
        writer.announceLongSession()
        #expect(words().isEmpty)
        #expect(try passes(7) == 0)
        writer.announceLongSession()
        writer.announceLongSession()
        #expect(words().count == 1)
        // 43 hours after the beginning the first word ends.
        #expect(try passes(25) == 0)
        if goesOn { writer.announceLongSession() }
        #expect(words().count == (goesOn ? 2 : 1))
        #expect(try passes(12) == (goesOn ? 0 : 1))
        let summary = SnapshotSummary(takenAt: Timestamp(secondsSince1970: repository.now))
        if goesOn {
            let snapshot = try writer.commit(summary).snapshot
            #expect(try Fixture.contents(repository.open(), snapshot) == Fixture.expected(Self.version(9)))
            #expect(words().count == 2)
        } else {
            let error = #expect(throws: LifeboatError.self) { try writer.commit(summary) }
            #expect(error?.code == .repositoryBusy)
        }
        // What was said is forgotten by the next collection that deletes something.
        try repository.open().forget([first])
        try repository.backup(Self.version(2))
        #expect(try passes(40) > 0)
        #expect(words().isEmpty)
        try Fixture.expectIntact(repository.store)
    }

    @Test func `what says that a backup goes on is believed for three days at most`() throws {
        let session = SessionID(truncating: [UInt8](repeating: 7, count: 16))
        let now = Timestamp(secondsSince1970: 1_800_000_000)
        for (seconds, isValid) in [(-1, false), (0, true), (72 * 3600, true), (72 * 3600 + 1, false)] as [(Int64, Bool)]
        {
            let intent = SessionIntent(session, until: now.adding(seconds: seconds))
            #expect(intent.isValid(at: now) == isValid)
            #expect(SessionIntent(name: intent.name) == intent)
        }
        for name in ["x/", "x/7-8", "x/\(session)", "x/\(session)-07", "x/\(session)-1-2", "p/\(session)-1"] {
            #expect(SessionIntent(name: name) == nil, "\(name)")
        }
    }

    @Test func `nothing is reclaimed while a manifest or a structure page cannot be read`() throws {
        let repository = try CollectedRepository()
        let first = try repository.backup(Self.version(1))
        let second = try repository.backup(Self.version(2))
        try repository.open().forget([first])
        let bytes = try #require(try repository.store.get(second.name))
        repository.store.replace(second.name, Array(bytes.dropLast()))
        #expect(throws: LifeboatError.self) { try repository.collect() }
        repository.store.replace(second.name, bytes)
        let packs = try repository.store.list("p/")
        let root = try #require(try repository.open().blobs.packName(of: second.root))
        let pack = try #require(try repository.store.get(root))
        repository.store.replace(root, nil)
        #expect(throws: LifeboatError.self) { try repository.collect() }
        repository.store.replace(root, pack)
        #expect(try repository.store.list("p/") == packs)
        #expect(try repository.collect().packsDeleted == 1)
        try Fixture.expectIntact(repository.store)
    }

    @Test func `no epoch is begun while another is open, whoever began it`() throws {
        let repository = try CollectedRepository()
        let first = try repository.backup(Self.version(1))
        try repository.backup(Self.version(2))
        try repository.open().forget([first])
        #expect(try repository.collect(CollectionRules()).packsCondemned == 1)
        // A second snapshot is forgotten, so that there is something to condemn, and this run looked before the other one began.
        let third = try repository.backup(Self.version(3))
        try repository.backup(Self.version(4))
        try repository.open().forget([third])
        var late = CollectionRun(try repository.open(), CollectedRepository.immediately, isDryRun: false)
        try late.begin()
        #expect(late.report.packsCondemned == 1 && late.report.bytesFreeableLater > 5000)
        #expect(try repository.store.list("g/").map(\.name) == ["g/1/condemn"])
        // When the open one has ended, the next one begins.
        #expect(try repository.collect().packsDeleted > 0)
        #expect(try repository.store.get("g/2/done") != nil)
        try Fixture.expectIntact(repository.store)
    }

    @Test func `only a maintainer collects`() throws {
        let repository = try CollectedRepository()
        for role in [RepositoryRole.writer, .reader] {
            let identity = try repository.open().exportIdentity(role, name: "other")
            let opened = try repository.open(nil, .identity(identity))
            let error = #expect(throws: LifeboatError.self) { try opened.collect(CollectedRepository.immediately) }
            #expect(error?.code == .repositoryNotPermitted)
        }
    }

    @Test func `a restore that runs while packs are put together reads on`() throws {
        let repository = try CollectedRepository()
        var objects = Self.version(1)
        for round in 0..<10 {
            objects[round].version += 1
            objects[round].text = "round \(round)"
            try repository.backup(objects)
        }
        let opened = try repository.open()
        let reader = try opened.reader(try opened.snapshot("latest"))
        let entries = try reader.entries()
        for entry in entries.prefix(30) { _ = try reader.bytes(entry) }
        #expect(try repository.collect().packsRewritten == 10)
        let expected = Fixture.expected(objects)
        for entry in entries {
            let key = "\(entry.resource)/\(entry.namespace)/\(entry.name)"
            #expect(String(decoding: try reader.bytes(entry), as: UTF8.self) == expected[key])
        }
        try Fixture.expectIntact(repository.store)
    }
}
