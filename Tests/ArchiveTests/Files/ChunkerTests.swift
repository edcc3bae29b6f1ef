import Crypto
import Testing

@testable import Archive

@Suite struct `Chunks of contents` {
    private static let domain = DomainSecrets(random: { count in (0..<count).map { UInt8($0) } })
    /// As a program of its own, written from docs/archive-format.md alone, has them, too.
    private static let frozen = [
        [1_355_044, 1_268_066, 1_105_861, 1_365_700, 1_084_303, 1_447_243, 373_783],
        [809_304, 1_483_559, 1_202_837, 1_080_687, 1_102_910, 1_483_737, 836_966],
    ]
    private static let frozenTable = "c2e4c9a28ff2dcd512e889539ca5635253b070529bb65d96734ba97031ef9a23"
    private let chunker = Chunker(Self.domain)

    /// The sizes of the chunks of some bytes.
    private func sizes(_ bytes: [UInt8]) -> [Int] {
        bytes.withUnsafeBytes { bytes in
            var sizes: [Int] = []
            var start = 0
            while start < bytes.count {
                sizes.append(chunker.firstCut(UnsafeRawBufferPointer(rebasing: bytes[start...])))
                start += sizes[sizes.count - 1]
            }
            return sizes
        }
    }

    private func chunks(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var start = 0
        return sizes(bytes)
            .map { size in
                defer { start += size }
                return bytes[start..<start + size]
            }
    }

    @Test func `cover everything once and keep their bounds`() {
        for count in [0, 1, 1000, Chunker.smallest, Chunker.smallest + 1, 9_000_000] {
            let sizes = sizes(Fixture.bytes(count, seed: 3))
            #expect(sizes.reduce(0, +) == count)
            #expect(sizes.dropLast().allSatisfy { $0 >= Chunker.smallest && $0 <= Chunker.largest })
            #expect(sizes.allSatisfy { $0 > 0 && $0 <= Chunker.largest })
        }
        #expect(sizes([UInt8](repeating: 0, count: 9 << 20)) == [4 << 20, 4 << 20, 1 << 20])
    }

    @Test func `are cut where they always were`() {
        // Frozen: whatever changes here makes every repository store all files again.
        #expect(sizes(Fixture.bytes(8_000_000, seed: 1)) == Self.frozen[0])
        #expect(sizes(Fixture.bytes(8_000_000, seed: 2)) == Self.frozen[1])
        let text = Array(String(repeating: "to be or not to be, that is the question; ", count: 60_000).utf8)
        #expect(sizes(text) == [2_520_000])
        #expect(Self.table.withUnsafeBytes { Hexadecimal.encode(contentDigest(Array($0))) } == Self.frozenTable)
    }

    @Test func `depend on the 64 bytes before a cut and on nothing farther away`() {
        let bytes = Fixture.bytes(8_000_000, seed: 4)
        let before = chunks(bytes)
        for (position, insertion) in [(100, [1, 2, 3] as [UInt8]), (2_500_000, [9]), (5_000_000, [])] {
            var changed = bytes
            changed.replaceSubrange(position..<position + 5, with: insertion)
            let known = Set(before.map { Array($0) })
            let new = chunks(changed).filter { !known.contains(Array($0)) }
            #expect(new.count <= 3, "\(new.map(\.count)) are new after a change at \(position)")
        }
    }

    /// The sizes by the rule of docs/archive-format.md, one byte after the other.
    private static func sizesByRule(_ bytes: [UInt8], _ gear: [UInt64]) -> [Int] {
        var sizes: [Int] = []
        var (start, hash, position) = (0, UInt64(0), 0)
        for byte in bytes {
            hash = hash << 1 &+ gear[Int(byte)]
            position += 1
            let length = position - start
            let isCut = length >= 256 << 10 && hash < (length < 1 << 20 ? 1 << 42 : 1 << 46)
            guard isCut || length == 4 << 20 else { continue }
            sizes.append(length)
            start = position
        }
        return start < bytes.count ? sizes + [bytes.count - start] : sizes
    }

    private static let table = HKDF<SHA256>.deriveKey(
        inputKeyMaterial: domain.chunkKey,
        salt: [UInt8](),
        info: Array("lifeboat gear v1".utf8),
        outputByteCount: 2048
    )
    private static let gear: [UInt64] = table.withUnsafeBytes { table in
        (0..<256).map { UInt64(littleEndian: table.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)) }
    }

    @Test func `are those of a search of one byte after the other`() throws {
        for seed in 10..<14 {
            let bytes = Fixture.bytes(5_000_000, seed: UInt64(seed))
            #expect(sizes(bytes) == Self.sizesByRule(bytes, Self.gear), "\(seed)")
        }
        // Windows after which both limits cut, and the second one alone, put where two stretches are searched at once.
        var (strict, loose): ([UInt8]?, [UInt8]?)
        var seed: UInt64 = 100
        while strict == nil || loose == nil {
            let bytes = Fixture.bytes(4_000_000, seed: seed)
            seed += 1
            var hash: UInt64 = 0
            for (position, byte) in bytes.enumerated() {
                hash = hash << 1 &+ Self.gear[Int(byte)]
                guard position >= 63, hash < 1 << 46 else { continue }
                if hash < 1 << 42 {
                    strict = Array(bytes[position - 63...position])
                } else {
                    loose = Array(bytes[position - 63...position])
                }
            }
        }
        let windows = [try #require(strict), try #require(loose)]
        let (smallest, average) = (Chunker.smallest, Chunker.average)
        // Ends of windows, from the beginning of the stretches and from where the limit changes.
        let ends: [[Int]] = [
            [smallest], [smallest + 1], [smallest + 63], [smallest + 8191], [smallest + 8192], [smallest + 8193],
            [smallest + 100, smallest + 8192 + 50], [smallest + 5000, smallest + 8192 + 70],
            [smallest + 8191, smallest + 8192 + 64],
            [smallest + 8190, smallest + 16_383], [smallest + 16_382], [smallest + 16_383], [smallest + 16_384],
            [smallest + 20_000],
            [average - 1], [average], [average + 1], [average - 2, average + 8192], [average + 8000, average + 8300],
            [average + 9000],
            [average + 16_383], [average + 16_384], [1_500_000], [1_999_999], [2_000_000],
        ]
        var cut = 0
        for window in windows {
            for ends in ends {
                var bytes = [UInt8](repeating: 0, count: 2_000_000)
                for end in ends { bytes.replaceSubrange(end - 64..<end, with: window) }
                let expected = Self.sizesByRule(bytes, Self.gear)
                #expect(sizes(bytes) == expected, "\(ends)")
                cut += expected.count - 1
            }
        }
        #expect(cut > 30)
    }

    @Test func `are not where another domain cuts`() {
        let other = Chunker(DomainSecrets(random: { count in (0..<count).map { UInt8($0) &+ 1 } }))
        let bytes = Fixture.bytes(8_000_000, seed: 1)
        #expect(bytes.withUnsafeBytes { other.firstCut($0) } != sizes(bytes)[0])
    }

    @Test func `that begin with zeros and then have something are not taken for zeros`() {
        var bytes = [UInt8](repeating: 0, count: 1000)
        #expect(bytes.withUnsafeBytes { $0.isZero })
        for position in [0, 63, 64, 999] {
            bytes[position] = 1
            #expect(bytes.withUnsafeBytes { !$0.isZero })
            bytes[position] = 0
        }
    }
}
