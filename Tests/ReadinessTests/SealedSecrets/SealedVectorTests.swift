import Foundation
import KubernetesObjects
import Testing

@testable import Readiness

@Suite(.enabled(if: PythonProgram.hasCryptography, "python3-cryptography is not installed"))
struct `SealedSecrets that another implementation made` {
    @Test func `open with their keys to their values, and nothing else does`() throws {
        let made = try PythonProgram.run(PythonProgram.script("sealed-vectors"), [])
        #expect(made.status == 0)
        let vectors = try #require(try JSONValue(parsing: [UInt8](made.output)).array)
        // Two sizes of keys, two forms of them, three scopes, four values, and the negatives.
        #expect(vectors.count == 2 * 2 * 3 * 4 + 16)
        for vector in vectors {
            let name = vector["name"]?.string ?? ""
            let expected = vector["expected"]?.string ?? ""
            let found = Self.outcome(vector)
            #expect(found == expected, "\(name)")
        }
    }

    private static func outcome(_ vector: JSONValue) -> String {
        var keys: [SealingKey] = []
        for secret in vector["keys"]?.array ?? [] {
            guard SealingKey.isSealingKey(secret) else { return "unlabelled" }
            do throws(SealingKey.Malformed) {
                keys.append(try SealingKey(of: secret))
            } catch {
                return "bad key"
            }
        }
        if keys.contains(where: { !$0.matchesCertificate }) { return "mismatched" }
        let live: JSONValue = ["kind": "Secret", "data": ["value": vector["value"] ?? ""]]
        let answers = SealedSecretProof(keys: keys).prove(vector["sealed"] ?? [:], live: live)
        switch answers.first?.answer {
        case .opens(_, .matches): return "opens"
        case .opens: return "opens to something else"
        case .opensWithInactiveKey: return "inactive"
        case .wrongScope: return "wrong scope"
        case .noKey, .malformed: return "closed"
        case nil: return "no answer"
        }
    }
}
