import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `A short burst of wrong bits` {
    private static func pack() throws -> (store: MemoryStore, name: String, bytes: [UInt8]) {
        let store = MemoryStore()
        try Fixture.backup(try Fixture.repository(store), Fixture.objects(2))
        let pack = try #require(try store.list("p/").first)
        return (store, pack.name, try #require(try store.get(pack.name)))
    }

    @Test(arguments: [1, 2, 4, 8, 16, 32, 64, 128, 0x41, 0xFF] as [UInt8])
    func `of one byte anywhere in a pack is mended exactly`(bits: UInt8) async throws {
        let (_, _, bytes) = try Self.pack()
        var count = 0
        for position in bytes.indices {
            await Task.yield()
            var damaged = bytes
            damaged[position] ^= bits
            if BurstError.mend(damaged) == bytes {
                count += 1
            } else {
                Issue.record("byte \(position), bits \(bits)")
            }
        }
        print("wrong bytes mended: \(count) of \(bytes.count), bits \(bits)")
    }

    @Test func `in the header, the body, the trailer and the footer at once is mended exactly`() throws {
        let (_, _, bytes) = try Self.pack()
        let footer = try PackFooter.decode(Array(bytes.suffix(PackFooter.byteCount)), size: bytes.count)
        var damaged = bytes
        for position in [20, footer.headerLength + 5, footer.trailerOffset + 3, bytes.count - 50] {
            damaged[position] ^= 0x10
        }
        #expect(BurstError.mend(damaged) == bytes)
    }

    @Test func `of four bytes anywhere in the body is mended exactly`() async throws {
        let (_, _, bytes) = try Self.pack()
        let footer = try PackFooter.decode(Array(bytes.suffix(PackFooter.byteCount)), size: bytes.count)
        for position in footer.headerLength..<footer.trailerOffset - 3 {
            await Task.yield()
            var damaged = bytes
            for offset in 0..<4 {
                damaged[position + offset] ^= UInt8(truncatingIfNeeded: position &* 37 &+ offset &* 91 | 1)
            }
            #expect(BurstError.mend(damaged) == bytes, "byte \(position)")
        }
    }

    @Test func `more than that is left to the proof of each blob`() throws {
        let (_, _, bytes) = try Self.pack()
        var damaged = bytes
        for offset in [0, 9] { damaged[bytes.count / 2 + offset] ^= 0x11 }
        #expect(BurstError.mend(damaged).count == bytes.count)
        #expect(BurstError.mend([]) == [])
        #expect(BurstError.mend(Array(bytes.prefix(95))) == Array(bytes.prefix(95)))
    }

    @Test func `in a manifest or a record is mended by a repair, and all snapshots are read again`() async throws {
        let collected = try CollectedRepository()
        let objects = Fixture.objects(4)
        let first = try collected.backup(objects)
        let second = try collected.backup(objects)
        try collected.open().forget([first])
        try collected.collect()
        let third = try collected.backup(objects)
        try collected.open().forget([second])
        // A record has a copy, too; here none is left that would be read.
        for name in collected.store.contents.keys where name.hasPrefix("copies/f/") || name.hasPrefix("copies/g/") {
            collected.store.replace(name, nil)
        }
        let original = collected.store.contents
        let names = original.keys.filter { $0.hasPrefix("s/") || $0.hasPrefix("f/") || $0.hasPrefix("g/") }.sorted()
        #expect(Set(names.map { $0.prefix(1) }) == ["s", "f", "g"])
        for name in names {
            await Task.yield()
            var bytes = try #require(original[name])
            bytes[bytes.count / 3] ^= 0x20
            collected.store.replace(name, bytes)
            let isForgotten = [first, second].contains { $0.name == name }
            #expect(try collected.open().check(.structure).ok == isForgotten, "\(name)")
            let report = try Repository.repair(
                collected.store,
                credential: .passphrase(Fixture.passphrase),
                environment: Fixture.environment(seed: 8),
                isDryRun: false
            )
            #expect(report.restored == [name])
            #expect(report.isWhole, "\(report)")
            let repository = try collected.open()
            #expect(try repository.snapshots() == [third])
            #expect(try repository.check(.data).ok)
            try collected.backup(objects)
            for (name, bytes) in original { collected.store.replace(name, bytes) }
            for name in collected.store.contents.keys where original[name] == nil { collected.store.replace(name, nil) }
        }
    }
}
