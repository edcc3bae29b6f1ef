import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `The tree of a snapshot` {
    /// A generator of numbers for shuffling, the same in every run.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    /// Objects in a few large groups, so that the tree has several heights.
    private func many(_ count: Int) -> [SampleObject] {
        (0..<count)
            .map { index in
                SampleObject(
                    resource: index % 10 == 0 ? .deployments : .configMaps,
                    namespace: index % 7 == 0 ? "b" : "a",
                    name: "object-\(index)",
                    version: 1
                )
            }
    }

    /// Takes a snapshot in a repository whose keys are those of `store`.
    private func root(_ store: MemoryStore, _ objects: [SampleObject]) throws -> BlobID {
        // A copy has the same keys and none of the other's snapshots.
        let copy = MemoryStore(store.contents)
        let result = try Fixture.backup(try Fixture.open(copy), objects)
        try Fixture.expectIntact(copy)
        return result.snapshot.root
    }

    @Test(arguments: [1, 5, 64, 900]) func `equal content has an equal root in whatever order it came`(count: Int)
        throws
    {
        let store = MemoryStore()
        _ = try Fixture.repository(store)
        let objects = many(count)
        let first = try root(store, objects)
        for seed in 1...3 {
            var generator = Generator(state: UInt64(seed))
            #expect(try root(store, objects.shuffled(using: &generator)) == first)
        }
        var changed = objects
        changed[count / 2].text = "another"
        #expect(try root(store, changed) != first)
    }

    @Test func `names that differ in their bytes alone are two, also where they are canonically equal`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        let names = ["caf\u{E9}", "cafe\u{301}"]
        func objects(_ texts: [String]) -> [SampleObject] {
            zip(names, texts).map {
                SampleObject(resource: .configMaps, namespace: "a", name: $0, version: 1, text: $1)
            }
        }
        let first = try Fixture.backup(repository, objects(["one", "two"])).snapshot
        let second = try Fixture.backup(repository, objects(["one", "changed"]), at: 60, reuses: false).snapshot
        let third = try Fixture.backup(repository, Array(objects(["one", "changed"]).suffix(1)), at: 120).snapshot
        let changed = try repository.difference(first, second)
        #expect(changed.changed.map { Array($0.name.utf8) } == [Array(names[1].utf8)])
        #expect(changed.added.isEmpty && changed.removed.isEmpty)
        let removed = try repository.difference(second, third)
        #expect(removed.removed.map { Array($0.name.utf8) } == [Array(names[0].utf8)])
        #expect(removed.added.isEmpty && removed.changed.isEmpty)
    }

    @Test func `an incremental snapshot has the root of a full one`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        let keys = MemoryStore(store.contents)
        var generator = Generator(state: 7)
        var objects = many(700)
        try Fixture.backup(repository, objects)
        for round in 1...6 {
            for index in objects.indices where Int.random(in: 0..<40, using: &generator) == 0 {
                objects[index].version += 1000
                objects[index].text = "round \(round)"
            }
            objects.removeAll { _ in Int.random(in: 0..<50, using: &generator) == 0 }
            objects += (0..<20).map { index in
                SampleObject(resource: .configMaps, namespace: "a", name: "new-\(round)-\(index)", version: 1)
            }
            objects.shuffle(using: &generator)
            let result = try Fixture.backup(repository, objects, at: Int64(round))
            #expect(try result.snapshot.root == root(keys, objects))
            #expect(try Fixture.contents(repository, result.snapshot) == Fixture.expected(objects))
        }
        try Fixture.expectIntact(store)
    }

    @Test func `the difference of two snapshots is the difference of their sets`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        var generator = Generator(state: 11)
        let old = many(600)
        var new = old
        for index in new.indices where Int.random(in: 0..<30, using: &generator) == 0 {
            new[index].version += 1000
            new[index].text = "changed"
        }
        // A write that changes nothing is no difference.
        new[3].version += 5000
        let removed = Set(new.indices.shuffled(using: &generator).prefix(25).map { new[$0].key })
        new.removeAll { removed.contains($0.key) }
        new += (0..<30).map { SampleObject(resource: .namespaces, namespace: "", name: "added-\($0)", version: 1) }
        let first = try Fixture.backup(repository, old, at: 0).snapshot
        let second = try Fixture.backup(repository, new, at: 1).snapshot
        func keys(_ entries: [SnapshotEntry]) -> Set<String> {
            Set(entries.map { "\($0.resource)/\($0.namespace)/\($0.name)" })
        }
        let (before, after) = (Fixture.expected(old), Fixture.expected(new))
        let difference = try Fixture.open(store).difference(first, second)
        #expect(keys(difference.added) == Set(after.keys).subtracting(before.keys))
        #expect(keys(difference.removed) == Set(before.keys).subtracting(after.keys))
        #expect(keys(difference.changed) == Set(after.keys.filter { before[$0] != nil && before[$0] != after[$0] }))
        #expect(difference.changed.map(\.name) == difference.changedFrom.map(\.name))
        let backwards = try repository.difference(second, first)
        #expect(keys(backwards.added) == keys(difference.removed))
        #expect(try repository.difference(first, first).isEmpty)
        try Fixture.expectIntact(store)
    }

    @Test func `a change of the status alone leaves the specification tag`() throws {
        let repository = try Fixture.repository()
        var object = SampleObject(resource: .deployments, namespace: "a", name: "web", version: 1)
        func entry() throws -> SnapshotEntry {
            let snapshot = try Fixture.backup(repository, [object], at: Int64(object.version)).snapshot
            return try #require(try repository.reader(snapshot).entries().first)
        }
        let first = try entry()
        object.version = 2
        let second = try entry()
        #expect(second.id != first.id)
        #expect(second.specificationTag == first.specificationTag)
        object.version = 3
        object.text = "another"
        #expect(try entry().specificationTag != first.specificationTag)
    }

    @Test func `a small change of a large snapshot writes few pages`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        var objects = many(3000)
        try Fixture.backup(repository, objects)
        objects[17].version += 1
        objects[17].text = "changed"
        let result = try Fixture.backup(repository, objects, at: 1)
        #expect(result.objectsChanged == 1)
        #expect(result.bytesAdded < 24_000)
        try Fixture.expectIntact(store)
    }

    @Test func `pages end where tags say and have at least four and at most 64 objects`() {
        var count = 0
        var sizes: [Int] = []
        var generator = Generator(state: 5)
        for _ in 0..<20_000 {
            count += 1
            if PageScope.objects.endsPage(tag: generator.next(), count: count, height: 0) {
                sizes.append(count)
                count = 0
            }
        }
        #expect(sizes.allSatisfy { (4...64).contains($0) })
        #expect((14...24).contains(20_000 / sizes.count))
        #expect(PageScope.objects.endsPage(tag: 1, count: 64, height: 0))
        #expect(!PageScope.objects.endsPage(tag: 0, count: 3, height: 0))
    }
}
