import Testing

@testable import Archive

@Suite struct `The parity of a pack` {
    private static func pack(_ size: Int) -> [UInt8] {
        var state: UInt64 = 0x1234_5678_9ABC_DEF1
        return (0..<size)
            .map { _ in
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                return UInt8(truncatingIfNeeded: state >> 32)
            }
    }

    /// Sizes on both sides of every border: of a unit, of a stripe, of one unit more in each column.
    static let sizes = [1, 17, 4095, 4096, 4097, 8192, 8193, 80_000, 81_919, 81_920, 81_921, 163_841, 500_000]

    private static func destroy(_ pack: inout [UInt8], _ units: Range<Int>) {
        for position in units.lowerBound * 4096..<min(units.upperBound * 4096, pack.count) { pack[position] ^= 0x5A }
    }

    @Test(arguments: sizes)
    func `brings back any two units of each stripe`(size: Int) async throws {
        let pack = Self.pack(size)
        let parity = try PackParity(PackParity.encoded(pack))
        #expect(parity.isWhole)
        #expect(parity.belongs(to: pack))
        #expect(parity.restore(pack) == pack)
        let units = (size + 4095) / 4096
        let stripes = (units + 19) / 20
        for first in 0..<min(units, 24) {
            await Task.yield()
            for second in first..<min(units, 24) {
                var damaged = pack
                Self.destroy(&damaged, first..<first + 1)
                if second != first { Self.destroy(&damaged, second..<second + 1) }
                #expect(!parity.belongs(to: damaged))
                #expect(parity.restore(damaged) == pack, "units \(first) and \(second) of \(size) bytes")
            }
        }
        // The longest run that is sure to be mended: two units of each stripe.
        for start in 0...max(0, units - 2 * stripes) {
            await Task.yield()
            var damaged = pack
            Self.destroy(&damaged, start..<min(units, start + 2 * stripes))
            #expect(parity.restore(damaged) == pack, "from unit \(start) of \(size) bytes")
        }
        #expect(parity.restore(Array(pack.prefix(pack.count - min(pack.count, 4096)))) == pack, "cut short")
        #expect(parity.restore(pack + [1, 2, 3]) == pack, "longer than it was")
    }

    @Test func `brings back a whole pack of two units, and of three none`() throws {
        for size in [1, 4096, 8192] {
            let pack = Self.pack(size)
            #expect(try PackParity(PackParity.encoded(pack)).restore([]) == pack)
        }
        let larger = Self.pack(8193)
        #expect(try PackParity(PackParity.encoded(larger)).restore([]) == nil)
        #expect(PackParity.encoded(larger).count < 8192 + 100)
        #expect(PackParity.encoded(Self.pack(10 << 20)).count < 11 << 20)
        #expect(PackParity.encoded(Self.pack(10 << 20)).count - (10 << 20) / 10 < 20_000)
    }

    @Test func `does not guess where three units of a stripe are lost`() throws {
        let pack = Self.pack(81_920)
        let parity = try PackParity(PackParity.encoded(pack))
        var damaged = pack
        for unit in [3, 9, 17] { Self.destroy(&damaged, unit..<unit + 1) }
        #expect(parity.restore(damaged) == nil)
    }

    @Test func `helps where it is damaged itself, as far as it goes`() async throws {
        let pack = Self.pack(81_920)
        let encoded = PackParity.encoded(pack)
        for unit in 0..<2 {
            var damagedParity = encoded
            damagedParity[encoded.count - 1 - unit * 4096] ^= 1
            let parity = try PackParity(damagedParity)
            #expect(!parity.isWhole)
            var damaged = pack
            Self.destroy(&damaged, 7..<8)
            #expect(parity.restore(damaged) == pack)
            Self.destroy(&damaged, 8..<9)
            #expect(parity.restore(damaged) == nil)
        }
        for position in stride(from: 0, to: encoded.count - 2 * 4096, by: 1) {
            await Task.yield()
            var changed = encoded
            changed[position] ^= 0x10
            #expect(throws: MalformedBytes.self, "byte \(position)") { _ = try PackParity(changed) }
        }
    }

    /// The sums of the format's description, without the library.
    @Test func `is what the format says`() throws {
        func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 {
            var (left, right, product) = (UInt16(left), right, UInt16(0))
            while right != 0 {
                if right & 1 == 1 { product ^= left }
                left <<= 1
                if left & 0x100 != 0 { left ^= 0x11D }
                right >>= 1
            }
            return UInt8(product)
        }
        func inverse(_ value: UInt8) throws -> UInt8 { try #require((1...255).first { multiply(value, $0) == 1 }) }
        let pack = Self.pack(100_000)
        let encoded = PackParity.encoded(pack)
        // 25 units in 2 stripes: unit i is the i / 2nd of stripe i % 2, and parity follows row by row.
        for row in 0..<2 {
            for stripe in 0..<2 {
                for offset in stride(from: 0, to: 4096, by: 61) {
                    var sum: UInt8 = 0
                    for column in 0..<20 {
                        let position = (column * 2 + stripe) * 4096 + offset
                        guard position < pack.count else { continue }
                        sum ^= multiply(pack[position], try inverse(UInt8((20 + row) ^ column)))
                    }
                    let place = encoded.count - 4 * 4096 + (row * 2 + stripe) * 4096 + offset
                    #expect(encoded[place] == sum)
                }
            }
        }
    }
}
