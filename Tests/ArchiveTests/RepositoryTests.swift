import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `Backing up and reading back` {
    @Test func `what was backed up is read back byte for byte`() throws {
        let store = MemoryStore()
        let objects = Fixture.objects(500)
        let result = try Fixture.backup(try Fixture.repository(store), objects)
        #expect(result.objects == 500)
        #expect(result.objectsChanged == 500)
        let repository = try Fixture.open(store)
        let snapshot = try repository.snapshot("latest")
        #expect(snapshot.id == result.snapshot.id)
        #expect(snapshot.clusterName == "production")
        #expect(snapshot.policy == "nightly")
        #expect(try Fixture.contents(repository, snapshot) == Fixture.expected(objects))
        let reader = try repository.reader(snapshot)
        #expect(try reader.resources().map(\.description) == ["configmaps", "namespaces", "deployments.apps"])
        #expect(try reader.entries(.deployments, namespace: "team-1").allSatisfy { $0.namespace == "team-1" })
        #expect(reader.details.freshnessNonce == "n-0")
        // C50
        #expect(reader.details.cluster.version.hasPrefix("v1."))
        #expect(reader.details.counts["configmaps"] == objects.count { $0.resource == .configMaps })
        try Fixture.expectIntact(store)
    }

    @Test func `an unchanged backup writes a manifest and nothing else`() throws {
        let store = MemoryStore()
        let objects = Fixture.objects(300)
        try Fixture.backup(try Fixture.repository(store), objects)
        let packs = try store.list("p/")
        for reuses in [true, false] {
            let result = try Fixture.backup(try Fixture.open(store), objects, at: reuses ? 60 : 120, reuses: reuses)
            #expect(result.objectsChanged == 0)
            #expect(result.objectsRemoved == 0)
            #expect(result.bytesAdded < 4000)
        }
        #expect(try store.list("p/") == packs)
        #expect(try Fixture.open(store).snapshots().map(\.sequence) == [3, 2, 1])
        try Fixture.expectIntact(store)
    }

    @Test func `an object that was written to is not reused, another one is`() throws {
        let store = MemoryStore()
        var objects = Fixture.objects(40)
        let repository = try Fixture.repository(store)
        try Fixture.backup(repository, objects)
        let writer = try repository.beginSnapshot(SnapshotRequest(cluster: Fixture.cluster))
        let object = objects[5]
        func reuse(uid: String, version: String, resource: StoredResource = object.resource) throws -> Bool {
            try writer.reuse(
                resource,
                namespace: object.namespace,
                name: object.name,
                uid: uid,
                resourceVersion: version
            )
        }
        #expect(try reuse(uid: object.uid, version: object.resourceVersion))
        #expect(try !reuse(uid: object.uid, version: "999"))
        #expect(try !reuse(uid: "another", version: object.resourceVersion))
        #expect(writer.parentCount(object.resource) == objects.count { $0.resource == object.resource })
        writer.abandon()
        objects[5].version = 1000
        objects[5].text = "changed"
        objects.remove(at: 6)
        let result = try Fixture.backup(repository, objects, at: 1)
        #expect(result.objectsChanged == 1)
        #expect(result.objectsRemoved == 1)
        #expect(try Fixture.contents(repository, result.snapshot) == Fixture.expected(objects))
        try Fixture.expectIntact(store)
    }

    @Test func `the same object twice is kept once, the last one`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        var object = Fixture.objects(2)[1]
        let writer = try repository.beginSnapshot(SnapshotRequest(cluster: Fixture.cluster))
        try Fixture.add(object, to: writer)
        object.text = "later"
        object.version += 1
        try Fixture.add(object, to: writer)
        let result = try writer.commit(SnapshotSummary(takenAt: Timestamp(secondsSince1970: 1_800_000_000)))
        #expect(result.objects == 1)
        #expect(try Fixture.contents(repository, result.snapshot) == Fixture.expected([object]))
        try Fixture.expectIntact(store)
    }

    @Test func `a snapshot of which no reader would take the manifest is not stored`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        let first = try Fixture.backup(repository, Fixture.objects(4)).snapshot
        let writer = try repository.beginSnapshot(SnapshotRequest(cluster: Fixture.cluster, policy: "nightly"))
        for object in Fixture.objects(5) { try Fixture.add(object, to: writer) }
        let reason = String(repeating: "a", count: 9 << 20)
        let summary = SnapshotSummary(
            takenAt: Timestamp(secondsSince1970: 1_800_000_060),
            incomplete: ["b", "c"].map { LeftOutResource(resource: $0, namespace: nil, reason: reason) }
        )
        let error = #expect(throws: LifeboatError.self) { try writer.commit(summary) }
        #expect(error?.code == .repositoryUnsupported && error?.message.contains("16 MiB") == true)
        #expect(try Fixture.open(store).snapshots() == [first])
        try Fixture.expectIntact(store)
    }

    @Test func `an empty snapshot is a snapshot`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        let result = try Fixture.backup(repository, [])
        #expect(result.objects == 0)
        #expect(try Fixture.contents(repository, result.snapshot).isEmpty)
        try Fixture.expectIntact(store)
    }

    @Test func `a snapshot is found by the beginning of its id and by time`() throws {
        let repository = try Fixture.repository()
        let first = try Fixture.backup(repository, Fixture.objects(3), at: 0).snapshot
        let second = try Fixture.backup(repository, Fixture.objects(4), at: 100).snapshot
        #expect(try repository.snapshot("latest") == second)
        #expect(try repository.snapshot("latest", at: first.takenAt.adding(seconds: 50)) == first)
        #expect(try repository.snapshot(String(first.id.prefix(12))) == first)
        #expect(throws: LifeboatError.self) { try repository.snapshot("zz") }
        #expect(throws: LifeboatError.self) { try repository.snapshot("") }
    }

    @Test func `wrong passphrase and missing repository have codes of their own`() throws {
        let store = MemoryStore()
        _ = try Fixture.repository(store)
        func code(_ body: () throws -> Void) -> ErrorCode? {
            do { try body() } catch { return (error as? LifeboatError)?.code }
            return nil
        }
        #expect(code { _ = try Fixture.open(store, .passphrase(Array("wrong".utf8))) } == .repositoryWrongKey)
        #expect(code { _ = try Fixture.open(MemoryStore()) } == .repositoryNotFound)
        #expect(code { _ = try Fixture.repository(store) } == .repositoryExists)
        #expect(code { _ = try Fixture.open(store).snapshot("latest") } == .snapshotNotFound)
    }

    @Test func `statistics count what is stored and what it stands for`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        let objects = Fixture.objects(200)
        for moment in 0..<3 { try Fixture.backup(repository, objects, at: Int64(moment)) }
        let statistics = try repository.statistics()
        #expect(statistics.snapshots == 3)
        #expect(statistics.logicalBytes == 3 * objects.reduce(0) { $0 + $1.json.utf8.count })
        #expect(statistics.repositoryBytes == store.contents.values.reduce(0) { $0 + $1.count })
        #expect(statistics.dedupRatio > 1)
        try Fixture.expectIntact(store)
    }
}
