import KubernetesObjects
import Testing

@testable import Archive

/// Objects with contents: what writers, readers, maintainers and collections make of chunk lists.
@Suite struct `Contents of files` {
    private static func file(_ name: String, _ content: [UInt8], version: Int = 1) -> SampleObject {
        var object = SampleObject(resource: .configMaps, namespace: "data", name: name, version: version)
        object.content = content
        return object
    }

    /// Small ones, one of several chunks, and one of zeros.
    private static let files =
        (0..<6).map { file("small-\($0)", Fixture.bytes(1000 + $0, seed: UInt64($0))) } + [
            file("large", Fixture.bytes(5_000_000, seed: 20)), file("zeros", [UInt8](repeating: 0, count: 9_000_000)),
            file("empty", []),
        ]

    private static var mixed: [SampleObject] { files + Fixture.objects(30) }

    private func code(_ body: () throws -> Void) -> ErrorCode? {
        do { try body() } catch { return (error as? LifeboatError)?.code }
        return nil
    }

    private func packs(_ store: MemoryStore, of packClass: PackClass) throws -> [String] {
        try store.list("p/").map(\.name)
            .filter { name in
                let bytes = try #require(try store.get(name))
                return try PackHeader.decode(Array(bytes[..<PackHeader.length(bytes)])).packClass == packClass
            }
    }

    @Test func `come back as they were, beside objects without contents`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        let result = try Fixture.backup(repository, Self.mixed)
        let reader = try Fixture.open(store).reader(result.snapshot)
        for entry in try reader.entries() where !entry.hasContent {
            #expect(try reader.content(entry) == nil)
            #expect(!entry.name.hasPrefix("small") && entry.name != "large")
        }
        let large = try #require(try reader.entries().first { $0.name == "large" })
        #expect(large.rawLength == 5_000_000)
        #expect(String(decoding: try reader.bytes(large), as: UTF8.self) == Self.files[6].json)
        #expect(try Fixture.content(of: large, reader) == Self.files[6].content)
        #expect(try packs(store, of: .bulk).count == 1)
        #expect(try packs(store, of: .small).count == 1)
        let zeros = try #require(try reader.entries().first { $0.name == "zeros" })
        let chunks = try #require(try reader.content(zeros)).chunks
        #expect(Set(chunks).count == 2)
        #expect(try Fixture.open(store).statistics().logicalBytes > 14_000_000)
        try Fixture.expectIntact(store)
    }

    @Test func `are stored once, and a change stores the chunks around it`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        try Fixture.backup(repository, Self.files)
        let again = try Fixture.backup(repository, Self.files, at: 10, reuses: false)
        #expect(again.objectsChanged == 0)
        #expect(again.bytesAdded < 2000)
        var changed = Self.files
        changed[6].content?[4_000_000] ^= 1
        changed[6].version += 1
        let result = try Fixture.backup(repository, changed, at: 20)
        #expect(result.objectsChanged == 1)
        #expect(result.bytesAdded < 3_000_000)
        #expect(try Fixture.contents(repository, result.snapshot).count == changed.count)
        try Fixture.expectIntact(store)
    }

    @Test func `make a manifest that older programs refuse, as long as a snapshot has some`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        func extensions(_ result: CommitResult) throws -> [SnapshotManifest.Extension] {
            try SnapshotManifest.decode(try #require(try store.get(result.snapshot.name))).manifest.extensions
        }
        #expect(try extensions(try Fixture.backup(repository, Fixture.objects(9))) == [])
        #expect(try extensions(try Fixture.backup(repository, Self.mixed, at: 10)) == [.chunkLists])
        // Carried over from the parent, nothing is written anew.
        #expect(try extensions(try Fixture.backup(repository, Self.mixed, at: 20)) == [.chunkLists])
        #expect(try extensions(try Fixture.backup(repository, Fixture.objects(9), at: 30)) == [])
        #expect(SnapshotManifest.Extension.chunkLists.isCritical)
        try Fixture.expectIntact(store)
    }

    @Test func `are followed by writers and maintainers without a key that reads them`() throws {
        let store = MemoryStore()
        let root = try Fixture.repository(store)
        try Fixture.backup(root, Self.files)
        let writer = try Fixture.open(store, .identity(try root.exportIdentity(.writer)))
        let snapshot = try Fixture.backup(writer, Self.files, at: 10).snapshot
        let tree = StructureTree(blobs: writer.blobs, root: snapshot.root)
        var chunks: [ChunkReference] = []
        try tree.forEachObjectPage(tree.root) { (_, page) throws(LifeboatError) in
            for position in 0..<page.count where page.object(position).hasContent {
                chunks += try tree.chunkList(page.object(position).id).content.chunks
            }
        }
        #expect(chunks.count > 8)
        for chunk in chunks {
            #expect(code { _ = try writer.blobs.read(chunk.id, .chunk) } == .repositoryKeyMissing)
        }
        let maintainer = try Fixture.open(store, .identity(try root.exportIdentity(.maintainer)))
        #expect(try maintainer.check(.storage).ok)
        try Fixture.expectIntact(store)
    }

    @Test func `that are lost are named by a check and stored again by the next backup`() throws {
        for packClass in [PackClass.bulk, .small] {
            let store = MemoryStore()
            let snapshot = try Fixture.backup(try Fixture.repository(store), Self.files).snapshot
            let pack = try #require(try packs(store, of: packClass).first)
            store.replace(pack, nil)
            let report = try Fixture.open(store).check(.structure)
            #expect(!report.ok)
            #expect(report.problems.allSatisfy { $0.snapshots == [snapshot.id] }, "\(report.problems)")
            if packClass == .bulk {
                #expect(report.problems.contains { $0.objects == ["configmaps data/large"] })
            }
            // The files are unchanged; that what the parent has of them is lost makes them changed.
            let writer = try Fixture.open(store, .identity(try Fixture.open(store).exportIdentity(.writer)))
            let healed = try Fixture.backup(writer, Self.files, at: 10)
            let opened = try Fixture.open(store)
            #expect(try Fixture.contents(opened, healed.snapshot) == Fixture.expectedFiles(Self.files))
            // Only the old manifest still says that the pack should be there.
            try opened.forget([snapshot])
            try Fixture.expectIntact(store)
        }
    }

    @Test func `of a block device are cut every mebibyte, however large it is said to be`() throws {
        let store = MemoryStore()
        let writer = try Fixture.repository(store).beginSnapshot(SnapshotRequest(cluster: Fixture.cluster))
        let bytes = Fixture.bytes(3_500_000, seed: 5)
        for expected in [Int.max, 0, -1, 3_500_000] {
            var rest = bytes[...]
            // As a pipe does it: not all that is asked for.
            let content = try writer.store(cuts: .aligned, expecting: expected) { memory in
                let part = rest.prefix(min(memory.count, 100_000))
                memory.copyBytes(from: part)
                rest = rest.dropFirst(part.count)
                return part.count
            }
            #expect(content.size == bytes.count)
            #expect(content.chunks.map(\.length) == [1 << 20, 1 << 20, 1 << 20, 354_272])
        }
        writer.abandon()
        try Fixture.expectIntact(store)
    }

    @Test func `that are damaged are never read as data`() throws {
        let store = MemoryStore()
        let snapshot = try Fixture.backup(try Fixture.repository(store), Self.files).snapshot
        let pack = try #require(try packs(store, of: .bulk).first)
        var bytes = try #require(try store.get(pack))
        bytes[bytes.count / 2] ^= 1
        store.replace(pack, bytes)
        let opened = try Fixture.open(store)
        let report = try opened.check(.data)
        #expect(report.problems.contains { $0.objects == ["configmaps data/large"] }, "\(report.problems)")
        let reader = try opened.reader(snapshot)
        let large = try #require(try reader.entries().first { $0.name == "large" })
        #expect(throws: LifeboatError.self) { try Fixture.content(of: large, reader) }
    }

    @Test func `stay while a snapshot needs them, and their space is given back after`() throws {
        let repository = try CollectedRepository()
        let first = try repository.backup(Self.mixed)
        var changed = Self.mixed
        changed[6].content = Fixture.bytes(3_000_000, seed: 77)
        changed[6].version += 1
        let second = try repository.backup(changed)
        let maintainer = RepositoryCredential.identity(try repository.open().exportIdentity(.maintainer))
        func collect() throws -> CollectionReport {
            try repository.open(nil, maintainer).collect(CollectedRepository.immediately)
        }
        #expect(try collect() == CollectionReport(snapshots: 2))
        try repository.open().forget([first])
        let before = try repository.size()
        #expect(try collect().blobsMissing == 0)
        #expect(try repository.size() < before - 4_000_000)
        #expect(
            try Fixture.contents(try repository.open(), second) == Fixture.expectedFiles(changed)
        )
        try Fixture.expectIntact(repository.store)
        let third = try repository.backup(Fixture.objects(30))
        try repository.open().forget([second])
        _ = try collect()
        // Packs that no manifest names could be of a running backup, and are spared for a day.
        repository.advance(hours: 25)
        _ = try collect()
        #expect(try packs(repository.store, of: .bulk).isEmpty)
        #expect(try repository.size() < 100_000)
        #expect(try Fixture.contents(try repository.open(), third).count == 30)
        try Fixture.expectIntact(repository.store)
    }

    @Test func `nothing is collected while a list of chunks is lost`() throws {
        let repository = try CollectedRepository()
        let snapshot = try repository.backup(Self.files)
        var others = Self.files
        for position in others.indices { others[position].version += 1 }
        others[6].content = Fixture.bytes(2_000_000, seed: 9)
        try repository.backup(others)
        // Everything of the packs is copied but the lists.
        let opened = try repository.open()
        let tree = StructureTree(blobs: opened.blobs, root: snapshot.root)
        var lists: Set<BlobID> = []
        try tree.forEachObjectPage(tree.root) { (_, page) throws(LifeboatError) in
            for position in 0..<page.count where page.object(position).hasContent {
                lists.insert(page.object(position).id)
            }
        }
        let domain = try opened.ring.domain(try #require(opened.ring.domains.first))
        #expect(!lists.isEmpty)
        for name in try packs(repository.store, of: .small) {
            let bytes = try #require(try repository.store.get(name))
            let key = try PackHeader.decode(Array(bytes[..<PackHeader.length(bytes)])).contexts[0].trailerKey(domain)
            let contents = try PackContents(bytes, trailerKey: key)
            var copy = PackCopy(opened.configuration.id, domain, random: opened.environment.random)
            copy.append(PackCopy.Selection(contents) { !lists.contains($0) })
            let opener = try opened.blobs.opener(copy.header, domain: domain.id)
            let finished = try copy.finish(opener)
            repository.store.replace(name, nil)
            _ = try repository.store.put(finished.name, finished.bytes)
        }
        let before = try repository.size()
        #expect(code { _ = try repository.collect() } == .repositoryDamaged)
        #expect(try repository.size() == before)
    }

    @Test func `a chunk that a collection is about to delete is stored again`() throws {
        let repository = try CollectedRepository()
        let first = try repository.backup(Self.files)
        try repository.backup(Fixture.objects(5))
        try repository.open().forget([first])
        var rules = CollectionRules()
        rules.graceSeconds = 3600 * 24
        #expect(try repository.collect(rules).packsCondemned > 0)
        let again = try repository.backup(Self.files)
        repository.advance(hours: 30)
        #expect(try repository.collect(rules).packsDeleted > 0)
        #expect(try Fixture.contents(try repository.open(), again) == Fixture.expectedFiles(Self.files))
        try Fixture.expectIntact(repository.store)
    }
}

extension Fixture {
    /// What `contents` has of files: one without contents is as an object.
    static func expectedFiles(_ objects: [SampleObject]) -> [String: String] {
        expected(
            objects.map { object in
                var object = object
                if object.content?.isEmpty == true { object.content = nil }
                return object
            }
        )
    }
}
