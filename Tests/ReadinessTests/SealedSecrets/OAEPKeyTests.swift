import FoundationEssentials
import Testing

@testable import Readiness

@Suite struct `An RSA key for OAEP` {
    private static func pem(_ base64: String) throws -> String {
        String(decoding: try #require(Data(base64Encoded: base64)), as: UTF8.self)
    }

    private static func key() throws -> OAEPKey { try OAEPKey(privateKeyPEM: try pem(SealedSamples.key)) }

    private static let label = Array("shop/token".utf8)

    @Test(arguments: [0, 1, 32, 190]) func `opens what it sealed`(count: Int) throws {
        let message = [UInt8](repeating: 7, count: count)
        let sealed = try #require(try Self.key().encrypt(message, label: Self.label))
        #expect(sealed.count == 256)
        #expect(try Self.key().decrypt(sealed, label: Self.label) == message)
    }

    @Test func `opens nothing under another label, and nothing that was changed or cut`() throws {
        let key = try Self.key()
        let sealed = try #require(key.encrypt([1, 2, 3], label: Self.label))
        #expect(key.decrypt(sealed, label: []) == nil)
        #expect(key.decrypt(sealed, label: Array("shop/other".utf8)) == nil)
        #expect(key.decrypt(sealed.dropLast(), label: Self.label) == nil)
        var changed = sealed
        changed[128] ^= 1
        #expect(key.decrypt(changed, label: Self.label) == nil)
    }

    @Test func `seals no message that is too long for it`() throws {
        #expect(try Self.key().encrypt([UInt8](repeating: 0, count: 191), label: []) == nil)
    }

    @Test func `is not read from other texts, other kinds of keys, or a text that needs a passphrase`() throws {
        for text in ["", "no key", try Self.pem(TLSSamples.key), Self.keyWithPassphrase] {
            #expect(throws: OAEPKey.Malformed.self) { try OAEPKey(privateKeyPEM: text) }
            #expect(throws: OAEPKey.Malformed.self) { try OAEPKey(publicKeyPEM: text) }
        }
    }

    /// Of 512 bits and made for this test.
    private static let keyWithPassphrase = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIIBvTBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQINj+6jDykT8YCAggA
        MAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUDBAECBBDYNFzUVZdNp/t75psJWCtiBIIB
        YKQ8e/zp0NZRMaMw1UYCIXZK/9s0Ahxj3lvzQHg9g77iiBzkBa3UgzAs+y9fK1aL
        qFMoxrCftZ2heX2JnMC1AtIoOIWy1lL+DRlJj+mAbm4+yjzfye5k/7NQycN4QnKt
        VvWOoeNJg7v3ctFj9IdxMK4B4C4Qb9ogQeLiaBUbQOxW+UqwFcrGkqYWFHwoWtCN
        mGRDmRdFLH9NTzK2MTDoIjuD/fD7ESpQblU6C86A7rOWAxz9fAmWp2fllUMDScDj
        Q8wqKY/bhuTSY2yfvhPz9qqhzgoTaTm4GxX01e/h4WFUHpxPbntGpXyihP0rqhEI
        t/ubvwU6PXlKbrkoANzEz6xu9gTQFBdkw0SG/EoOV8P/JmFVYYMjPG6bz9C3KUGv
        GiJjve2q/DbIz9z5xqOBnJyjjyHbExYo/8xeMmYE7nUAAfv6bxYrNfKpN6eW9fw4
        SnzcZzlivILDdJOxWiOPplY=
        -----END ENCRYPTED PRIVATE KEY-----
        """
}
