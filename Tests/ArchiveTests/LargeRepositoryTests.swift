import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `Tables of many blobs` {
    private static func id(_ generator: inout SystemRandomNumberGenerator) -> BlobID {
        BlobID(first: generator.next(), second: generator.next(), third: generator.next())
    }

    private static func record(_ id: BlobID, standsAlone: Bool = true) -> PackRecord {
        PackRecord(
            id: id,
            type: .structure,
            codec: standsAlone ? .stored : .zstdWithPage,
            context: 0,
            dictionary: 0,
            ordinal: 0,
            sealedLength: 100,
            rawLength: 84,
            page: standsAlone ? nil : BlobID.zero
        )
    }

    @Test func `a table for which there is no memory is an error that says so`() {
        let error = #expect(throws: LifeboatError.self) { try BlobTable(expecting: 1 << 58) }
        #expect(error?.message.contains("memory") == true && error?.remedy.isEmpty == false)
    }

    @Test(arguments: [0, 1000, 300_000])
    func `a table finds every blob, however many were expected`(expected: Int) throws {
        var generator = SystemRandomNumberGenerator()
        let ids = (0..<200_000).map { _ in Self.id(&generator) }
        let table = try BlobTable(expecting: expected)
        for (number, id) in ids.enumerated() { try table.insert(id, pack: number % 1000) }
        for (number, id) in ids.enumerated() where number % 2 == 0 {
            let (first, others) = table.candidates(id)
            let slot = ([first].compactMap(\.self) + others).first { table.pack($0) == number % 1000 }
            #expect(slot != nil)
            if let slot { table.markLive(slot) }
        }
        let counts = table.liveCounts(packs: 1000)
        #expect(counts.enumerated().allSatisfy { $0.element == ($0.offset % 2 == 0 ? 200 : 0) })
        // 47 bits of an id are kept, so that hardly one of these looks like one that is there.
        #expect((0..<1000).count { _ in table.candidates(Self.id(&generator)).first != nil } < 3)
    }

    @Test func `what a process stored is found by id, and goes to one segment`() throws {
        var generator = SystemRandomNumberGenerator()
        let domain = DomainSecrets { [UInt8](repeating: 7, count: $0) }
        let repository = try #require(RepositoryID(bytes: [UInt8](repeating: 1, count: 16)))
        var stored = StoredPacks()
        var expected = IndexSegment(repository, domain.id)
        var places: [BlobID: IndexEntries.Place] = [:]
        for pack in 0..<40 {
            let digest = [UInt8](repeating: UInt8(pack), count: 32)
            let records = (0..<(pack * 37 % 50)).map { Self.record(Self.id(&generator), standsAlone: $0 % 3 > 0) }
            for record in records {
                places[record.id] = IndexEntries.Place(pack: pack, standsAlone: record.page == nil)
            }
            stored.insert(StoredObject(name: PackName.name(digest), size: 1), digest, domain.id, records)
            expected.append(digest, records)
        }
        #expect(places.allSatisfy { stored.places(of: $0.key) == [$0.value] })
        #expect(stored.places(of: Self.id(&generator)).isEmpty)

        var segment = IndexSegment(repository, domain.id)
        stored.append(to: &segment, domain.id, [])
        let random = { (count: Int) in [UInt8](repeating: 9, count: count) }
        #expect(try segment.encoded(domain, random: random) == expected.encoded(domain, random: random))

        // What is in a segment already is left out, and what is of another domain.
        var rest = IndexSegment(repository, domain.id)
        stored.append(to: &rest, domain.id, Set(expected.packs.dropLast().map(PackName.name)))
        #expect(rest.packs == [expected.packs[39]] && rest.entries.count == 39 * 37 % 50)
        let other = DomainSecrets { [UInt8](repeating: 8, count: $0) }.id
        var has = [stored.hasUncovered(1, other, [])]
        has += [stored.hasUncovered(places.count, domain.id, []), stored.hasUncovered(places.count + 1, domain.id, [])]
        // What segments speak of meanwhile is counted once.
        let covered = Set(expected.packs.dropLast().map(PackName.name))
        has += [places.count, 39 * 37 % 50, places.count].map { stored.hasUncovered($0, domain.id, covered) }
        #expect(has == [false, true, false, false, true, false])

        #expect(stored.take(3)?.name == PackName.name(expected.packs[3]))
        #expect(stored.take(3) == nil)
        #expect(stored.takeAll().count == 39 && stored.takeAll().isEmpty)
    }

    @Test func `a pack is full when it has many blobs, and then it is not small`() throws {
        let domain = DomainSecrets { [UInt8](repeating: 7, count: $0) }
        let repository = try Fixture.repository()
        let writer = try repository.beginSnapshot(SnapshotRequest(cluster: Fixture.cluster, policy: nil))
        var pack = try PackBuilder(
            repository: repository.configuration.id,
            session: writer.session,
            domain: domain,
            salt: [UInt8](repeating: 3, count: KeyContext.saltCount)
        )
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<PackBuilder.blobLimit {
            #expect(!pack.isFull)
            let id = Self.id(&generator)
            try [1 as UInt8].withRawBytes { (byte) throws(MalformedBytes) in
                try pack.append(id, type: .structure, codec: .stored, rawLength: 1, packed: byte)
            }
        }
        #expect(pack.isFull && pack.bytes.count < CollectionRules().smallSize)

        func rewritten(_ blobs: Int) -> [[Int]] {
            let packs = (0..<20)
                .map { (number: Int) in
                    CollectionPlan.Pack(
                        digest: [UInt8(number)],
                        size: 1 << 20,
                        domain: domain.id,
                        blobs: blobs,
                        live: blobs,
                        isNamed: true
                    )
                }
            return CollectionPlan(packs, CollectionRules(), now: Timestamp(secondsSince1970: 0)).rewritten
        }
        #expect(rewritten(PackBuilder.blobLimit) == [])
        #expect(rewritten(100) == [Array(0..<20)])
    }
}
