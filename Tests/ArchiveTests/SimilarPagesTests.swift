import KubernetesObjects
import Testing

@testable import Archive

/// Pages of the tree that are stored by what they do not share with a page of the parent.
@Suite struct `Similar pages` {
    /// Many objects of one resource in one namespace, so that most of each page stays when one changes.
    private static func objects() -> [SampleObject] {
        (0..<400)
            .map { SampleObject(resource: .configMaps, namespace: "shop", name: "settings-\($0)", version: $0 + 1) }
    }

    private static func change(_ objects: inout [SampleObject], _ round: Int) {
        for index in objects.indices where index % 40 == round % 40 {
            objects[index].version += 1000
            objects[index].text = "round \(round)"
        }
    }

    /// The structure records of all packs.
    private static func records(_ store: MemoryStore) throws -> [PackRecord] {
        let repository = try Fixture.open(store)
        var records: [PackRecord] = []
        for object in try store.list("p/") {
            let bytes = try #require(try store.get(object.name))
            records += try #require(try PackExamination(bytes, object.name, repository).contents).records
        }
        return records.filter { $0.type == .structure }
    }

    @Test func `take a fraction of the space, depend on one page at most, and are the pages of a tree made anew`()
        throws
    {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        var objects = Self.objects()
        var last = try Fixture.backup(repository, objects).snapshot
        for round in 1...30 {
            Self.change(&objects, round)
            last = try Fixture.backup(try Fixture.open(store), objects, at: Int64(round)).snapshot
        }
        let records = try Self.records(store)
        let alone = Set(records.filter { $0.page == nil }.map(\.id))
        let similar = records.filter { $0.page != nil }
        #expect(similar.count > 200)
        #expect(similar.allSatisfy { alone.contains($0.page ?? .zero) && $0.codec == .zstdWithPage })
        let (stored, raw) = similar.reduce((0, 0)) { ($0.0 + $1.sealedLength, $0.1 + $1.rawLength) }
        #expect(stored * 3 < raw, "\(stored) of \(raw)")

        let anew = try Fixture.repository(MemoryStore())
        let copy = try Fixture.backup(anew, objects).snapshot
        let same = MemoryStore(store.contents)
        for (name, _) in same.contents where name.hasPrefix("s/") { same.replace(name, nil) }
        // In the same domain with no parent, every page is stored by itself, under the same ids.
        let fresh = try Fixture.backup(try Fixture.open(same), objects, reuses: false).snapshot
        #expect(fresh.root == last.root)
        #expect(copy.objects == last.objects)
        #expect(try Fixture.contents(try Fixture.open(store), last) == Fixture.expected(objects))
        try Fixture.expectIntact(store)
    }

    @Test func `keep the page that they are like when its snapshot is forgotten and its space reclaimed`() throws {
        let collected = try CollectedRepository()
        var objects = Self.objects()
        var snapshots = [try collected.backup(objects)]
        for round in 1...3 {
            Self.change(&objects, round)
            snapshots.append(try collected.backup(objects))
        }
        try collected.open().forget(Array(snapshots.dropLast()))
        #expect(try collected.collect().packsDeleted > 0)
        #expect(try Fixture.contents(try collected.open(), snapshots[3]) == Fixture.expected(objects))
        Self.change(&objects, 4)
        let next = try collected.backup(objects)
        #expect(try collected.open().check(.data).ok)
        #expect(try Fixture.contents(try collected.open(), next) == Fixture.expected(objects))
        #expect(try Self.records(collected.store).contains { $0.page != nil })
    }

    @Test func `are lost with the page that they are like, as a check says, and the next backup heals them`() throws {
        let collected = try CollectedRepository()
        var objects = Self.objects()
        let first = try collected.backup(objects)
        let pack = try #require(try collected.store.list("p/").first)
        Self.change(&objects, 1)
        let second = try collected.backup(objects)
        collected.store.replace(pack.name, nil)
        let problems = try collected.open().check(.structure).problems
        #expect(Set(problems.flatMap(\.snapshots)) == [first.id, second.id])
        #expect(problems.contains { $0.problem.contains("was compressed like page") })
        let healed = try collected.backup(objects)
        let repository = try collected.open()
        #expect(try Fixture.contents(repository, healed) == Fixture.expected(objects))
        #expect(try Fixture.contents(repository, second) == Fixture.expected(objects))
        #expect(try !repository.check(.data).problems.flatMap(\.snapshots).contains(second.id))
        try repository.forget([first])
        #expect(try collected.open().check(.data).ok)
    }

    @Test func `do not rely on a page that a collection may delete`() throws {
        let collected = try CollectedRepository()
        var objects = Self.objects()
        let first = try collected.backup(objects)
        Self.change(&objects, 1)
        try collected.backup(objects)
        try collected.open().forget([first])
        // With a grace, what the first had alone is condemned and still there.
        var rules = CollectionRules()
        rules.unusedPercent = 0
        try collected.collect(rules)
        for round in 2...4 {
            Self.change(&objects, round)
            try collected.backup(objects)
        }
        collected.advance(hours: 30)
        try collected.collect()
        #expect(try collected.open().check(.data).ok)
        let snapshots = try collected.open().snapshots()
        #expect(snapshots.count == 4)
        #expect(try Fixture.contents(try collected.open(), snapshots[0]) == Fixture.expected(objects))
    }
}
