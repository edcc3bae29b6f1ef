import Testing

@testable import Readiness

@Suite struct `OAEP padding with a label` {
    /// Messages that the Python package `cryptography` encrypted to one RSA key of 1024 bits.
    struct Vector: CustomTestStringConvertible {
        let label: String
        let message: String
        let seed: String
        /// The encoded message, before it is raised to the public exponent.
        let encoded: String
        let encrypted: String

        var testDescription: String { "a message of \(message.count / 2) bytes with the label “\(label)”" }
    }

    private static let modulus = """
        b6369500db061ed01e678de9befdfb80821b221b574927de10ba61ed060a0390219dbc2e024d9056ff2d12dbc59a49f7\
        25f050c69c498738e0f114adc67c4ecad98187899f4af012bd7e7b340d9a0e0c278c5445e8eb879cb13014c5164679fb\
        75a79957d53ab00d57eb91fa869fa581162dca3f9e4a52acfb225bf48997a659
        """

    static let vectors = [
        Vector(
            label: "shop/token",
            message: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            seed: "6198e075e6e20c1b8ba3b7af0a9387e39c4062f5a980c00bc86b9a11e87488b8",
            encoded: """
                0068b7f621c1f0be9cf3800cda58b09a23edc9d2db92b453be85aa7c13ecbf9ccf6978b70aeaeb7751a30267d8c031bd\
                25b884e5d9c9e1311efcd7b297efc229b14597ffe10fe2ac5b070887268ea8a15d1202c8817aac99c00776e4732621be\
                2b1e57439412d3b376ec112fe05e74219386f5c85643e8511fa076d78e176a9f
                """,
            encrypted: """
                051958d77849b7ea54898bb7f57d5cfe38f5c312dd4fd934019666ad65bba5b532e9c24334d32cc73ef18129d11d2a5b\
                2d95fb21ceba336069a27ee4518ad8cb0a5c5080e018f5a371e3c485c1935da9988cb7d38db8fd73f7a4482faa94072c\
                436222ab12aa4d7b3d79044d1352741ba5c87893e95c79d2b137ccdfc02e49dd
                """
        ),
        Vector(
            label: "",
            message: "68656c6c6f",
            seed: "e5667394dcf7f06487ff45a3bb1af240f483aea9d7458350bf84fd2508384242",
            encoded: """
                00b4083cf593300a681f59395cbd707f1343c5e8473aa87539256a10f8b459c31981dfc6a45f88c7550ab3ccf7c2fb47\
                45931074848bc93c9d54798d1c78037ee9256dfc2a16bdf339fff5a68f0fa549d2041a5067b6b9767a5f7a80103f8169\
                600e2e4dda8aa4be4bede608bd52a112e34ff9dda16cd59219fe9e1e5ff78601
                """,
            encrypted: """
                052b09a17c62dae0b6c1f7b871c9e7f37b71b5599429f6543723ab18d4941f1544e1b2b1772190b0630863ffd4df7c21\
                97b8f87e15894e3829f2dc4b81cf6b1116d5f3af44fd541a667f8b7c09c3a63e8a4575addbe4f55164309949708217ab\
                c41d3428ae291916d278a40be120d69741ccd8175c34c7d1feb70df895505563
                """
        ),
    ]

    @Test(arguments: vectors) func `a message is encoded as others encode it`(vector: Vector) {
        let encoded = OAEPPadding.encode(
            hexadecimal(vector.message),
            label: Array(vector.label.utf8),
            length: 128,
            seed: hexadecimal(vector.seed)
        )
        #expect(encoded == hexadecimal(vector.encoded))
    }

    @Test(arguments: vectors) func `what others encoded is decoded`(vector: Vector) {
        let message = OAEPPadding.decode(hexadecimal(vector.encoded), label: Array(vector.label.utf8))
        #expect(message == hexadecimal(vector.message))
    }

    @Test(arguments: vectors) func `raised to the public exponent it is what others encrypted`(vector: Vector) {
        let power = ModularPower.compute(
            hexadecimal(vector.encoded),
            exponent: [1, 0, 1],
            modulus: hexadecimal(Self.modulus)
        )
        #expect(power == hexadecimal(vector.encrypted))
    }

    @Test func `another label opens nothing`() throws {
        let vector = try #require(Self.vectors.first)
        #expect(OAEPPadding.decode(hexadecimal(vector.encoded), label: Array("shop/other".utf8)) == nil)
        #expect(OAEPPadding.decode(hexadecimal(vector.encoded), label: []) == nil)
    }

    @Test func `a flipped bit anywhere is found`() throws {
        let vector = try #require(Self.vectors.first)
        let encoded = hexadecimal(vector.encoded)
        for index in encoded.indices {
            var flipped = encoded
            flipped[index] ^= 0x10
            // A change of the masked block changes the mask of the seed, and by it the whole block.
            #expect(OAEPPadding.decode(flipped, label: Array(vector.label.utf8)) == nil, "byte \(index)")
        }
    }

    @Test func `a message as long as the block allows fits, and one byte more does not`() {
        let seed = [UInt8](repeating: 7, count: 32)
        let longest = [UInt8](repeating: 1, count: 128 - 66)
        let encoded = OAEPPadding.encode(longest, label: [], length: 128, seed: seed)
        #expect(encoded.flatMap { OAEPPadding.decode($0, label: []) } == longest)
        #expect(OAEPPadding.encode(longest + [1], label: [], length: 128, seed: seed) == nil)
        #expect(OAEPPadding.encode([1], label: [], length: 128, seed: [1]) == nil)
    }

    @Test func `an empty message is not the same as none`() {
        let encoded = OAEPPadding.encode([], label: [1], length: 66, seed: [UInt8](repeating: 9, count: 32))
        #expect(encoded.flatMap { OAEPPadding.decode($0, label: [1]) } == [])
        #expect(OAEPPadding.decode([UInt8](repeating: 0, count: 65), label: []) == nil)
    }
}
