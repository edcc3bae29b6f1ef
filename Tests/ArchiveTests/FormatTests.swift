import Crypto
import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `The binary format` {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    @Test func `checksums have the published values`() {
        let digits = Array("123456789".utf8)
        #expect(CRC32C.checksum(digits) == 0xE306_9283)
        #expect(CRC64.checksum(digits[...]) == 0x995D_C9BB_DF19_39FA)
        let long = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        #expect(CRC64.checksum(long[...]) != CRC64.checksum(long.dropLast()))
    }

    @Test func `a keyed hash is HMAC-SHA-256`() {
        for size in [0, 1, 32, 64, 65, 200] {
            let key = SymmetricKey(data: (0..<max(1, size)).map { UInt8(truncatingIfNeeded: $0 &* 7) })
            let message = Array("what is hashed".utf8)
            let expected = Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
            let code = KeyedHash(key: key).code { hash in message.withUnsafeBytes { hash.update($0) } }
            let words = [code.first, code.second, code.third, code.fourth]
            #expect(words.flatMap { word in withUnsafeBytes(of: word) { Array($0) } } == expected)
        }
    }

    @Test(arguments: [0, 1, 127, 128, 16_384, 1 << 35, UInt64.max]) func `numbers are read back`(number: UInt64) throws
    {
        var bytes: [UInt8] = []
        bytes.appendVarint(number)
        bytes.appendLittleEndian(number)
        var reader = ByteReader(bytes)
        #expect(try reader.varint() == number)
        #expect(try reader.integer(UInt64.self) == number)
        #expect(reader.isAtEnd)
        #expect(Hexadecimal.number(Hexadecimal.text(number)) == number)
    }

    @Test func `numbers that are too long are refused`() {
        for bytes in [[UInt8](repeating: 0xFF, count: 11), [0x80, 0x00], [0x80], []] {
            #expect(throws: MalformedBytes.self) {
                var reader = ByteReader(bytes)
                _ = try reader.varint()
            }
        }
    }

    @Test func `a compressed blob gives at most the bytes that its record says`() throws {
        let codec = try Zstandard()
        let bytes = [UInt8](repeating: 7, count: 100_000)
        let compressed = bytes.withUnsafeBytes { codec.compress($0) }
        let frame = Array(codec.output[..<(try #require(compressed))])
        #expect(
            try frame.withRawBytes { (frame) throws(MalformedBytes) in
                try codec.decompress(frame, count: bytes.count)
            } == bytes
        )
        for count in [0, 1, 99_999, 100_001] {
            #expect(throws: MalformedBytes.self) {
                try frame.withRawBytes { (frame) throws(MalformedBytes) in try codec.decompress(frame, count: count) }
            }
        }
    }

    @Test func `an object record is 46 bytes and a child 40`() {
        var bytes: [UInt8] = []
        let id = BlobID(first: 1, second: .max, third: 3)
        let record = ObjectRecord(
            nameTag: .max,
            changeTag: 0x1234_5678_9ABC,
            specificationTag: TreeKeys.tagMask,
            id: id,
            rawLength: 10_000_000
        )
        record.append(to: &bytes)
        #expect(bytes.count == ObjectRecord.byteCount)
        #expect(bytes.withUnsafeBytes { ObjectRecord($0, at: 0) } == record)
        let child = ChildRecord(tag: 5, id: id, objects: 7)
        bytes = []
        child.append(to: &bytes)
        #expect(bytes.count == ChildRecord.byteCount)
        #expect(bytes.withUnsafeBytes { ChildRecord($0, at: 0) } == child)
    }

    /// Whatever the bytes are, a decoder answers or throws; it never traps and takes no memory for a claimed length.
    @Test func `hostile bytes are refused by every decoder`() throws {
        let store = MemoryStore()
        let repository = try Fixture.repository(store)
        let snapshot = try Fixture.backup(repository, Fixture.objects(5)).snapshot
        let manifest = try #require(try store.get(snapshot.name))
        let stored = try #require(try store.list("p/").first)
        let pack = try #require(try store.get(stored.name))
        let page = try repository.blobs.read(snapshot.root, .structure)
        let decodedPage = try StructurePage(decoding: page)
        let names = try repository.blobs.read(decodedPage.names, .names)
        let header = Array(pack[..<(try PackHeader.length(pack))])
        var generator = Generator(state: 99)
        for round in 0..<2000 {
            func damage(_ bytes: [UInt8]) -> [UInt8] {
                var bytes = bytes
                for _ in 0...Int.random(in: 0..<4, using: &generator) where !bytes.isEmpty {
                    let position = Int.random(in: bytes.indices, using: &generator)
                    bytes[position] = round % 3 == 0 ? 0xFF : UInt8.random(in: 0...255, using: &generator)
                }
                return Array(bytes.prefix(Int.random(in: 0...bytes.count * 2, using: &generator)))
            }
            _ = try? SnapshotManifest.decode(damage(manifest))
            _ = try? StructurePage(decoding: damage(page))
            _ = try? NamesPage.resources(damage(names), of: decodedPage)
            _ = try? NamesPage.names(damage(names), of: decodedPage)
            _ = try? PackFooter.decode(Array(damage(pack).suffix(PackFooter.byteCount)), size: pack.count)
            // A header with a right checksum reaches the fields behind it.
            var forged = damage(Array(header.dropLast(4)))
            guard forged.count > PackHeader.prefixCount else { continue }
            let length = UInt32(forged.count + 4)
            for index in 0..<4 { forged[10 + index] = UInt8(truncatingIfNeeded: length >> UInt32(8 * index)) }
            forged.appendLittleEndian(CRC32C.checksum(forged))
            if let decoded = try? PackHeader.decode(forged) { #expect(decoded.encoded() == forged) }
        }
    }

    @Test func `names of packs and manifests are exact`() throws {
        let digest = [UInt8](repeating: 0xAB, count: 32)
        let name = PackName.name(digest)
        #expect(PackName.digest(name) == digest)
        for wrong in [name + "0", "p/00/" + name.dropFirst(5), name.uppercased(), "p/ab/x", ""] {
            #expect(PackName.digest(wrong) == nil)
        }
        let writer = try #require(WriterID(bytes: [UInt8](repeating: 1, count: 8)))
        let manifest = ManifestName.name(writer: writer, sequence: 9, digest: digest)
        #expect(ManifestName.parse(manifest)?.sequence == 9)
        for wrong in [manifest + "0", manifest.uppercased(), "s/x/y", "s/\(writer)/1-\(name)"] {
            #expect(ManifestName.parse(wrong) == nil)
        }
    }
}
