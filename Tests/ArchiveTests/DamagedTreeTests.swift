import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `What is left of a damaged snapshot` {
    @Test func `is all but what the damaged blob held, whichever it is`() async throws {
        let collected = try CollectedRepository()
        var objects = Fixture.objects(120)
        objects[4].content = Fixture.environment(seed: 3).random(5_000)
        let snapshot = try collected.backup(objects)
        let expected = Fixture.expected(objects)
        var places: [(id: BlobID, type: UInt8, offset: Int, pack: String)] = []
        let intact = try collected.open()
        _ = try intact.blobs.loadAll()
        intact.blobs.forEachLocation { location, pack in
            places.append((location.id, location.kinds >> 4, Int(location.offset), pack))
        }
        var kinds: [UInt8: Int] = [:]
        for place in places {
            await Task.yield()
            let original = try #require(try collected.store.get(place.pack))
            var bytes = original
            bytes[place.offset] ^= 1
            collected.store.replace(place.pack, bytes)
            defer { collected.store.replace(place.pack, original) }
            let repository = try collected.open()
            kinds[place.type, default: 0] += 1
            guard place.id != snapshot.root else {
                #expect(throws: LifeboatError.self) {
                    try repository.reader(snapshot).readableEntries(opensDocuments: true)
                }
                continue
            }
            let reader = try repository.reader(snapshot)
            let (entries, lost) = try reader.readableEntries(opensDocuments: true)
            #expect(entries.count + lost.reduce(0) { $0 + $1.objects } == objects.count, "\(place)")
            // A lost chunk is found when the contents are read, and a page of names is made from its objects.
            let names = BlobType.names.rawValue
            #expect(
                lost.isEmpty == (place.type == BlobType.chunk.rawValue || place.type == names && entries.count == 120)
            )
            for entry in entries {
                let text = String(decoding: try reader.bytes(entry), as: UTF8.self)
                #expect(expected["\(entry.resource)/\(entry.namespace)/\(entry.name)"]?.hasPrefix(text) == true)
            }
            for part in lost { #expect(part.error.code == .repositoryDamaged && !part.description.isEmpty) }
        }
        print("blobs damaged singly:", kinds.sorted { $0.key < $1.key }.map { "\($0.value) of type \($0.key)" })
        #expect(Set(kinds.keys).isSuperset(of: [1, 2, 3, 5, 6]))
    }

    @Test func `is not reckoned from a page that counts more objects than there can be`() throws {
        var bytes: [UInt8] = []
        StructurePage.header(
            scope: .resources,
            height: 0,
            count: 1,
            resourceTag: 0,
            namespaceTag: 0,
            names: .zero,
            into: &bytes
        )
        ChildRecord(tag: 1, id: .zero, objects: .max).append(to: &bytes)
        #expect(throws: MalformedBytes.self) { try StructurePage(decoding: bytes) }
        bytes[bytes.count - 1] = 0
        bytes[bytes.count - 2] = 0
        bytes[bytes.count - 3] = 0
        #expect(try StructurePage(decoding: bytes).children.first?.objects == (1 << 40) - 1)
    }

    @Test func `is nothing new where nothing is damaged`() throws {
        let collected = try CollectedRepository()
        let snapshot = try collected.backup(Fixture.objects(300))
        let reader = try collected.open().reader(snapshot)
        let (entries, lost) = try reader.readableEntries(opensDocuments: true)
        #expect(lost.isEmpty)
        #expect(entries.map(\.identity) == (try reader.entries().map(\.identity)))
        let (some, _) = try reader.readableEntries(.configMaps, opensDocuments: false)
        #expect(some.map(\.identity) == (try reader.entries(.configMaps).map(\.identity)))
    }
}
