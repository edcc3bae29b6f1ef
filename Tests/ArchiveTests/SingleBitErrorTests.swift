import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `One flipped bit` {
    private static func pack() throws -> (store: MemoryStore, name: String, bytes: [UInt8]) {
        let store = MemoryStore()
        try Fixture.backup(try Fixture.repository(store), Fixture.objects(2))
        let pack = try #require(try store.list("p/").first)
        return (store, pack.name, try #require(try store.get(pack.name)))
    }

    @Test(arguments: 0..<8) func `anywhere in a pack is mended exactly`(bit: Int) throws {
        let (_, _, bytes) = try Self.pack()
        var count = 0
        for position in bytes.indices {
            var damaged = bytes
            damaged[position] ^= 1 << UInt8(bit)
            if SingleBitError.mend(damaged) == bytes {
                count += 1
            } else {
                Issue.record("byte \(position), bit \(bit)")
            }
        }
        print("flipped bits mended: \(count) of \(bytes.count), bit \(bit)")
    }

    @Test func `in the header, the body, the trailer and the footer at once is mended exactly`() throws {
        let (_, _, bytes) = try Self.pack()
        let footer = try PackFooter.decode(Array(bytes.suffix(PackFooter.byteCount)), size: bytes.count)
        var damaged = bytes
        for position in [20, footer.headerLength + 5, footer.trailerOffset + 3, bytes.count - 50] {
            damaged[position] ^= 0x10
        }
        #expect(SingleBitError.mend(damaged) == bytes)
    }

    @Test func `more than that is left to the proof of each blob`() throws {
        let (_, _, bytes) = try Self.pack()
        var damaged = bytes
        damaged[bytes.count / 2] ^= 0x11
        #expect(SingleBitError.mend(damaged).count == bytes.count)
        #expect(SingleBitError.mend([]) == [])
        #expect(SingleBitError.mend(Array(bytes.prefix(95))) == Array(bytes.prefix(95)))
    }

    @Test func `in a manifest or a record is mended by a repair, and all snapshots are read again`() throws {
        let collected = try CollectedRepository()
        let objects = Fixture.objects(4)
        let first = try collected.backup(objects)
        let second = try collected.backup(objects)
        try collected.open().forget([first])
        try collected.collect()
        let third = try collected.backup(objects)
        try collected.open().forget([second])
        let original = collected.store.contents
        let names = original.keys.filter { $0.hasPrefix("s/") || $0.hasPrefix("f/") || $0.hasPrefix("g/") }.sorted()
        #expect(Set(names.map { $0.prefix(1) }) == ["s", "f", "g"])
        for name in names {
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
