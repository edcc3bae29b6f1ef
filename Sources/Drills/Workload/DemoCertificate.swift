internal import Crypto
internal import FoundationEssentials
internal import KubernetesObjects
internal import SwiftASN1
internal import X509

/// A self-signed certificate of 90 days with its key, as a certificate manager would have made it.
struct DemoCertificate {
    let certificateBase64: String
    let keyBase64: String

    /// - Parameter isAuthority: whether it may sign others, as the issuer of a service mesh does.
    init(hosts: [String], isAuthority: Bool = false, now: Timestamp) throws(LifeboatError) {
        do {
            let key = P256.Signing.PrivateKey()
            let name = try DistinguishedName { CommonName(hosts.first ?? "demo") }
            let certificate = try Certificate(
                version: .v3,
                serialNumber: Certificate.SerialNumber(),
                publicKey: Certificate.PublicKey(key.publicKey),
                notValidBefore: Date(timeIntervalSince1970: Double(now.secondsSince1970 - 3600)),
                notValidAfter: Date(timeIntervalSince1970: Double(now.secondsSince1970 + 90 * 86_400)),
                issuer: name,
                subject: name,
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: Certificate.Extensions {
                    if isAuthority {
                        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                    }
                    Critical(KeyUsage(digitalSignature: true, keyCertSign: isAuthority))
                    SubjectAlternativeNames(hosts.map { .dnsName($0) })
                },
                issuerPrivateKey: Certificate.PrivateKey(key)
            )
            certificateBase64 = Data(try certificate.serializeAsPEM().pemString.utf8).base64EncodedString()
            keyBase64 = Data(key.pemRepresentation.utf8).base64EncodedString()
        } catch {
            throw LifeboatError(.internalError, "a certificate of the demo workload could not be made: \(error)")
        }
    }
}
