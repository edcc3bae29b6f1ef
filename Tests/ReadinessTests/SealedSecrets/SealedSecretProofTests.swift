import FoundationEssentials
import KubernetesObjects
import Testing

@testable import Readiness

@Suite struct `The proof that a SealedSecret opens` {
    private static let now = Timestamp(secondsSince1970: 1_780_272_000)
    /// Keys take a while to make, so that two are shared.
    private static let mine = Result { try SealedSecretSealing(now: now) }
    private static let other = Result { try SealedSecretSealing(now: now) }

    /// Bytes that repeat in every run; a test needs no secret.
    private static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + 3) } }

    private static func proof(_ sealing: Result<SealedSecretSealing, any Error>) throws -> SealedSecretProof {
        let secret = try sealing.get().keySecret(namespace: "kube-system", name: "sealing")
        return SealedSecretProof(keys: [try SealingKey(of: secret)])
    }

    private static func sealed(
        _ values: [(key: String, value: [UInt8])] = [("token", Array("a word".utf8))],
        scope: SealedSecretScope = .strict
    ) throws -> JSONValue {
        try mine.get().sealedSecret(namespace: "shop", name: "login", values: values, scope: scope, random: bytes)
    }

    private static func secret(_ values: [(key: String, value: [UInt8])]) -> JSONValue {
        var secret: JSONValue = ["kind": "Secret"]
        for (key, value) in values { secret["data", key] = .string(SealedSecretSealing.base64(value)) }
        return secret
    }

    /// The answer of the only value.
    private static func answer(
        _ sealed: JSONValue,
        live: JSONValue? = nil,
        by sealing: Result<SealedSecretSealing, any Error> = mine
    ) throws -> SealedSecretProof.Answer? {
        try proof(sealing).prove(sealed, live: live).first?.answer
    }

    @Test(arguments: SealedSecretScope.allCases)
    func `what was sealed opens to what its Secret holds`(scope: SealedSecretScope) throws {
        let values = [(key: "token", value: Array("a word".utf8)), ("empty", []), ("binary", Self.bytes(5000))]
        let answers = try Self.proof(Self.mine)
            .prove(try Self.sealed(values, scope: scope), live: Self.secret(values))
        #expect(answers.map(\.key) == ["token", "empty", "binary"])
        for answer in answers {
            guard case .opens(let fingerprint, .matches) = answer.answer else {
                Issue.record("\(answer.key): \(answer.answer)")
                continue
            }
            #expect(fingerprint.hasPrefix("SHA256:") && fingerprint.count == 50)
        }
    }

    @Test func `another value in the Secret, or none of this name, differs`() throws {
        let sealed = try Self.sealed()
        for live in [Self.secret([("token", [1])]), Self.secret([("other", Array("a word".utf8))])] {
            guard case .opens(_, .differs) = try Self.answer(sealed, live: live) else {
                Issue.record("it does not differ from \(live)")
                continue
            }
        }
        guard case .opens(_, .absent) = try Self.answer(sealed) else {
            Issue.record("there is no Secret")
            return
        }
    }

    @Test func `another key opens nothing`() throws {
        #expect(try Self.answer(try Self.sealed(), by: Self.other) == .noKey)
        #expect(SealedSecretProof(keys: []).prove(try Self.sealed(), live: nil).map(\.answer) == [.noKey])
    }

    @Test func `another name or namespace opens nothing, as far as the scope binds`() throws {
        func moved(_ field: String, _ scope: SealedSecretScope) throws -> SealedSecretProof.Answer? {
            var sealed = try Self.sealed(scope: scope)
            sealed["metadata", field] = "moved"
            return try Self.answer(sealed)
        }
        #expect(try moved("name", .strict) == .noKey && moved("namespace", .strict) == .noKey)
        #expect(try moved("name", .namespaceWide) != .noKey && moved("namespace", .namespaceWide) == .noKey)
        #expect(try moved("name", .clusterWide) != .noKey && moved("namespace", .clusterWide) != .noKey)
    }

    @Test(arguments: [SealedSecretScope.namespaceWide, .clusterWide])
    func `an annotation that was lost is told from a key that was lost`(scope: SealedSecretScope) throws {
        var sealed = try Self.sealed(scope: scope)
        sealed["metadata", "annotations"] = nil
        #expect(try Self.answer(sealed) == .wrongScope(scope.rawValue))
    }

    @Test func `a flipped bit in any part is found`() throws {
        let text = try #require(try Self.sealed()["spec", "encryptedData", "token"]?.string)
        let bytes = Array(try #require(Data(base64Encoded: text)))
        // In the sealed key at its first, middle and last byte, in the value and in the tag.
        for index in [2, 130, 257, 258, bytes.count - 1] {
            var flipped = bytes
            flipped[index] ^= 1
            var sealed = try Self.sealed()
            sealed["spec", "encryptedData", "token"] = .string(SealedSecretSealing.base64(flipped))
            #expect(try Self.answer(sealed) == .noKey, "byte \(index)")
        }
    }

    @Test func `what is no sealed value is malformed`() throws {
        func answer(_ value: JSONValue) throws -> SealedSecretProof.Answer? {
            var sealed = try Self.sealed()
            sealed["spec", "encryptedData", "token"] = value
            return try Self.answer(sealed)
        }
        #expect(try answer(7) == .malformed("it is not a text"))
        #expect(try answer("!") == .malformed("it is not base64"))
        #expect(try answer("") == .malformed("it is cut off"))
        let text = try #require(try Self.sealed()["spec", "encryptedData", "token"]?.string)
        let cut = Array(try #require(Data(base64Encoded: text)).prefix(2 + 256 + 15))
        #expect(try answer(.string(SealedSecretSealing.base64(cut))) == .malformed("it is cut off"))
    }

    @Test func `line ends inside of base64 are left out`() throws {
        var sealed = try Self.sealed()
        let text = try #require(sealed["spec", "encryptedData", "token"]?.string)
        sealed["spec", "encryptedData", "token"] = .string("\(text.prefix(76))\r\n\(text.dropFirst(76))\n")
        guard case .opens = try Self.answer(sealed) else {
            Issue.record("it does not open")
            return
        }
    }

    @Test func `cluster-wide wins over namespace-wide, and only the text true counts`() throws {
        func scope(_ annotations: String) throws -> SealedSecretScope {
            let prefix = "sealedsecrets.bitnami.com/"
            let text = annotations.replacing("@", with: prefix)
            return SealedSecretScope(of: try Samples.object("{metadata: {annotations: {\(text)}}}"))
        }
        #expect(try scope("") == .strict)
        #expect(try scope("@namespace-wide: \"true\", @cluster-wide: \"true\"") == .clusterWide)
        #expect(try scope("@namespace-wide: \"true\", @cluster-wide: \"false\"") == .namespaceWide)
        #expect(try scope("@cluster-wide: \"True\"") == .strict)
    }
}
