import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

/// Numbered statements of docs/correctness.md about the archive.
@Suite struct `Statements about the archive` {
    @Test func `C48: an object of three megabytes is read back as it was`() throws {
        let store = MemoryStore()
        var objects = Fixture.objects(3)
        objects[1].text = String(repeating: "0123456789abcdef", count: 3 << 16)
        try Fixture.backup(try Fixture.repository(store), objects)
        let repository = try Fixture.open(store)
        let snapshot = try repository.snapshot("latest")
        #expect(try Fixture.contents(repository, snapshot) == Fixture.expected(objects))
        try Fixture.expectIntact(store)
    }

    @Test func `C136: clocks that stand still or go back lose no snapshot`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        let states = [Fixture.objects(20), Fixture.objects(25), Fixture.objects(30)]
        for (state, seconds) in zip(states, [0, 0, -3600]) {
            try Fixture.backup(repository, state, at: Int64(seconds))
        }
        let opened = try Fixture.open(store)
        let snapshots = try opened.snapshots()
        #expect(Set(snapshots.map(\.sequence)) == [1, 2, 3])
        for (number, state) in states.enumerated() {
            let snapshot = try #require(snapshots.first { $0.sequence == UInt64(number + 1) })
            #expect(try Fixture.contents(opened, snapshot) == Fixture.expected(state))
        }
        try Fixture.expectIntact(store)
    }

    @Test func `C135: two clusters share a repository and keep apart`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        let first = Fixture.objects(20)
        try Fixture.backup(repository, first)
        let other = ClusterDescription(uid: "c2", name: "staging", version: "v1.31.0", server: "https://c2")
        let second = Fixture.objects(5)
        let writer = try repository.beginSnapshot(SnapshotRequest(cluster: other, policy: "nightly"))
        #expect(writer.parentSnapshot == nil)
        for object in second { try Fixture.add(object, to: writer) }
        _ = try writer.commit(SnapshotSummary(takenAt: Timestamp(secondsSince1970: 1_800_000_100)))
        // The next snapshot of the first cluster is compared with its own last one.
        let again = try Fixture.backup(repository, first, at: 200)
        #expect(again.objectsChanged == 0 && again.objectsRemoved == 0)
        let opened = try Fixture.open(store)
        for snapshot in try opened.snapshots() {
            let expected = snapshot.clusterName == "staging" ? second : first
            #expect(try Fixture.contents(opened, snapshot) == Fixture.expected(expected))
        }
        try Fixture.expectIntact(store)
    }

    @Test func `C139: neither values nor names nor the cluster are readable in the store`() throws {
        let store = MemoryStore()
        let secrets = ["7f3a9c55e1d24b68", "b1946ac92492d234", "3e23e8160039594a"]
        var objects = Fixture.objects(12)
        objects[1].text = secrets[0]
        objects[2].name = secrets[1]
        objects[3].namespace = secrets[2]
        try Fixture.backup(try Fixture.repository(store), objects)
        for word in secrets + ["production", "nightly"] {
            for object in try store.list("") {
                let bytes = try #require(try store.get(object.name))
                #expect(!Self.contains(bytes, Array(word.utf8)), "\(object.name) holds \(word)")
                #expect(!object.name.contains(word))
            }
        }
        try Fixture.expectIntact(store)
    }

    @Test func `C133: a backup neither changes nor deletes what is stored`() throws {
        let store = RecordingStore()
        let repository = try Fixture.repository(store)
        try Fixture.backup(repository, Fixture.objects(30))
        for (count, seconds) in [(30, 60), (12, 120), (40, 180)] {
            let before = store.base.contents
            try Fixture.backup(try Fixture.open(store), Fixture.objects(count), at: Int64(seconds))
            let after = store.base.contents
            #expect(before.allSatisfy { after[$0.key] == $0.value } && after.count > before.count)
        }
        // What a lock of the bucket would refuse is not even tried.
        #expect(store.touched == [])
        try Fixture.expectIntact(store.base)
    }

    private static func contains(_ bytes: [UInt8], _ word: [UInt8]) -> Bool {
        guard bytes.count >= word.count else { return false }
        return (0...(bytes.count - word.count)).contains { start in
            bytes[start] == word[0] && bytes[start..<(start + word.count)].elementsEqual(word)
        }
    }
}

/// A store that keeps in mind what was deleted, and what was stored under a name that is taken.
private final class RecordingStore: ObjectStore {
    let base = MemoryStore()
    let location = "a store that is watched"
    private let names = Mutex<[String]>([])

    var touched: [String] { names.withLock { $0 } }

    func put(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool {
        let isNew = try base.put(name, bytes)
        if !isNew { names.withLock { $0.append(name) } }
        return isNew
    }

    func delete(_ name: String) throws(LifeboatError) {
        names.withLock { $0.append(name) }
        try base.delete(name)
    }

    func get(_ name: String, range: Range<Int>?) throws(LifeboatError) -> [UInt8]? { try base.get(name, range: range) }
    func list(_ prefix: String) throws(LifeboatError) -> [StoredObject] { try base.list(prefix) }
    func size(_ name: String) throws(LifeboatError) -> Int? { try base.size(name) }
}
