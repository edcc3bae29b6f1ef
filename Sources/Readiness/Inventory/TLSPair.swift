import FoundationEssentials
import KubernetesObjects
import SwiftASN1
import X509

/// The certificate and key of a `kubernetes.io/tls` Secret.
struct TLSPair {
    let expires: Timestamp
    /// Whether the key is the certificate's.
    let isOfKey: Bool
    private let names: [String]

    /// Why a Secret is no TLS pair; the reason never quotes the key.
    struct Malformed: Error {
        let field: String
        let reason: String
    }

    init(of secret: JSONValue) throws(Malformed) {
        guard let leaf = try Self.certificates(of: secret).first else {
            throw Malformed(field: "tls.crt", reason: "its tls.crt holds no certificate")
        }
        guard let pem = Self.text(secret, "tls.key") else {
            throw Malformed(field: "tls.key", reason: "its tls.key is missing or not base64")
        }
        // OpenSSL writes the parameters of a curve before its key, and servers look for the first private key.
        let document = (try? PEMDocument.parseMultiple(pemString: pem))?.first {
            $0.discriminator.hasSuffix("PRIVATE KEY")
        }
        guard let document, let key = try? Certificate.PrivateKey(pemDocument: document) else {
            throw Malformed(field: "tls.key", reason: "its tls.key is no private key in PEM")
        }
        isOfKey = key.publicKey == leaf.publicKey
        expires = Timestamp(secondsSince1970: Int64(leaf.notValidAfter.timeIntervalSince1970))
        names =
            (try? leaf.extensions.subjectAlternativeNames)??.compactMap { name in
                if case .dnsName(let text) = name { text } else { nil }
            } ?? []
    }

    /// The certificates of tls.crt, the leaf first.
    static func certificates(of secret: JSONValue) throws(Malformed) -> [Certificate] {
        guard let text = text(secret, "tls.crt") else {
            throw Malformed(field: "tls.crt", reason: "its tls.crt is missing or not base64")
        }
        do {
            return try PEMDocument.parseMultiple(pemString: text)
                .filter { $0.discriminator == Certificate.defaultPEMDiscriminator }
                .map { try Certificate(pemDocument: $0) }
        } catch {
            throw Malformed(field: "tls.crt", reason: "its tls.crt cannot be read as certificates in PEM")
        }
    }

    /// Whether the certificate is for a host; a wildcard stands for one label.
    func covers(_ host: String) -> Bool { CertificateNames.cover(host, names) }

    private static func text(_ secret: JSONValue, _ field: String) -> String? {
        secret["data", field]?.string.flatMap { Data(base64Encoded: $0) }.flatMap {
            String(validating: $0, as: UTF8.self)
        }
    }
}
