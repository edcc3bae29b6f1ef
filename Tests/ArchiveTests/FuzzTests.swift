import Crypto
import FoundationEssentials
import KubernetesObjects
import Testing

@testable import Archive

/// Every parser of bytes that come from a store, with valid bytes that were changed at random: each ends with a value or an error.
///
/// `LIFEBOAT_TEST_FUZZ` is how many changed inputs each parser gets. A crash names the parser in the test that ran, and the inputs are the
/// same in every run.
@Suite struct `Hostile bytes` {
    private static let inputs = ProcessInfo.processInfo.environment["LIFEBOAT_TEST_FUZZ"].flatMap { Int($0) } ?? 1500

    /// Changes some bytes: bits, whole numbers, ends, and parts that come twice or not at all.
    struct Mutator {
        private var state: UInt64

        init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

        mutating func next(_ limit: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(truncatingIfNeeded: state >> 11) % max(1, limit)
        }

        mutating func change(_ seed: [UInt8]) -> [UInt8] {
            var bytes = seed
            for _ in 0...next(4) {
                guard !bytes.isEmpty else { return bytes }
                let position = next(bytes.count)
                switch next(9) {
                case 0, 1: bytes[position] ^= 1 << UInt8(next(8))
                case 2: bytes[position] = [0, 1, 0x7F, 0x80, 0xFF][next(5)]
                case 3:
                    let width = [2, 4, 8][next(3)]
                    let fill: UInt8 = [0, 0x7F, 0xFF][next(3)]
                    for index in position..<min(position + width, bytes.count) { bytes[index] = fill }
                    if next(2) == 0 { bytes[min(position + width, bytes.count) - 1] = 0x7F }
                case 4: bytes.removeLast(bytes.count - position)
                case 5: bytes.removeSubrange(position..<min(position + 1 + next(16), bytes.count))
                case 6:
                    bytes.insert(contentsOf: bytes[position..<min(position + 1 + next(32), bytes.count)], at: position)
                case 7: bytes.insert(contentsOf: (0...next(12)).map { _ in UInt8(next(256)) }, at: position)
                default: bytes.swapAt(position, next(bytes.count))
                }
            }
            return bytes
        }
    }

    /// Gives a parser changed forms of its seeds.
    ///
    /// - Returns: how many it took for valid.
    @discardableResult
    private func fuzz(_ name: String, _ seeds: [[UInt8]], _ parse: ([UInt8]) throws -> Void) async -> Int {
        var mutator = Mutator(seed: name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        var accepted = 0
        for number in 0..<Self.inputs {
            if number % 100 == 0 { await Task.yield() }
            let input = number == 0 ? [] : mutator.change(seeds[number % seeds.count])
            do {
                try parse(input)
                accepted += 1
            } catch {}
        }
        print("\(name): \(Self.inputs) inputs, \(accepted) taken for valid")
        return accepted
    }

    private static func sample() throws -> (store: MemoryStore, repository: Repository, snapshot: Snapshot) {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        var objects = Fixture.objects(40)
        try Fixture.backup(repository, objects)
        for index in 0..<3 { objects[index].version += 100 }
        let snapshot = try Fixture.backup(repository, objects, at: 1).snapshot
        return (store, repository, snapshot)
    }

    @Test func `in headers, footers and trailers of packs end in an error`() async throws {
        let (store, repository, _) = try Self.sample()
        let domain = try repository.ring.domain(repository.ring.domains[0])
        let packs = try store.list("p/").map { try #require(try store.get($0.name)) }
        func fixed(_ bytes: [UInt8]) -> [UInt8] {
            guard bytes.count >= 4 else { return bytes }
            var bytes = bytes
            bytes.removeLast(4)
            bytes.appendLittleEndian(CRC32C.checksum(bytes))
            return bytes
        }
        let headers = try packs.map { Array($0[..<(try PackHeader.length($0))]) }
        await fuzz("headers with a right checksum", headers) { bytes in
            var bytes = bytes
            if bytes.count > 18 {
                let length = UInt32(bytes.count)
                for position in 0..<4 {
                    bytes[10 + position] = UInt8(truncatingIfNeeded: length >> (8 * UInt32(position)))
                }
            }
            _ = try PackHeader.decode(fixed(bytes))
        }
        await fuzz("footers with a right checksum", packs.map { Array($0.suffix(96)) }) {
            _ = try PackFooter.decode(fixed($0), size: packs[0].count)
        }
        let contents = try packs.map { bytes in
            try PackContents(bytes) { (header) throws(MalformedBytes) in header.contexts[0].trailerKey(domain) }
        }
        let trailers = contents.map { contents in
            var bytes: [UInt8] = []
            for record in contents.records { record.encode(into: &bytes) }
            return bytes
        }
        await fuzz("trailers", trailers) {
            _ = try PackTrailer.records($0, header: contents[1].header, footer: contents[1].footer)
        }
        await fuzz("whole packs", packs) {
            _ = BurstError.mend($0)
            _ = try PackContents($0) { (header) throws(MalformedBytes) in header.contexts[0].trailerKey(domain) }
        }
    }

    @Test func `in blobs end in an error, whatever the records say of them`() async throws {
        let (store, repository, _) = try Self.sample()
        let packs = try store.list("p/")
        let bytes = try #require(try store.get(packs[1].name))
        let examination = try PackExamination(bytes, packs[1].name, repository)
        let contents = try #require(examination.contents)
        let opener = try repository.blobs.opener(
            contents.header,
            domain: repository.ring.domains[0]
        )
        var blobs: [(PackRecord, [UInt8])] = []
        contents.forEachBlob { record, sealed in blobs.append((record, Array(sealed))) }
        var next = 0
        let accepted = await fuzz("sealed blobs", blobs.map(\.1)) { sealed in
            next += 1
            try sealed.withUnsafeBytes { _ = try opener.open(blobs[next % blobs.count].0, $0) }
        }
        #expect(accepted == 0)
        let codec = try Zstandard()
        let text = Array(String(repeating: "apiVersion: v1 kind: ConfigMap ", count: 40).utf8)
        let frame = text.withUnsafeBytes { codec.compress($0).map { Array(codec.output[..<$0]) } ?? [] }
        let page = Array(text.reversed())
        let like = text.withUnsafeBytes { codec.compress($0, like: page) } ?? []
        await fuzz("zstd frames", [frame, like]) { frame in
            _ = try? frame.withRawBytes { (frame) throws(MalformedBytes) in try codec.decompress(frame, count: 1240) }
            var output = [UInt8](repeating: 0, count: 1240)
            try output.withUnsafeMutableBytes { output in
                try frame.withUnsafeBytes { try codec.decompress($0, into: output, like: page) }
            }
        }
    }

    @Test func `in pages, names and chunk lists end in an error`() async throws {
        let (_, repository, snapshot) = try Self.sample()
        let tree = StructureTree(blobs: repository.blobs, root: snapshot.root)
        var pages: [[UInt8]] = []
        var names: [[UInt8]] = []
        try tree.forEachPage(snapshot.root) { (_, page) throws(LifeboatError) in
            pages.append(page.bytes)
            if page.names != .zero { names.append(try repository.blobs.read(page.names, .names)) }
        }
        let accepted = await fuzz("structure pages", pages) { bytes in
            let page = try StructurePage(decoding: bytes)
            if page.holdsObjects {
                for position in 0..<page.count { _ = page.object(position) }
            } else {
                _ = page.children
            }
        }
        // Ids are any bytes.
        #expect(accepted > 0)
        let decoded = try pages.map { try StructurePage(decoding: $0) }
        await fuzz("names", names) { bytes in
            for page in decoded where page.names != .zero {
                _ = try? NamesPage.resources(bytes, of: page)
                _ = try NamesPage.names(bytes, of: page)
            }
        }
        let list = ChunkList(
            document: snapshot.root,
            content: StoredContent(
                size: 3000,
                chunks: (0..<3).map { _ in ChunkReference(id: snapshot.root, length: 1000) }
            )
        )
        await fuzz("chunk lists", [list.encoded]) { _ = try ChunkList(decoding: $0) }
    }

    @Test func `in index segments end in an error`() async throws {
        let (store, repository, _) = try Self.sample()
        let domain = try repository.ring.domain(try #require(repository.ring.domains.first))
        var segment = IndexSegment(repository.configuration.id, domain.id)
        for pack in try store.list("p/") {
            let tail = try #require(try PackTail.read(pack, from: store, domains: [domain]).get())
            segment.append(try #require(PackName.digest(pack.name)), tail.records)
        }
        let whole = try segment.encoded(domain, random: Fixture.environment().random)
        await fuzz("index segments", [whole]) {
            _ = try IndexSegment(decoding: $0, repository.configuration.id, domain)
        }
        await fuzz("index segments of other domains", [Array(whole[..<(74 + segment.packs.count * 32)])]) {
            _ = try IndexSegment(decoding: $0, repository.configuration.id, nil)
        }
        await fuzz("entries of index segments", [segment.entries.encode(0..<segment.entries.count)]) {
            var entries = IndexEntries()
            try entries.append(decoding: $0, packs: segment.packs.count)
            _ = entries.places(of: .zero)
        }
    }

    @Test func `in manifests and signed records end in an error`() async throws {
        let (store, repository, snapshot) = try Self.sample()
        let manifest = try #require(try store.get(snapshot.name))
        await fuzz("manifests", [manifest]) { _ = try SnapshotManifest.decode($0) }
        try repository.forget([snapshot])
        var record = CollectionRecord(
            step: .condemn,
            repository: repository.configuration.id,
            epoch: 1,
            time: Timestamp(secondsSince1970: 1_800_000_000)
        )
        record.packs = [snapshot.digest, snapshot.digest]
        record.unreferenced = [.init(pack: snapshot.digest, since: record.time)]
        record.kept = [snapshot.digest]
        let maintainers = MaintainerKeys(repository.keyStore, known: repository.ring.publicKeys)
        // Signed anew after the change, as a maintainer who means harm could.
        await fuzz("records of collections, signed", [record.encoded()]) { bytes in
            let signature = try repository.ring.signMaintenance(bytes)
            _ = try CollectionRecord.decode(bytes + signature, record.name, repository.configuration.id, maintainers)
        }
    }

    @Test func `in verification records end in an error`() async throws {
        let (_, repository, snapshot) = try Self.sample()
        var record = VerificationRecord(repository.configuration.id, at: snapshot.takenAt, .check)
        record.add(snapshot.digest, SessionKey(secret: SecretBytes([UInt8](repeating: 5, count: 32))))
        await fuzz("verification records", [record.encoded]) { bytes in
            let record = try VerificationRecord(bytes, repository.configuration.id)
            _ = record.time.description
        }
    }

    @Test func `in the parity of packs end in an error, or in bytes that a pack's name tells from its own`()
        async throws
    {
        let pack = (0..<120_000).map { UInt8(truncatingIfNeeded: $0 &* 37 >> 3) }
        let seeds = [PackParity.encoded(pack), PackParity.encoded(Array(pack.prefix(700)))]
        await fuzz("parity", seeds) { bytes in
            let parity = try PackParity(bytes)
            _ = parity.isWhole
            _ = parity.restore(Array(pack.dropFirst(5000)))
        }
    }

    @Test func `in key objects and age files end in an error`() async throws {
        let (store, repository, _) = try Self.sample()
        let configuration = repository.configuration
        let objects = store.contents.filter { $0.key.hasPrefix("keys/") }
        await fuzz("lifeboat.repo", [try #require(store.contents["lifeboat.repo"])]) {
            _ = try RepositoryConfiguration(parsing: $0)
        }
        for (prefix, parse) in Self.keyParsers {
            let seeds = objects.filter { $0.key.hasPrefix(prefix) }.map(\.value)
            try #require(!seeds.isEmpty, "\(prefix)")
            await fuzz(prefix, seeds) { try parse($0, configuration) }
        }
        let identity = try repository.exportIdentity(.writer)
        await fuzz("identity files", [identity]) { _ = try IdentityFile(parsing: $0) }
        await fuzz("age armor", [Array(String(decoding: identity, as: UTF8.self).utf8)]) { _ = try AgeArmor.decode($0) }
        await fuzz("bech32", [Array("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj".utf8)]) { bytes in
            _ = Bech32.decode(String(decoding: bytes, as: UTF8.self))
            _ = try AgeRecipient(parsing: String(decoding: bytes, as: UTF8.self))
        }
    }

    private static let keyParsers: [(String, @Sendable ([UInt8], RepositoryConfiguration) throws -> Void)] = [
        ("keys/root", { bytes, _ in _ = try AgeHeader.parse(bytes, limits: AgeLimits()) }),
        ("keys/dom-", { bytes, configuration in _ = try DomainEnvelope(parsing: bytes, name: "d", configuration) }),
        (
            "keys/wr-",
            { bytes, configuration in
                _ = try SigningCertificate(parsing: bytes, name: "w", role: .writer, configuration)
            }
        ),
        ("keys/rcpt-", { bytes, configuration in _ = try RecipientList(parsing: bytes, name: "r", configuration) }),
    ]

    @Test func `in answers of stores end in an error`() async {
        let listing = """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><EncodingType>url</EncodingType>\
            <IsTruncated>true</IsTruncated><NextContinuationToken>t&amp;&#x41;</NextContinuationToken>\
            <Contents><Key>p%2F00</Key><Size>17</Size></Contents></ListBucketResult>
            """
        await fuzz("S3 listings", [Array(listing.utf8)]) { _ = S3Listing($0) }
        await fuzz(
            "names of objects",
            [Array("s/0011223344556677/0000000000000001-\(String(repeating: "ab", count: 32))".utf8)]
        ) {
            let name = String(decoding: $0, as: UTF8.self)
            _ = ManifestName.parse(name)
            _ = PackName.digest(name)
            _ = CollectionRecord.parse(name)
        }
        await fuzz(
            "documents of files",
            [
                Array(
                    #"{"spec":{"type":"file","mode":"0644","uid":0,"gid":0,"modified":"1.000000000","size":3,"content":"YWJj"}}"#
                        .utf8
                )
            ]
        ) {
            _ = try FileDocument(parsing: $0)
        }
    }
}
