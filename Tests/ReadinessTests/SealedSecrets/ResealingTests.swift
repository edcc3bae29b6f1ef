import KubernetesObjects
import Testing

@testable import Readiness

@Suite struct `A value that is sealed anew` {
    private static let random: @Sendable (Int) -> [UInt8] = { count in
        (0..<count).map { _ in UInt8.random(in: 0...255) }
    }

    @Test func `opens with the key of the certificate and under its new label only`() throws {
        let sealing = try SealedSecretSealing(now: Timestamp(secondsSince1970: 1_795_402_273))
        let secret = sealing.keySecret(namespace: "sealing", name: "key")
        let certificate = try #require(secret["data", "tls.crt"]?.string)
        let sealed = try SealedSecretSealing.seal(
            JSONObject([.init(key: "password", value: "dmFsdWU="), .init(key: "empty", value: "")]),
            certificate: certificate,
            label: "shop-copy/database",
            random: Self.random
        )
        #expect(sealed.members.map(\.key) == ["password", "empty"])
        let texts = sealed.members.compactMap(\.value.string)
        let key = try SealingKey(of: secret)
        let value = try SealedValue(base64: texts[0])
        #expect(value.open(with: key, label: "shop-copy/database") == Array("value".utf8))
        #expect(value.open(with: key, label: "shop/database") == nil)
        #expect(try SealedValue(base64: texts[1]).open(with: key, label: "shop-copy/database") == [])
    }

    @Test func `needs a certificate of an RSA key, and base64`() throws {
        let secret = try SealedSecretSealing(now: Timestamp(secondsSince1970: 1_795_402_273))
            .keySecret(namespace: "sealing", name: "key")
        let certificate = try #require(secret["data", "tls.crt"]?.string)
        for (text, value) in [("bm9uZQ==", "dmFsdWU="), ("?", "dmFsdWU="), (certificate, "not base64!")] {
            let error = #expect(throws: LifeboatError.self) {
                _ = try SealedSecretSealing.seal(
                    JSONObject([.init(key: "password", value: .string(value))]),
                    certificate: text,
                    label: "a/b",
                    random: Self.random
                )
            }
            #expect(error?.message.contains("not base64!") != true)
        }
    }
}
