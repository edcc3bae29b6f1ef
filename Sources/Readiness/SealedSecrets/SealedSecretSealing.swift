import Crypto
import FoundationEssentials
package import KubernetesObjects
import SwiftASN1
import X509
import _CryptoExtras

/// Makes sealing keys and sealed values as the SealedSecrets tools do, for demonstrations and tests.
package struct SealedSecretSealing: Sendable {
    private let publicKey: OAEPKey
    private let privateKey: String
    private let certificate: String

    /// Makes a new sealing key, whose certificate is valid for ten years.
    package init(bits: Int = 2048, now: Timestamp) throws(LifeboatError) {
        do {
            let key = try _RSA.Signing.PrivateKey(keySize: _RSA.Signing.KeySize(bitCount: bits))
            publicKey = try OAEPKey(publicKeyPEM: key.publicKey.pemRepresentation)
            privateKey = key.pemRepresentation
            let name = try DistinguishedName { CommonName("sealed-secrets") }
            let certificate = try Certificate(
                version: .v3,
                serialNumber: Certificate.SerialNumber(),
                publicKey: Certificate.PublicKey(key.publicKey),
                notValidBefore: Date(timeIntervalSince1970: Double(now.secondsSince1970)),
                notValidAfter: Date(timeIntervalSince1970: Double(now.adding(seconds: 3650 * 86_400).secondsSince1970)),
                issuer: name,
                subject: name,
                signatureAlgorithm: .sha256WithRSAEncryption,
                extensions: Certificate.Extensions(),
                issuerPrivateKey: Certificate.PrivateKey(key)
            )
            self.certificate = try certificate.serializeAsPEM().pemString
        } catch {
            throw LifeboatError(.internalError, "a sealing key could not be made: \(error)")
        }
    }

    /// The key as the Secret that the controller loads.
    package func keySecret(namespace: String, name: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
            "metadata": [
                "namespace": .string(namespace), "name": .string(name),
                "labels": ["sealedsecrets.bitnami.com/sealed-secrets-key": "active"],
            ],
            "data": ["tls.crt": .string(Self.base64(certificate)), "tls.key": .string(Self.base64(privateKey))],
        ]
    }

    private static func base64(_ text: String) -> String { base64(Array(text.utf8)) }

    /// The base64 text of the data of a Secret.
    package static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// A SealedSecret of these values.
    package func sealedSecret(
        namespace: String,
        name: String,
        values: [(key: String, value: [UInt8])],
        scope: SealedSecretScope = .strict,
        random: (Int) -> [UInt8]
    ) throws(LifeboatError) -> JSONValue {
        var sealed = JSONObject()
        for (key, value) in values {
            sealed[key] = .string(
                try seal(value, label: scope.label(namespace: namespace, name: name), sessionKey: random(32))
            )
        }
        var metadata: JSONValue = ["namespace": .string(namespace), "name": .string(name)]
        if scope != .strict {
            metadata["annotations"] = .object(
                JSONObject([JSONObject.Member(key: "sealedsecrets.bitnami.com/\(scope.rawValue)", value: "true")])
            )
        }
        return [
            "apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "metadata": metadata,
            "spec": [
                "encryptedData": .object(sealed),
                "template": ["metadata": ["namespace": .string(namespace), "name": .string(name)], "type": "Opaque"],
            ],
        ]
    }

    /// Seals values of a Secret to the certificate of a controller.
    ///
    /// - Parameters:
    ///   - data: of the Secret, in base64.
    ///   - certificate: `tls.crt` of the sealing key as its Secret has it, PEM in base64.
    ///   - label: what the values are bound to: `namespace/name`, the namespace, or nothing.
    /// - Throws: `restore.refused` for a certificate that cannot be used. No error quotes a value.
    package static func seal(
        _ data: JSONObject,
        certificate: String,
        label: String,
        random: (Int) -> [UInt8]
    ) throws(LifeboatError) -> JSONObject {
        guard let bytes = Data(base64Encoded: certificate),
            let parsed = try? Certificate(pemEncoded: String(decoding: bytes, as: UTF8.self)),
            let key = _RSA.Signing.PublicKey(parsed.publicKey),
            let publicKey = try? OAEPKey(publicKeyPEM: key.pemRepresentation)
        else {
            throw LifeboatError(
                .restoreRefused,
                "the certificate of the cluster's sealing key cannot be used",
                remedy: "look at tls.crt of the Secret with the label sealedsecrets.bitnami.com/sealed-secrets-key"
            )
        }
        var sealed = JSONObject()
        for member in data.members {
            guard let value = member.value.string.flatMap({ Data(base64Encoded: $0) }) else {
                throw LifeboatError(.malformedJSON, "the value “\(member.key)” of a Secret is not base64")
            }
            let text = try seal(Array(value), publicKey, label: label, sessionKey: random(32))
            sealed[member.key] = .string(text)
        }
        return sealed
    }

    private func seal(_ value: [UInt8], label: String, sessionKey: [UInt8]) throws(LifeboatError) -> String {
        try Self.seal(value, publicKey, label: label, sessionKey: sessionKey)
    }

    private static func seal(
        _ value: [UInt8],
        _ publicKey: OAEPKey,
        label: String,
        sessionKey: [UInt8]
    ) throws(LifeboatError) -> String {
        guard let sealedKey = publicKey.encrypt(sessionKey, label: Array(label.utf8)),
            let nonce = try? AES.GCM.Nonce(data: [UInt8](repeating: 0, count: 12)),
            let box = try? AES.GCM.seal(value, using: SymmetricKey(data: sessionKey), nonce: nonce)
        else { throw LifeboatError(.internalError, "a value could not be sealed: the key is too short for it") }
        let length = [UInt8(sealedKey.count >> 8), UInt8(sealedKey.count & 0xFF)]
        return Data(length + sealedKey + Array(box.ciphertext) + Array(box.tag)).base64EncodedString()
    }
}
