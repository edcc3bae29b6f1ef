import KubernetesObjects
import Testing

@testable import Archive

/// A small repository, and every way to damage one of its bits or to cut it off.
@Suite struct `Damage` {
    /// A repository with one snapshot, opened, and what is in it.
    private struct Intact {
        let store = MemoryStore()
        let repository: Repository
        let snapshot: Snapshot
        let objects: [SampleObject]
        let contents: [String: String]
        let details: SnapshotDetails

        init(_ count: Int) throws {
            objects = Fixture.objects(count)
            contents = Fixture.expected(objects)
            repository = try Fixture.repository(store)
            snapshot = try Fixture.backup(repository, objects).snapshot
            _ = try Fixture.contents(repository, snapshot)
            details = try repository.reader(snapshot).details
        }

        /// The same repository over other bytes. The keys were opened before, so that it costs little.
        func over(_ store: MemoryStore) -> Repository {
            Repository(
                store,
                repository.environment,
                Repository.keyStore(store, repository.environment),
                repository.ring,
                sessionKeys: repository.blobs.sessionKeys
            )
        }

        func replacing(_ name: String, _ bytes: [UInt8]?) -> MemoryStore {
            let store = MemoryStore(store.contents)
            store.replace(name, bytes)
            return store
        }

        /// Reads the snapshot from damaged packs: each object is what was backed up, or an error.
        ///
        /// - Returns: whether everything was there.
        func read(_ store: MemoryStore) throws -> Bool {
            let blobs = PackedBlobs(store: store, ring: repository.ring, sessionKeys: repository.blobs.sessionKeys)
            let tree = StructureTree(blobs: blobs, root: snapshot.root)
            let reader = SnapshotReader(snapshot: snapshot, details: details, tree: tree)
            guard let entries = try? reader.entries() else { return false }
            var isComplete = entries.count == contents.count
            for entry in entries {
                guard let bytes = try? reader.bytes(entry) else {
                    isComplete = false
                    continue
                }
                let key = "\(entry.resource)/\(entry.namespace)/\(entry.name)"
                if contents[key] != String(decoding: bytes, as: UTF8.self) { Issue.record("wrong data in \(key)") }
            }
            return isComplete
        }

        /// Whether a scrub of the one pack finds something.
        func findsDamage(_ name: String, _ bytes: [UInt8]) -> Bool { PackName.digest(name) != contentDigest(bytes) }
    }

    @Test(arguments: 0..<4) func `every flipped bit of a pack is found and never read as data`(part: Int) async throws {
        let intact = try Intact(2)
        let pack = try #require(try intact.store.list("p/").first)
        let bytes = try #require(try intact.store.get(pack.name))
        for position in bytes.indices where position % 4 == part {
            await Task.yield()
            for bit in 0..<8 {
                var damaged = bytes
                damaged[position] ^= 1 << UInt8(bit)
                _ = try intact.read(intact.replacing(pack.name, damaged))
                #expect(intact.findsDamage(pack.name, damaged))
            }
        }
    }

    @Test func `every truncation of a pack is found and never read as data`() async throws {
        let intact = try Intact(2)
        let pack = try #require(try intact.store.list("p/").first)
        let bytes = try #require(try intact.store.get(pack.name))
        for length in bytes.indices {
            await Task.yield()
            let damaged = Array(bytes[..<length])
            #expect(try !intact.read(intact.replacing(pack.name, damaged)))
            #expect(intact.findsDamage(pack.name, damaged))
        }
        #expect(try !intact.read(intact.replacing(pack.name, nil)))
    }

    @Test func `every flipped bit and every truncation of a manifest is found`() async throws {
        let intact = try Intact(2)
        let bytes = try #require(try intact.store.get(intact.snapshot.name))
        func expectFound(_ damaged: [UInt8], _ what: String) throws {
            let (committed, problems) = try intact.over(intact.replacing(intact.snapshot.name, damaged)).chain.load()
            #expect(committed.isEmpty, "\(what)")
            #expect(problems.map(\.name) == [intact.snapshot.name], "\(what)")
        }
        for position in bytes.indices {
            await Task.yield()
            for bit in 0..<8 {
                var damaged = bytes
                damaged[position] ^= 1 << UInt8(bit)
                try expectFound(damaged, "byte \(position)")
            }
            try expectFound(Array(bytes[..<position]), "cut at \(position)")
        }
    }

    /// The name of a manifest is not what protects it: whoever can write to the store can compute a new one.
    @Test func `a changed manifest under a name that fits is found by its signature`() async throws {
        let intact = try Intact(2)
        let bytes = try #require(try intact.store.get(intact.snapshot.name))
        for position in stride(from: 26, to: bytes.count, by: 61) {
            await Task.yield()
            var forged = bytes
            forged[position] ^= 4
            let name = ManifestName.name(
                writer: intact.snapshot.writer,
                sequence: intact.snapshot.sequence,
                digest: contentDigest(forged)
            )
            let store = intact.replacing(intact.snapshot.name, nil)
            store.replace(name, forged)
            let (committed, problems) = try intact.over(store).chain.load()
            #expect(committed.isEmpty)
            #expect(problems.map(\.name) == [name])
        }
    }

    @Test func `a flipped bit of a key object is found or harmless`() async throws {
        let intact = try Intact(2)
        for object in try intact.store.list("") where object.name.hasPrefix("keys/") || object.name == "lifeboat.repo" {
            let bytes = try #require(try intact.store.get(object.name))
            for position in stride(from: 5, to: bytes.count, by: max(1, bytes.count / 8)) {
                await Task.yield()
                var damaged = bytes
                damaged[position] ^= 1 << UInt8(position & 7)
                let store = intact.replacing(object.name, damaged)
                guard let repository = try? Fixture.open(store) else { continue }
                let isHarmless = try intact.read(store) && repository.snapshots() == [intact.snapshot]
                if !isHarmless { #expect(try !repository.check(.structure).ok, "\(object.name) byte \(position)") }
            }
        }
    }

    @Test func `a check at every level finds damage anywhere in a pack`() async throws {
        let intact = try Intact(12)
        let pack = try #require(try intact.store.list("p/").first)
        let bytes = try #require(try intact.store.get(pack.name))
        for position in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 12)) {
            await Task.yield()
            var damaged = bytes
            damaged[position] ^= 0x40
            let repository = intact.over(intact.replacing(pack.name, damaged))
            for level in [CheckLevel.storage, .data] {
                let report = try repository.check(level)
                #expect(report.problems.contains { $0.path == pack.name }, "byte \(position), \(report)")
            }
        }
        let missing = try intact.over(intact.replacing(pack.name, nil)).check(.structure)
        #expect(missing.problems.contains { $0.path == pack.name && $0.snapshots == [intact.snapshot.id] })
    }

    @Test func `a check names the snapshots and the objects that are hurt`() throws {
        let intact = try Intact(12)
        let reader = try intact.repository.reader(intact.snapshot)
        let entry = try #require(try reader.entries().first { $0.name == intact.objects[2].name })
        let location = try #require(try intact.repository.blobs.locate(entry.id))
        let pack = try #require(try intact.repository.blobs.packName(of: entry.id))
        var bytes = try #require(try intact.store.get(pack))
        bytes[Int(location.offset) + 3] ^= 1
        let damaged = intact.over(intact.replacing(pack, bytes))
        let report = try damaged.check(.data)
        #expect(report.problems.count == 1)
        let problem = try #require(report.problems.first)
        #expect(problem.path == pack)
        #expect(problem.snapshots == [intact.snapshot.id])
        #expect(problem.objects == ["\(entry.resource) \(entry.namespace)/\(entry.name)"])
        // C126: who reads it is told which object it is.
        let hurt = try damaged.reader(intact.snapshot)
        let error = #expect(throws: LifeboatError.self) { _ = try hurt.bytes(entry) }
        #expect(error?.message.contains("\(entry.identity)") == true)
        // The structure is whole; only the levels that read packs see it.
        #expect(try damaged.check(.structure).ok)
        #expect(try !damaged.check(.storage).ok)
    }

    @Test func `the parts of a check read every pack once`() throws {
        let intact = try Intact(12)
        var changed = intact.objects
        for round in 0..<3 {
            changed[round].text = "changed"
            changed[round].version += 100
            try Fixture.backup(intact.repository, changed, at: Int64(round + 1))
        }
        let structure = try intact.repository.check(.structure).bytesRead
        let whole = try intact.repository.check(.storage).bytesRead
        let parts = try (1...3).map { try intact.repository.check(.storage, subset: ($0, 3)).bytesRead - structure }
        #expect(parts.reduce(0, +) == whole - structure)
        #expect(throws: LifeboatError.self) { try intact.repository.check(.storage, subset: (4, 3)) }
    }

    @Test func `swapped packs are found and never read as data`() throws {
        let intact = try Intact(12)
        var changed = intact.objects
        changed[1].text = "changed"
        changed[1].version += 100
        try Fixture.backup(intact.repository, changed, at: 1)
        let packs = try intact.store.list("p/")
        #expect(packs.count == 2)
        let store = intact.replacing(packs[0].name, try intact.store.get(packs[1].name))
        store.replace(packs[1].name, try intact.store.get(packs[0].name))
        _ = try intact.read(store)
        #expect(try !intact.over(store).check(.storage).ok)
    }

    @Test(arguments: [4096, 512])
    func `blocks of zeros, blocks that stand twice and swapped blocks are found and never read as data`(size: Int)
        async throws
    {
        let intact = try Intact(size == 4096 ? 700 : 60)
        let pack = try #require(try intact.store.list("p/").first)
        let whole = try #require(try intact.store.get(pack.name))
        let blocks = stride(from: 0, to: whole.count, by: size).map { $0..<min($0 + size, whole.count) }
        #expect(blocks.count > 4)
        for (number, block) in blocks.enumerated() {
            await Task.yield()
            var damaged = [whole, whole, whole]
            damaged[0].replaceSubrange(block, with: [UInt8](repeating: 0, count: block.count))
            let other = blocks[(number + 1) % blocks.count]
            let count = min(block.count, other.count)
            damaged[1].replaceSubrange(block.prefix(count), with: whole[other.prefix(count)])
            damaged[2].replaceSubrange(block.prefix(count), with: whole[other.prefix(count)])
            damaged[2].replaceSubrange(other.prefix(count), with: whole[block.prefix(count)])
            for bytes in damaged {
                #expect(intact.findsDamage(pack.name, bytes))
                let store = intact.replacing(pack.name, bytes)
                _ = try intact.read(store)
                #expect(try !intact.over(store).check(.storage).ok)
            }
        }
    }

    @Test func `a pack with the end of another one, under the name that fits, is found and never read as data`() throws
    {
        let intact = try Intact(12)
        var changed = intact.objects
        for index in changed.indices {
            (changed[index].text, changed[index].version) = ("changed \(index)", 100 + index)
        }
        try Fixture.backup(intact.repository, changed, at: 1)
        let packs = try intact.store.list("p/")
        #expect(packs.count == 2)
        for (body, end) in [(0, 1), (1, 0)] {
            let (bytes, other) = (
                try #require(try intact.store.get(packs[body].name)),
                try #require(try intact.store.get(packs[end].name))
            )
            let footers = try [bytes, other].map {
                try PackFooter.decode(Array($0.suffix(PackFooter.byteCount)), size: $0.count)
            }
            let forged = Array(bytes[..<footers[0].trailerOffset]) + other[footers[1].trailerOffset...]
            let store = intact.replacing(packs[body].name, nil)
            store.replace(PackName.name(contentDigest(forged)), forged)
            _ = try intact.read(store)
            #expect(try !intact.over(store).check(.structure).ok)
        }
    }
}
