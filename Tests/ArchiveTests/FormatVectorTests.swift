import Crypto
import Foundation
import KubernetesObjects
import Testing

@testable import Archive

/// The values of docs/archive-format.md that a second program can be tested against.
@Suite struct `Test vectors of the format` {
    private static let domain = DomainSecrets(secret: secret(0x00))
    private static let session = SessionKey(secret: secret(0x20))
    private static let salt = bytes(0x40)
    private static let repository = RepositoryID(truncating: bytes(0xA0))
    private static let document = Array(#"{"apiVersion":"v1","kind":"ConfigMap"}"#.utf8)

    private static func bytes(_ first: UInt8) -> [UInt8] { (0..<32).map { first + $0 } }

    private static func secret(_ first: UInt8) -> SecretBytes {
        var bytes = bytes(first)
        return SecretBytes(erasing: &bytes)
    }

    private static func text(_ key: SymmetricKey) -> String { key.withUnsafeBytes { Hexadecimal.encode($0) } }

    private static func text(_ tag: UInt64, _ count: Int = 8) -> String {
        Hexadecimal.encode((0..<count).map { UInt8(truncatingIfNeeded: tag >> (8 * UInt64($0))) })
    }

    private static func keys() throws -> [(String, String)] {
        let context = KeyContext(
            Session(
                id: SessionID(truncating: bytes(0xC0)),
                key: session,
                sealed: SealedSession(id: SessionID(truncating: bytes(0xC0)), stanzas: [])
            ),
            salt: salt
        )
        let index = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: domain.structureKey,
            salt: salt,
            info: Array("lifeboat index v1".utf8),
            outputByteCount: 32
        )
        let signing = try SigningKey(seed: secret(0x60))
        let signature = try signing.sign(document, for: .manifest)
        #expect(SigningKey.isValid(signature, of: document, for: .manifest, by: signing.publicKey))
        let reader = try DataIdentity(.x25519(secret(0x80)), name: "reader", access: .data)
        let hybrid = try DataIdentity(.hybrid(secret(0x80)), name: "reader", access: .data)
        return [
            ("domain id", domain.id.description),
            ("K_id", text(domain.identifierKey)), ("K_name", text(domain.nameKey)),
            ("K_struct", text(domain.structureKey)), ("K_cdc", text(domain.chunkKey)),
            ("commitment", Hexadecimal.encode(context.commitment)),
            ("key of contents", text(try context.contentKey(session))),
            ("key of a manifest", text(try context.contentKey(session, info: SnapshotChain.sealedInfo))),
            ("key of structure", text(context.structureKey(domain))),
            ("key of a trailer", text(context.trailerKey(domain))),
            ("key of an index segment", text(index)),
            ("public key of the seed", Hexadecimal.encode(signing.publicKey)),
            ("id of that key", signing.id.description),
            ("signature of D as a manifest", Hexadecimal.encode(signature)),
            ("recipient of R, type 1", reader.recipient.id.description),
            ("recipient of R, type 2", hybrid.recipient.id.description),
        ]
    }

    private static func blobs() throws -> [(String, String)] {
        let id = document.withUnsafeBytes { TreeKeys(domain).identifiers.identifier(.document, $0) }
        let header = PackHeader(packClass: .small, repository: repository, contexts: [], dictionaries: [])
        let record = PackRecord(
            id: id,
            type: .document,
            codec: .stored,
            context: 0,
            dictionary: 0,
            ordinal: 3,
            sealedLength: document.count + 16,
            rawLength: document.count
        )
        var (authenticated, sealed, name): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
        record.encodeAuthenticated(header, into: &authenticated)
        let cipher = BlobCipher(session.derive(salt: salt, info: "lifeboat blob v1"))
        try document.withUnsafeBytes { try cipher.seal($0, ordinal: 3, authenticating: authenticated, into: &sealed) }
        id.append(to: &name)
        let gear = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: domain.chunkKey,
            salt: [UInt8](),
            info: Array("lifeboat gear v1".utf8),
            outputByteCount: 2048
        )
        var verification = VerificationRecord(repository, at: Timestamp(secondsSince1970: 1_800_000_000), .check)
        verification.add(bytes(0xE0), session)
        return [
            ("id of D", Hexadecimal.encode(name)),
            ("D sealed as a blob", Hexadecimal.encode(sealed)),
            (
                "gear[0], gear[255]",
                gear.withUnsafeBytes { Hexadecimal.encode($0[..<8]) + " " + Hexadecimal.encode($0[2040...]) }
            ),
            ("code of a verification", Hexadecimal.encode(verification.entries[0].code)),
            ("parity of one unit", Hexadecimal.encode(PackParity.encoded([1, 2, 3, 4, 255]).suffix(10))),
        ]
    }

    private static func tags() throws -> [(String, String)] {
        let keys = TreeKeys(domain)
        let resource = StoredResource(
            group: "apps",
            version: "v1",
            resource: "deployments",
            kind: "Deployment",
            isNamespaced: true
        )
        let object = Array(
            #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"managedFields":[1],"name":"web"},"spec":{},"status":{"replicas":1}}"#
                .utf8
        )
        var canonical: [UInt8] = []
        var encoder = CanonicalJSON()
        let layout = try encoder.encode(
            object.span,
            range: 0..<object.count,
            groupVersionKind: resource.groupVersionKind,
            into: &canonical
        )
        let version = keys.versionTag(resource)
        return [
            ("tag of the cluster c1", text(keys.clusterTag("c1"))),
            ("tag of the policy nightly", text(keys.policyTag("nightly"))),
            ("tag of the resource", text(keys.resourceTag(resource))), ("tag of the version", text(version)),
            ("tag of the namespace shop", text(keys.namespaceTag("shop"))),
            ("tag of no namespace", text(keys.namespaceTag(""))),
            ("tag of the name web", text(keys.nameTag("web"))),
            ("tag of the change", text(keys.changeTag(version, uid: "u1", resourceVersion: "42"), 6)),
            ("tag of the specification", text(canonical.withUnsafeBytes { keys.specificationTag($0, layout) }, 6)),
        ]
    }

    @Test func `are those of the document`() throws {
        let path = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/docs/archive-format.md"
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        let section = try #require(text.components(separatedBy: "## Test vectors").last)
        let computed = try Self.keys() + Self.blobs() + Self.tags()
        for (name, value) in computed {
            #expect(section.contains("| \(name) | `\(value)` |"), "| \(name) | `\(value)` |")
        }
        #expect(section.split(separator: "\n").count { $0.hasPrefix("| ") } == computed.count + 1)
    }
}
