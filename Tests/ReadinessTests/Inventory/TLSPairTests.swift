import KubernetesObjects
import Testing

@testable import Readiness

@Suite struct `A TLS Secret` {
    private static func pair(certificate: String = TLSSamples.certificate, key: String = TLSSamples.key) throws
        -> TLSPair
    {
        try TLSPair(of: try Samples.object(TLSSamples.secret("a", certificate: certificate, key: key)))
    }

    private static func reason(certificate: String = TLSSamples.certificate, key: String = TLSSamples.key) -> String {
        let error = #expect(throws: TLSPair.Malformed.self) { try pair(certificate: certificate, key: key) }
        return error?.reason ?? ""
    }

    @Test func `has an end, names and a key`() throws {
        let pair = try Self.pair()
        #expect(pair.expires.description == "2026-12-31T00:00:00Z")
        #expect(pair.isOfKey)
        #expect(try !Self.pair(key: TLSSamples.otherKey).isOfKey)
    }

    @Test func `may have the parameters of its curve before the key`() throws {
        #expect(try Self.pair(key: TLSSamples.keyWithParameters).isOfKey)
    }

    @Test func `may have RSA keys`() throws {
        #expect(try Self.pair(certificate: SealedSamples.certificate, key: SealedSamples.key).isOfKey)
    }

    @Test(arguments: [
        ("shop.example", true), ("SHOP.example", true), ("a.apps.example", true), ("*.apps.example", true),
        ("apps.example", false), ("a.b.apps.example", false), ("other.example", false), ("example", false),
    ]) func `covers its names, and by a wildcard one label`(host: String, isCovered: Bool) throws {
        #expect(try Self.pair().covers(host) == isCovered)
    }

    @Test func `without names covers nothing`() throws {
        #expect(try !Self.pair(certificate: SealedSamples.certificate, key: SealedSamples.key).covers("test"))
    }

    @Test func `says which half of it is wrong`() {
        #expect(Self.reason(certificate: "\"\"") == "its tls.crt holds no certificate")
        #expect(Self.reason(certificate: "not-base64!") == "its tls.crt is missing or not base64")
        #expect(Self.reason(certificate: TLSSamples.key) == "its tls.crt holds no certificate")
        #expect(Self.reason(key: "not-base64!") == "its tls.key is missing or not base64")
        #expect(Self.reason(key: TLSSamples.certificate) == "its tls.key is no private key in PEM")
        #expect(
            Self.reason(certificate: "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCkFBQUEKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=")
                == "its tls.crt cannot be read as certificates in PEM"
        )
    }
}
