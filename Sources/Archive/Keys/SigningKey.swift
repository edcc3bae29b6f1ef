import Crypto
import FoundationEssentials
import KubernetesObjects

/// What a signature is for. It is part of what is signed, so that no signature can be used in another place.
enum SignaturePurpose: String {
    case document
    case domainEnvelope = "domain-envelope"
    case rewraps
    case manifest
    case maintenance

    func message(_ bytes: [UInt8]) -> [UInt8] { Array("lifeboat signature v1\0\(rawValue)\0".utf8) + bytes }
}

/// An Ed25519 private key: of the root, of a writer or of a maintainer.
struct SigningKey: Sendable {
    static let signatureBytes = 64
    static let publicKeyBytes = 32

    let seed: SecretBytes
    let publicKey: [UInt8]

    /// Throws when the seed does not have 32 bytes.
    init(seed: SecretBytes) throws(LifeboatError) {
        do {
            publicKey = Array(try Curve25519.Signing.PrivateKey(rawRepresentation: seed).publicKey.rawRepresentation)
        } catch { throw LifeboatError(.repositoryDamaged, "A signing key does not have 32 bytes.") }
        self.seed = seed
    }

    init(random: RandomBytes) throws(LifeboatError) {
        var bytes = random(32)
        try self.init(seed: SecretBytes(erasing: &bytes))
    }

    /// The short name of this key.
    var id: WriterID { SigningKey.id(of: publicKey) }

    static func id(of publicKey: [UInt8]) -> WriterID {
        WriterID(truncating: SHA256.hash(data: Array("lifeboat signing key v1".utf8) + publicKey))
    }

    func sign(_ bytes: [UInt8], for purpose: SignaturePurpose) throws(LifeboatError) -> [UInt8] {
        do {
            let key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
            return Array(try key.signature(for: purpose.message(bytes)))
        } catch { throw LifeboatError(.internalError, "An Ed25519 signature could not be made.") }
    }

    static func isValid(_ signature: [UInt8], of bytes: [UInt8], for purpose: SignaturePurpose, by publicKey: [UInt8])
        -> Bool
    {
        guard signature.count == signatureBytes else { return false }
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(signature, for: purpose.message(bytes))
    }
}
