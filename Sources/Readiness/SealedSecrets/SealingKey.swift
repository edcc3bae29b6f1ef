import Crypto
import FoundationEssentials
import KubernetesObjects
import X509
import _CryptoExtras

/// A sealing key of the SealedSecrets controller: a TLS Secret with an RSA key and its certificate.
struct SealingKey: Sendable {
    /// The label that makes a Secret a sealing key.
    static let label = "sealedsecrets.bitnami.com/sealed-secrets-key"

    enum State: Equatable, Sendable {
        case active
        /// Labelled with something else than `active`: the controller does not load it.
        case inactive
    }

    let identity: ObjectIdentity
    let state: State
    /// `SHA256:` and the digest of the public key, as `ssh-keygen -l` prints it.
    let fingerprint: String
    /// Whether the certificate, which clients seal with, is of this key.
    let matchesCertificate: Bool
    private let key: OAEPKey

    /// Why a Secret is no usable sealing key. Reasons never quote the key.
    struct Malformed: Error { let reason: String }

    static func isSealingKey(_ secret: JSONValue) -> Bool { secret.labels[label] != nil }

    init(of secret: JSONValue) throws(Malformed) {
        guard let identity = ObjectIdentity(of: secret) else { throw Malformed(reason: "it has no name") }
        self.identity = identity
        state = secret.labels[Self.label] == "active" ? .active : .inactive
        guard let encoded = secret["data", "tls.key"]?.string, let bytes = Data(base64Encoded: encoded),
            let pem = String(validating: bytes, as: UTF8.self)
        else { throw Malformed(reason: "its tls.key is missing or not base64") }
        do {
            key = try OAEPKey(privateKeyPEM: pem)
            let primitives = try _RSA.Signing.PrivateKey(unsafePEMRepresentation: pem).publicKey.getKeyPrimitives()
            fingerprint = Self.fingerprint(modulus: primitives.modulus, exponent: primitives.publicExponent)
        } catch {
            throw Malformed(reason: "its tls.key is no RSA key in PEM")
        }
        guard let certificate = (try? TLSPair.certificates(of: secret))?.first else {
            throw Malformed(reason: "its tls.crt holds no certificate")
        }
        guard let rsa = _RSA.Signing.PublicKey(certificate.publicKey), let primitives = try? rsa.getKeyPrimitives()
        else {
            matchesCertificate = false
            return
        }
        matchesCertificate =
            Self.fingerprint(modulus: primitives.modulus, exponent: primitives.publicExponent) == fingerprint
    }

    /// What was sealed to this key under a label; nil when it was not.
    func decrypted(_ bytes: [UInt8], label: String) -> [UInt8]? { key.decrypt(bytes, label: Array(label.utf8)) }

    private static func fingerprint(modulus: Data, exponent: Data) -> String {
        func field(_ bytes: [UInt8]) -> [UInt8] {
            let count = UInt32(bytes.count)
            return withUnsafeBytes(of: count.bigEndian) { Array($0) } + bytes
        }
        func number(_ data: Data) -> [UInt8] {
            let bytes = Array(data.drop { $0 == 0 })
            return field((bytes.first ?? 0) >= 0x80 ? [0] + bytes : bytes)
        }
        let blob = field(Array("ssh-rsa".utf8)) + number(exponent) + number(modulus)
        let text = Data(SHA256.hash(data: blob)).base64EncodedString()
        return "SHA256:\(text.prefix { $0 != "=" })"
    }
}
