import KubernetesObjects
import Testing

@testable import Readiness

@Suite struct `A sealing key` {
    private static func key(_ text: String = TLSSamples.sealingKey()) throws -> SealingKey {
        try SealingKey(of: try Samples.object(text))
    }

    private static func reason(_ text: String) -> String {
        let error = #expect(throws: SealingKey.Malformed.self) { try key(text) }
        return error?.reason ?? ""
    }

    private static func open(_ value: String, _ label: String) throws -> String? {
        try SealedValue(base64: value).open(with: try key(), label: label).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `has the fingerprint that ssh-keygen prints`() throws {
        let key = try Self.key()
        #expect(key.fingerprint == SealedSamples.fingerprint)
        #expect(key.matchesCertificate && key.state == .active)
        #expect(key.identity.description == "Secret kube-system/sealing")
    }

    @Test func `opens what other programs sealed, under its label only`() throws {
        #expect(try Self.open(SealedSamples.strict, "shop/token") == "opensesame-strict")
        #expect(try Self.open(SealedSamples.namespaceWide, "shop") == "opensesame-wide")
        #expect(try Self.open(SealedSamples.clusterWide, "") == "opensesame-cluster")
        #expect(try Self.open(SealedSamples.strict, "shop") == nil)
        #expect(try Self.open(SealedSamples.clusterWide, "shop") == nil)
    }

    @Test func `takes inputs of its own length only, below its modulus`() throws {
        let key = try Self.key()
        #expect(key.decrypted([], label: "") == nil)
        #expect(key.decrypted([UInt8](repeating: 1, count: 255), label: "") == nil)
        #expect(key.decrypted([UInt8](repeating: 0xFF, count: 256), label: "") == nil)
    }

    @Test func `is loaded by the controller when its label says active, and by no other text`() throws {
        #expect(try Self.key(TLSSamples.sealingKey(state: "compromised")).state == .inactive)
        #expect(try Self.key(TLSSamples.sealingKey(state: "\"\"")).state == .inactive)
        #expect(SealingKey.isSealingKey(try Samples.object(TLSSamples.sealingKey(state: "\"\""))))
        #expect(!SealingKey.isSealingKey(try Samples.object(TLSSamples.secret("front"))))
    }

    @Test func `may have the certificate of another key, RSA or not`() throws {
        #expect(try !Self.key(TLSSamples.sealingKey(certificate: TLSSamples.certificate)).matchesCertificate)
        let other = try SealedSecretSealing(now: Timestamp(secondsSince1970: 0)).keySecret(namespace: "a", name: "b")
        let certificate = try #require(other["data", "tls.crt"]?.string)
        #expect(try !Self.key(TLSSamples.sealingKey(certificate: certificate)).matchesCertificate)
    }

    @Test func `says why it cannot be used, without quoting the key`() {
        #expect(Self.reason("{kind: Secret}") == "it has no name")
        #expect(Self.reason(TLSSamples.sealingKey(key: "\"#\"")) == "its tls.key is missing or not base64")
        #expect(Self.reason(TLSSamples.sealingKey(key: TLSSamples.key)) == "its tls.key is no RSA key in PEM")
        #expect(Self.reason(TLSSamples.sealingKey(certificate: "\"\"")) == "its tls.crt holds no certificate")
    }
}
