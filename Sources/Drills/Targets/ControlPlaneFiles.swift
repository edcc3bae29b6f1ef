internal import Crypto
internal import FoundationEssentials
internal import KubernetesObjects
internal import SwiftASN1
internal import X509

/// The certificates and keys of a throwaway control plane, made in memory.
struct ControlPlaneKeys {
    let authority: String
    let serverCertificate: String
    let serverKey: String
    let administratorCertificate: String
    let administratorKey: String
    let accountKey: String
    let accountPublicKey: String

    /// They are valid for a day, long enough for any drill.
    init(now: Timestamp) throws(LifeboatError) {
        do {
            let authorityKey = P256.Signing.PrivateKey()
            let authorityName = try DistinguishedName { CommonName("lifeboat-drill") }
            let authority = try Self.certificate(
                subject: authorityName,
                key: authorityKey,
                issuer: authorityName,
                issuerKey: authorityKey,
                now: now,
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                    Critical(KeyUsage(digitalSignature: true, keyCertSign: true, cRLSign: true))
                }
            )
            let serverKey = P256.Signing.PrivateKey()
            let server = try Self.certificate(
                subject: try DistinguishedName { CommonName("kube-apiserver") },
                key: serverKey,
                issuer: authorityName,
                issuerKey: authorityKey,
                now: now,
                extensions: Certificate.Extensions {
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage([.serverAuth])
                    SubjectAlternativeNames([
                        .dnsName("localhost"), .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
                        .ipAddress(ASN1OctetString(contentBytes: [10, 0, 0, 1])),
                    ])
                }
            )
            let administratorKey = P256.Signing.PrivateKey()
            let administrator = try Self.certificate(
                subject: try DistinguishedName {
                    OrganizationName("system:masters")
                    CommonName("lifeboat-drill")
                },
                key: administratorKey,
                issuer: authorityName,
                issuerKey: authorityKey,
                now: now,
                extensions: Certificate.Extensions {
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage([.clientAuth])
                }
            )
            let accountKey = P256.Signing.PrivateKey()
            self.authority = try authority.serializeAsPEM().pemString
            serverCertificate = try server.serializeAsPEM().pemString
            self.serverKey = serverKey.pemRepresentation
            administratorCertificate = try administrator.serializeAsPEM().pemString
            self.administratorKey = administratorKey.pemRepresentation
            self.accountKey = accountKey.pemRepresentation
            accountPublicKey = accountKey.publicKey.pemRepresentation
        } catch {
            throw LifeboatError(
                .internalError,
                "the certificates of the drill's control plane could not be made: \(error)"
            )
        }
    }

    private static func certificate(
        subject: DistinguishedName,
        key: P256.Signing.PrivateKey,
        issuer: DistinguishedName,
        issuerKey: P256.Signing.PrivateKey,
        now: Timestamp,
        extensions: Certificate.Extensions
    ) throws -> Certificate {
        try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(key.publicKey),
            // An hour back, for machines whose clocks differ.
            notValidBefore: Date(timeIntervalSince1970: Double(now.secondsSince1970 - 3600)),
            notValidAfter: Date(timeIntervalSince1970: Double(now.secondsSince1970 + 86_400)),
            issuer: issuer,
            subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions,
            issuerPrivateKey: Certificate.PrivateKey(issuerKey)
        )
    }

    /// A kubeconfig with the administrator's certificate.
    func kubeconfig(port: Int) -> String {
        func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
        return """
            apiVersion: v1
            kind: Config
            clusters:
            - name: drill
              cluster:
                server: https://127.0.0.1:\(port)
                certificate-authority-data: \(base64(authority))
            users:
            - name: drill
              user:
                client-certificate-data: \(base64(administratorCertificate))
                client-key-data: \(base64(administratorKey))
            contexts:
            - name: drill
              context:
                cluster: drill
                user: drill
            current-context: drill

            """
    }
}
