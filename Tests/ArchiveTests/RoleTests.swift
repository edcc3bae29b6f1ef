import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `Roles` {
    private func code(_ body: () throws -> Void) -> ErrorCode? {
        do { try body() } catch { return (error as? LifeboatError)?.code }
        return nil
    }

    @Test func `a writer takes incremental snapshots and cannot read one of them`() throws {
        let store = MemoryStore()
        let root = try Fixture.repository(store)
        let objects = Fixture.objects(60)
        try Fixture.backup(root, objects)
        let identity = try root.exportIdentity(.writer)
        let writer = try Fixture.open(store, .identity(identity))
        #expect(writer.roles == [.writer])
        var changed = objects
        changed[7].version += 1
        changed[7].text = "changed"
        let result = try Fixture.backup(writer, changed, at: 60)
        #expect(result.objectsChanged == 1)
        #expect(code { _ = try writer.reader(result.snapshot) } == .repositoryNotPermitted)
        #expect(try writer.snapshots().allSatisfy { $0.cluster == nil })
        #expect(code { _ = try writer.check(.data) } == .repositoryNotPermitted)
        // Not by the way around, either: no content of any pack opens, not even of its own.
        let tree = StructureTree(blobs: writer.blobs, root: result.snapshot.root)
        let names = try tree.page(result.snapshot.root).names
        #expect(code { _ = try writer.blobs.read(names, .names) } == .repositoryKeyMissing)
        var documents: [BlobID] = []
        try tree.forEachObjectPage(tree.root) { (_, page) throws(LifeboatError) in
            for position in 0..<page.count { documents.append(page.object(position).id) }
        }
        #expect(documents.count == objects.count)
        for document in documents {
            #expect(code { _ = try writer.blobs.read(document, .document) } == .repositoryKeyMissing)
        }
        #expect(try writer.check(.storage).ok)
        #expect(try Fixture.contents(root, result.snapshot) == Fixture.expected(changed))
        try Fixture.expectIntact(store)
    }

    @Test func `a reader reads and cannot write`() throws {
        let store = MemoryStore()
        let root = try Fixture.repository(store)
        let objects = Fixture.objects(20)
        let snapshot = try Fixture.backup(root, objects).snapshot
        let reader = try Fixture.open(store, .identity(try root.exportIdentity(.reader)))
        #expect(reader.roles == [.reader])
        #expect(try Fixture.contents(reader, snapshot) == Fixture.expected(objects))
        #expect(
            code { _ = try reader.beginSnapshot(SnapshotRequest(cluster: Fixture.cluster)) } == .repositoryNotPermitted
        )
        #expect(try reader.check(.data).ok)
    }

    @Test func `a maintainer checks structure and storage and cannot read contents`() throws {
        let store = MemoryStore()
        let root = try Fixture.repository(store)
        let snapshot = try Fixture.backup(root, Fixture.objects(20)).snapshot
        let maintainer = try Fixture.open(store, .identity(try root.exportIdentity(.maintainer)))
        #expect(try maintainer.check(.storage).ok)
        #expect(code { _ = try maintainer.check(.data) } == .repositoryNotPermitted)
        #expect(code { _ = try maintainer.reader(snapshot) } == .repositoryNotPermitted)
        #expect(try maintainer.statistics().snapshots == 1)
    }

    @Test func `two writers of one domain share what they store and have chains of their own`() throws {
        let store = MemoryStore()
        let root = try Fixture.repository(store)
        let objects = Fixture.objects(50)
        try Fixture.backup(root, objects)
        let packs = try store.list("p/").count
        let writer = try Fixture.open(store, .identity(try root.exportIdentity(.writer)))
        let result = try Fixture.backup(writer, objects, at: 5)
        #expect(result.snapshot.sequence == 1)
        #expect(result.objectsChanged == 0)
        #expect(try store.list("p/").count == packs)
        #expect(try root.snapshots().count == 2)
        try Fixture.expectIntact(store)
    }

    @Test func `what a writer of another domain stored is used by no one else`() throws {
        let store = MemoryStore()
        let root = try Fixture.repository(store)
        let objects = Fixture.objects(20)
        try Fixture.backup(root, objects)
        let other = try Fixture.open(store, .identity(try Fixture.open(store).addWriter(name: "other")))
        let own = try store.list("p/").map(\.name)
        let foreign = try Fixture.backup(other, objects, at: 5)
        #expect(foreign.objectsChanged == objects.count)
        #expect(try store.list("p/").count == own.count + 1, "no blob of the first domain was good for the second")
        // And the other way round: when the first loses its pack, equal objects of the other do not stand in for it.
        let lost = try #require(own.first)
        store.replace(lost, nil)
        let healed = try Fixture.backup(Fixture.open(store), objects, at: 10)
        #expect(healed.bytesAdded > 1000)
        #expect(try Fixture.contents(Fixture.open(store), healed.snapshot) == Fixture.expected(objects))
    }

    @Test func `a manifest signed by nobody we know is no snapshot`() throws {
        let (store, other) = (MemoryStore(), MemoryStore())
        let repository = try Fixture.repository(store)
        try Fixture.backup(repository, Fixture.objects(5))
        let foreign = try Repository.create(
            in: other,
            passphrase: Fixture.passphrase,
            environment: Fixture.environment(seed: 77)
        )
        try Fixture.backup(foreign, Fixture.objects(6), at: 99)
        for object in try other.list("s/") + other.list("p/") { store.replace(object.name, try other.get(object.name)) }
        let opened = try Fixture.open(store)
        #expect(try opened.snapshots().count == 1)
        let report = try opened.check(.structure)
        #expect(report.problems.contains { $0.path.hasPrefix("s/") })
    }

    @Test func `a revoked writer's later snapshots are no snapshots`() throws {
        let store = MemoryStore()
        let root = try Fixture.repository(store)
        let identity = try root.exportIdentity(.writer)
        let writer = try Fixture.open(store, .identity(identity))
        let objects = Fixture.objects(10)
        let first = try Fixture.backup(writer, objects).snapshot
        let before = store.contents.filter { !$0.key.hasPrefix("s/") }
        try Fixture.backup(writer, objects, at: 10)
        // An object with a number that no snapshot has.
        let name =
            "\(first.name.prefix { $0 != "-" }.dropLast(16))ffffffffffffffff-\(String(repeating: "0", count: 64))"
        store.replace(name, [1])
        #expect(try Fixture.open(store).lastSequences()[first.writer] == 2)
        store.replace(name, nil)
        try Fixture.open(store).revokeWriter(first.writer, lastSequence: 1)
        #expect(try Fixture.open(store).snapshots() == [first])
        // Who still has the file signs another snapshot with an old number.
        let elsewhere = MemoryStore(before)
        let forged = try Fixture.backup(try Fixture.open(elsewhere, .identity(identity)), Fixture.objects(3), at: 20)
            .snapshot
        #expect(forged.sequence == 1)
        for (name, bytes) in elsewhere.contents where store.contents[name] == nil { store.replace(name, bytes) }
        #expect(store.contents[forged.name] != nil)
        #expect(try Fixture.open(store).snapshots() == [first])
    }

    @Test func `a taken away manifest is missed`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        let snapshots = try (0..<3).map {
            try Fixture.backup(repository, Fixture.objects($0 + 1), at: Int64($0)).snapshot
        }
        store.replace(snapshots[1].name, nil)
        let report = try Fixture.open(store).check(.structure)
        #expect(report.problems.map(\.path) == [snapshots[2].name])
        #expect(report.problems.first?.snapshots == [snapshots[1].id])
    }
}
