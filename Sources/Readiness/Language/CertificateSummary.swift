import Crypto
import FoundationEssentials
import KubernetesObjects
import SwiftASN1
import X509

/// What is public of a certificate.
struct CertificateSummary {
    let notBefore: Timestamp
    let notAfter: Timestamp
    let dnsNames: [String]
    let isAuthority: Bool
    let subject: String
    let issuer: String
    let serial: String
    let fingerprint: String
    /// Whether the next certificate of the chain signed it; nil for the last.
    var isSignedByNext: Bool?

    /// The certificates of a field of a Secret or ConfigMap in their order; none when it holds none.
    static func all(in object: JSONValue, field: String) -> [CertificateSummary] {
        guard var text = object["data", field]?.string else { return [] }
        if object["kind"]?.string == "Secret" {
            guard let bytes = Data(base64Encoded: text), let decoded = String(validating: bytes, as: UTF8.self) else {
                return []
            }
            text = decoded
        }
        let documents = (try? PEMDocument.parseMultiple(pemString: text)) ?? []
        let certificates = documents.filter { $0.discriminator == Certificate.defaultPEMDiscriminator }
            .compactMap { try? Certificate(pemDocument: $0) }
        var summaries = certificates.map { CertificateSummary($0) }
        for index in summaries.indices.dropLast() {
            let isSigned = certificates[index + 1].publicKey
                .isValidSignature(certificates[index].signature, for: certificates[index])
            summaries[index].isSignedByNext = isSigned
        }
        return summaries
    }

    private init(_ certificate: Certificate) {
        notBefore = Timestamp(secondsSince1970: Int64(certificate.notValidBefore.timeIntervalSince1970))
        notAfter = Timestamp(secondsSince1970: Int64(certificate.notValidAfter.timeIntervalSince1970))
        dnsNames =
            (try? certificate.extensions.subjectAlternativeNames)??.compactMap { name in
                if case .dnsName(let text) = name { text } else { nil }
            } ?? []
        if case .isCertificateAuthority? = try? certificate.extensions.basicConstraints {
            isAuthority = true
        } else {
            isAuthority = false
        }
        (subject, issuer) = ("\(certificate.subject)", "\(certificate.issuer)")
        serial = "\(certificate.serialNumber)"
        var serializer = DER.Serializer()
        try? serializer.serialize(certificate)
        fingerprint = SHA256.hash(data: Data(serializer.serializedBytes))
            .map { $0 < 16 ? "0\(String($0, radix: 16))" : String($0, radix: 16) }.joined()
    }
}

/// The names that a certificate is for.
enum CertificateNames {
    /// Whether one of the names covers a host; a wildcard stands for one label.
    static func cover(_ host: String, _ names: [String]) -> Bool {
        names.contains { name in
            guard name.hasPrefix("*.") else { return name.lowercased() == host.lowercased() }
            guard let dot = host.firstIndex(of: ".") else { return false }
            return host[dot...].lowercased() == name.dropFirst().lowercased()
        }
    }
}
