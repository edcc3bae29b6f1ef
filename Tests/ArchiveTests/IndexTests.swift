import FoundationEssentials
import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

/// Counts what is read of a store, and what is deleted.
private final class CountingStore: ObjectStore {
    let base: MemoryStore
    private let reads = Mutex<[String]>([])

    init(_ base: MemoryStore) { self.base = base }

    var location: String { base.location }
    /// How many reads were made of objects whose names begin so, since the last time that was asked.
    func read(_ prefix: String) -> Int { reads.withLock { $0.count { $0.hasPrefix(prefix) } } }
    func forget() { reads.withLock { $0 = [] } }
    private let deleted = Mutex(0)
    var deletions: Int { deleted.withLock { $0 } }

    func put(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool { try base.put(name, bytes) }
    func get(_ name: String, range: Range<Int>?) throws(LifeboatError) -> [UInt8]? {
        reads.withLock { $0.append(name) }
        return try base.get(name, range: range)
    }
    func list(_ prefix: String) throws(LifeboatError) -> [StoredObject] { try base.list(prefix) }
    func size(_ name: String) throws(LifeboatError) -> Int? { try base.size(name) }
    func delete(_ name: String) throws(LifeboatError) {
        deleted.withLock { $0 += 1 }
        try base.delete(name)
    }
}

@Suite struct `Index segments` {
    private static func environment(_ rules: IndexRules = IndexRules(), seed: UInt64 = 3) -> ArchiveEnvironment {
        var environment = Fixture.environment(seed: seed)
        environment.indexRules = rules
        return environment
    }

    private static func open(
        _ store: any ObjectStore,
        _ rules: IndexRules = IndexRules(),
        seed: UInt64 = 3
    ) throws -> Repository {
        try Repository.open(
            store,
            credential: .passphrase(Fixture.passphrase),
            environment: environment(rules, seed: seed)
        )
    }

    /// So many snapshots, each with a pack of its own.
    @discardableResult
    private static func history(
        _ count: Int,
        _ rules: IndexRules = IndexRules(),
        in store: any ObjectStore
    ) throws -> any ObjectStore {
        _ = try Fixture.repository(store)
        for number in 0..<count {
            let repository = try open(store, rules, seed: UInt64(number + 10))
            try Fixture.backup(repository, version(number), at: Int64(number))
        }
        return store
    }

    private static func history(_ count: Int) throws -> MemoryStore {
        let store = MemoryStore()
        try history(count, in: store)
        return store
    }

    /// A part of the objects changes from one to the next.
    private static func version(_ number: Int) -> [SampleObject] {
        Fixture.objects(24)
            .enumerated()
            .map { index, object in
                var object = object
                if index % 4 == number % 4 { (object.version, object.text) = (number * 100, "in \(number)") }
                return object
            }
    }

    private static var merging: CollectionRules {
        var rules = CollectionRules()
        (rules.graceSeconds, rules.smallPacks, rules.unusedPercent) = (0, 1000, 100)
        return rules
    }

    @Test func `opening a repository of many packs reads few of them`() throws {
        let store = CountingStore(try Self.history(40))
        let before = try Fixture.backup(try Self.open(store), Self.version(40), at: 100)
        let without = store.read("p/")
        #expect(without > 40, "the trailers of all packs were read: \(without)")
        _ = try Self.open(store).collect(Self.merging)
        #expect(try store.list("i/").count == 1)
        store.forget()
        let after = try Fixture.backup(try Self.open(store, seed: 4), Self.version(41), at: 101)
        #expect(store.read("p/") < 12, "\(store.read("p/"))")
        #expect(store.read("i/") == 2, "its head and the whole of it")
        #expect(before.objectsChanged == after.objectsChanged)
        let repository = try Self.open(store, seed: 5)
        #expect(try Fixture.contents(repository, after.snapshot) == Fixture.expected(Self.version(41)))
        #expect(try repository.check(.data).problems == [])
    }

    @Test func `a segment that is mapped from a file answers as one in memory`() throws {
        let store = try Self.history(40)
        _ = try Self.open(store).collect(Self.merging)
        var rules = IndexRules()
        for (mapped, seed) in [(Int.max, UInt64(4)), (1, 5)] {
            rules.mappedSegment = mapped
            let copy = MemoryStore(store.contents)
            let repository = try Self.open(copy, rules, seed: seed)
            let result = try Fixture.backup(repository, Self.version(41), at: 101)
            #expect(result.objectsChanged > 0 && result.objectsChanged < 24)
            let segments = repository.blobs.state.withLock { Array($0.readSegments.values) }
            #expect(!segments.isEmpty && segments.allSatisfy { $0.entries.isMapped == (mapped == 1) })
            #expect(try Fixture.contents(repository, result.snapshot) == Fixture.expected(Self.version(41)))
            #expect(try Self.open(copy, rules, seed: seed + 10).check(.data).problems == [])
        }
    }

    @Test func `what a segment knows is not stored again, and what it does not know is`() throws {
        let store = try Self.history(20)
        _ = try Self.open(store).collect(Self.merging)
        let packs = try store.list("p/")
        let repository = try Self.open(store, seed: 6)
        // No object is carried over, so that each blob is asked for.
        let same = try Fixture.backup(repository, Self.version(19), at: 200, reuses: false)
        #expect(try store.list("p/") == packs)
        #expect(try Fixture.contents(repository, same.snapshot) == Fixture.expected(Self.version(19)))
        let other = try Fixture.backup(try Self.open(store, seed: 7), Self.version(77), at: 201, reuses: false)
        #expect(try store.list("p/").count == packs.count + 1)
        #expect(try Fixture.contents(try Self.open(store), other.snapshot) == Fixture.expected(Self.version(77)))
        #expect(try Self.open(store).check(.data).problems == [])
    }

    @Test func `a writer writes a segment when many packs are in none, and needs no permission to delete`() throws {
        let store = CountingStore(MemoryStore())
        try Self.history(11, IndexRules(packsOfWriter: 5), in: store)
        #expect(try store.list("i/").count == 2, "after the fifth and the tenth")
        #expect(store.deletions == 0)
        var rules = IndexRules()
        rules.packsOfMaintainer = 1
        let repository = try Self.open(store, rules)
        _ = try repository.collect(Self.merging)
        let domains = try repository.ring.domains.map { try repository.ring.domain($0) }
        var covered: Set<[UInt8]> = []
        for object in try store.list("i/") {
            let segment = try IndexSegment.load(object, from: store, repository.configuration.id, domains)
            covered.formUnion(try #require(try segment?.get()).packs)
        }
        #expect(covered == Set(try store.list("p/").compactMap { PackName.digest($0.name) }), "also what came after")
        #expect(try Self.open(store).check(.data).problems == [])
    }

    @Test func `a process that takes many snapshots writes no segment twice`() throws {
        let store = CountingStore(MemoryStore())
        _ = try Fixture.repository(store)
        let repository = try Self.open(store, IndexRules(packsOfWriter: 5))
        for number in 0..<11 { try Fixture.backup(repository, Self.version(number), at: Int64(number)) }
        #expect(try store.list("i/").count == 2, "after the fifth and the tenth")
        // A session with many blobs writes what it has before it ends.
        let large = try Self.open(store, IndexRules(fullSegment: 1), seed: 9)
        try Fixture.backup(large, Self.version(500), at: 500)
        #expect(try store.list("i/").count == 3)
        #expect(try Self.open(store).check(.data).problems == [])
    }

    @Test func `a backup does not count when a pack that only a segment had told of is deleted before it ends`() throws
    {
        let store = try Self.history(20)
        _ = try Self.open(store).collect(Self.merging)
        let repository = try Self.open(store, seed: 30)
        let writer = try repository.beginSnapshot(SnapshotRequest(cluster: Fixture.cluster, policy: "nightly"))
        for object in Self.version(19) { #expect(try Fixture.reuse(object, in: writer)) }
        let other = try Self.open(store, seed: 31)
        try other.forget(try other.snapshots())
        #expect(try other.collect(Self.merging).packsDeleted > 10)
        let error = #expect(throws: LifeboatError.self) {
            _ = try writer.commit(SnapshotSummary(takenAt: Timestamp(secondsSince1970: 1_900_000_000)))
        }
        #expect(error?.code == .repositoryBusy)
        #expect(try Self.open(store).check(.data).problems == [])
    }

    @Test func `a pack that was deleted is in no place any more, whatever a segment says`() throws {
        let store = try Self.history(16)
        _ = try Self.open(store).collect(Self.merging)
        for pack in try store.list("p/") { try store.delete(pack.name) }
        let repository = try Self.open(store, seed: 8)
        let again = try Fixture.backup(repository, Self.version(15), at: 300)
        #expect(try Fixture.contents(repository, again.snapshot) == Fixture.expected(Self.version(15)))
        for snapshot in try repository.snapshots().dropFirst() { try repository.forget([snapshot]) }
        #expect(try Self.open(store).check(.data).problems == [])
    }

    @Test func `a damaged segment is passed over, named by check, and deleted by repair`() throws {
        let intact = try Self.history(16)
        _ = try Self.open(intact).collect(Self.merging)
        let name = try #require(try intact.list("i/").first?.name)
        let bytes = try #require(try intact.get(name))
        for position in stride(from: 0, to: bytes.count, by: 97) {
            let store = MemoryStore(intact.contents)
            var damaged = bytes
            damaged[position] ^= 4
            store.replace(name, damaged)
            let repository = try Self.open(store, seed: UInt64(position + 20))
            let snapshot = try #require(try repository.snapshots().first)
            #expect(try Fixture.contents(repository, snapshot) == Fixture.expected(Self.version(15)))
            let problems = try repository.check(.structure).problems
            #expect(problems.map(\.path) == [name], "byte \(position): \(problems)")
            guard position % 5 == 0 else { continue }
            let report = try Repository.repair(
                store,
                credential: .passphrase(Fixture.passphrase),
                environment: Self.environment(),
                isDryRun: false
            )
            #expect(report.segments == [name] && report.isWhole)
            #expect(try store.list("i/").isEmpty)
            #expect(try Self.open(store).check(.data).problems == [])
        }
    }

    @Test func `a segment that says what trailers do not is named by check`() throws {
        let store = try Self.history(4)
        let repository = try Self.open(store)
        let domain = try repository.ring.domain(try #require(repository.ring.domains.first))
        var tails: [([UInt8], [PackRecord])] = []
        for pack in try store.list("p/") {
            let tail = try #require(try PackTail.read(pack, from: store, domains: [domain]).get())
            tails.append((try #require(PackName.digest(pack.name)), tail.records))
        }
        for isShort in [true, false] {
            var segment = IndexSegment(repository.configuration.id, domain.id)
            // Too little of a pack, or the blobs of another one.
            segment.append(tails[0].0, isShort ? Array(tails[0].1.dropLast()) : tails[1].1)
            let bytes = try segment.encoded(domain, random: Fixture.environment().random)
            let name = IndexSegment.name(contentDigest(bytes))
            _ = try store.put(name, bytes)
            #expect(try repository.check(.structure).problems.map(\.path) == [name])
            try store.delete(name)
        }
    }

    @Test func `a segment reads back as it was written`() throws {
        let domain = DomainSecrets { [UInt8](repeating: 7, count: $0) }
        let id = try #require(RepositoryID(bytes: [UInt8](repeating: 1, count: 16)))
        var generator = SystemRandomNumberGenerator()
        var segment = IndexSegment(id, domain.id)
        var ids: [BlobID] = []
        for pack in 0..<50 {
            let records = (0..<200)
                .map { (number: Int) -> PackRecord in
                    let isLike = number % 3 == 0
                    return PackRecord(
                        id: BlobID(first: generator.next(), second: generator.next(), third: generator.next()),
                        type: .structure,
                        codec: isLike ? .zstdWithPage : .stored,
                        context: 0,
                        dictionary: 0,
                        ordinal: UInt64(number),
                        sealedLength: 100,
                        rawLength: 100,
                        page: isLike ? BlobID.zero : nil
                    )
                }
            ids += records.map(\.id)
            segment.append([UInt8](repeating: UInt8(pack), count: 32), records)
        }
        let bytes = try segment.encoded(domain) { [UInt8](repeating: 9, count: $0) }
        let read = try IndexSegment(decoding: bytes, id, domain)
        #expect(read.packs == segment.packs && read.entries == segment.entries)
        let inFile = read.entries.mapped(in: MappedFile.folder, atLeast: 1)
        #expect(inFile == read.entries && inFile.isMapped && !read.entries.isMapped)
        for entries in [read.entries, inFile] {
            for (number, blob) in ids.enumerated() {
                let place = IndexEntries.Place(pack: number / 200, standsAlone: number % 200 % 3 != 0)
                #expect(entries.places(of: blob) == [place])
            }
            for _ in 0..<1000 {
                let other = BlobID(first: generator.next(), second: generator.next(), third: 0)
                #expect(entries.places(of: other).isEmpty)
            }
            for first in [UInt64.min, .max] {
                #expect(entries.places(of: BlobID(first: first, second: 0, third: 0)).isEmpty)
            }
            #expect(entries.merged(with: inFile).count == 2 * ids.count)
        }
        let foreign = try IndexSegment(decoding: Array(bytes[..<(74 + 50 * 32)]), id, nil)
        #expect(foreign.packs == segment.packs && foreign.entries.count == 0)
    }

    @Test func `entries stay in memory when they are few, or where no file can be made`() {
        var entries = IndexEntries()
        for number in 0..<100 {
            entries.append(BlobID(first: UInt64(number), second: 0, third: 0), pack: 0, standsAlone: true)
        }
        for folder in ["/none", "/dev/null"] {
            let same = entries.mapped(in: folder, atLeast: 100)
            #expect(same == entries && !same.isMapped)
        }
        #expect(!entries.mapped(in: MappedFile.folder, atLeast: 101).isMapped)
    }

    @Test func `larger segments are written anew more rarely`() {
        func plan(_ live: [Int], _ uncovered: Int) -> [Int] {
            IndexPlan(
                live.map { IndexPlan.Segment(entries: $0 * 10, packs: $0, live: $0) },
                uncovered: uncovered,
                IndexRules(packsOfMaintainer: 16, packsOfWriter: 64, fullSegment: 10_000)
            )
            .replaced
        }
        #expect(plan([16], 15) == [])
        #expect(plan([16], 16) == [0])
        #expect(plan([200, 16], 16) == [1])
        #expect(plan([60, 16], 16) == [1, 0])
        #expect(plan([1000], 400) == [], "it is full")
        let wasteful = IndexPlan.Segment(entries: 20_000, packs: 1000, live: 700)
        #expect(IndexPlan([wasteful], uncovered: 0, IndexRules()).replaced == [0])
        #expect(!IndexPlan([], uncovered: 3, IndexRules()).isWorthwhile)
        // As a repository grows, so do the segments, and their number stays small.
        var segments: [Int] = []
        for _ in 0..<500 {
            let replaced = plan(segments, 16)
            let sum = replaced.reduce(16) { $0 + segments[$1] }
            segments = segments.enumerated().filter { !replaced.contains($0.offset) }.map(\.element) + [sum]
        }
        #expect(segments.count <= 20, "\(segments)")
    }

    @Test func `of a pack whose trailer cannot be read proves nothing to a check`() throws {
        let store = MemoryStore()
        _ = try Fixture.repository(store)
        var objects = Fixture.objects(4)
        objects[3].content = Fixture.bytes(300_000, seed: 3)
        var rules = IndexRules()
        rules.packsOfWriter = 1
        let snapshot = try Fixture.backup(try Self.open(store, rules), objects).snapshot
        let other = try Fixture.backup(try Self.open(store, rules, seed: 4), Fixture.objects(3), at: 5, reuses: false)
            .snapshot
        _ = try Self.open(store).collect(Self.merging)
        var first = IndexRules()
        first.packsOfMaintainer = 1
        _ = try Self.open(store, first, seed: 5).collect(Self.merging)
        #expect(!(try store.list(IndexSegment.prefix).isEmpty))
        // The pack of chunks, in which no page is: a tree is read without it.
        let opened = try Self.open(store)
        let reader = try opened.reader(snapshot)
        let entry = try #require(try reader.entries().first { $0.hasContent })
        let chunk = try #require(try reader.tree.chunkList(entry.id).content.chunks.first).id
        let pack = try #require(try opened.blobs.packName(of: chunk))
        let whole = try #require(store.contents[pack])
        for position in [5, 40, whole.count - 60, whole.count - 200] {
            var bytes = whole
            for offset in 0..<9 { bytes[position + offset] ^= 0x55 }
            store.replace(pack, bytes)
            for level in [CheckLevel.structure, .storage, .data] {
                let report = try Self.open(store).check(level)
                #expect(report.problems.contains { $0.path == pack } || level == .structure)
                let named = Set(report.problems.flatMap(\.snapshots))
                // Of header and footer, a check of the structure reads what it needs alone.
                #expect(
                    named == [snapshot.id] || level == .structure && report.ok,
                    "\(position) \(level): \(report.problems)"
                )
                #expect(!report.proved.contains(snapshot.id))
                #expect(level < .data || report.proved == [other.id])
            }
        }
    }
}
