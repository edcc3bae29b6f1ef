import Testing

@testable import Readiness

@Suite struct `Powers modulo a number` {
    /// Computed with Python's `pow`; the last three need the rare step of the division that adds the divisor back.
    struct Case: CustomTestStringConvertible {
        let base: String
        let exponent: String
        let modulus: String
        let power: String

        init(_ base: String, _ exponent: String, _ modulus: String, _ power: String) {
            (self.base, self.exponent, self.modulus, self.power) = (base, exponent, modulus, power)
        }

        var testDescription: String { "\(base)^\(exponent) modulo \(modulus)" }
    }

    static let cases = [
        Case("0004", "0d", "01f1", "01bd"),
        Case("00000000", "05", "fffffffb", "00000000"),
        Case("0000000000000002", "0100000001", "ffffffff00000001", "00000001fffffffe"),
        Case("deadbeefcafebabe", "010001", "ffffffffffffffc5", "d629ddbfd7603db3"),
        Case("fffffffffffffffffffffff9", "010001", "ffffffffffffffffffffffff", "9ff8a46e07045999590301f2"),
        Case(
            "80000000000000000000000000003039",
            "010001",
            "ffffffff000000000000000000000001",
            "679788e947bb1aa5cdc823c990446317"
        ),
        Case("800000000000000000000003", "03", "80000000ffffffff00000005", "7ffffefd00000172fffffd0f"),
        Case("07", "00", "0d", "01"),
        Case("123456", "11", "abcdef", "4511cd"),
        Case("fffffffffffffffffff389b8", "02", "fffffffffffffffffffffffe", "000000000000009b4d349b24"),
        Case(
            "80000000fffffffffffffffefffa611d",
            "02",
            "80000000ffffffffffffffff00000001",
            "00000000000000000000001f97863b10"
        ),
        Case(
            "80000000fffffffffffffffdfff1063d",
            "02",
            "80000000fffffffffffffffe00000000",
            "0000000000000000000000e04500ea89"
        ),
    ]

    @Test(arguments: cases) func `are those of another implementation`(sample: Case) {
        let power = ModularPower.compute(
            hexadecimal(sample.base),
            exponent: hexadecimal(sample.exponent),
            modulus: hexadecimal(sample.modulus)
        )
        #expect(power == hexadecimal(sample.power))
    }

    @Test func `are as long as the modulus, whatever its length`() {
        #expect(ModularPower.compute([2], exponent: [3], modulus: [1, 0, 0, 0, 1]) == [0, 0, 0, 0, 8])
        #expect(ModularPower.compute([0], exponent: [3], modulus: [9]) == [0])
    }

    @Test func `need a base below the modulus, and a modulus`() {
        #expect(ModularPower.compute([9], exponent: [1], modulus: [9]) == nil)
        #expect(ModularPower.compute([1, 0], exponent: [1], modulus: [9]) == nil)
        #expect(ModularPower.compute([0], exponent: [1], modulus: [0, 0]) == nil)
    }
}
