package import Crypto
import FoundationEssentials
package import KubernetesObjects

/// One backup session: a fresh key that encrypts what it writes, and the same key wrapped for the readers.
///
/// The writer forgets the key when the session ends, so nothing that it keeps reads what it wrote.
package struct Session: Sendable {
    package let id: SessionID
    package let key: SessionKey
    package let sealed: SealedSession
}

/// The 32-byte key of a session.
package struct SessionKey: Sendable, Equatable {
    let secret: SecretBytes

    /// A key for one purpose, by HKDF-SHA-256.
    package func derive(salt: [UInt8], info: String, byteCount: Int = 32) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret.symmetricKey,
            salt: salt,
            info: Array(info.utf8),
            outputByteCount: byteCount
        )
    }
}

/// A session's key as packs hold it: wrapped once for each recipient.
package struct SealedSession: Sendable, Equatable {
    package let id: SessionID
    package let stanzas: [KeyStanza]

    package init(id: SessionID, stanzas: [KeyStanza]) {
        self.id = id
        self.stanzas = stanzas
    }

    /// The count of stanzas and the stanzas, exactly as they stand in a pack's header after the session id, salt and commitment.
    package var encodedStanzas: [UInt8] { KeyStanza.encode(stanzas) }

    /// Decodes what `encodedStanzas` encoded; `offset` moves past it.
    package static func decode(
        id: SessionID,
        from bytes: [UInt8],
        at offset: inout Int,
        name: String = "A session's key list"
    ) throws(LifeboatError) -> SealedSession {
        SealedSession(id: id, stanzas: try KeyStanza.decodeList(bytes, at: &offset, name: name, atLeast: 0))
    }

    static func info(_ repository: RepositoryID) -> [UInt8] { Array("lifeboat session v1".utf8) + repository.bytes }
}

/// `keys/rewrap-<n>`: keys of old sessions wrapped for a recipient that was added later, signed by the root.
///
/// A new reader gets old data this way for about a hundred bytes a session; no pack is touched.
struct SessionRewraps {
    private static let magic = Array("LifeboatW\u{1}".utf8)

    var sessions: [SealedSession]

    init(_ sessions: [SealedSession]) { self.sessions = sessions }

    init(parsing bytes: [UInt8], name: String, _ configuration: RepositoryConfiguration) throws(LifeboatError) {
        let body = try SignedBytes.open(bytes, name: name, for: .rewraps, by: configuration.rootKey)
        var reader = KeyBytesReader(bytes: body, offset: 0, name: name)
        guard try reader.take(Self.magic.count) == Self.magic else {
            throw damagedKeyObject(name, "it has a wrong magic")
        }
        guard try reader.take(16) == configuration.id.bytes else {
            throw damagedKeyObject(name, "it belongs to another repository")
        }
        sessions = []
        while reader.remaining > 0 {
            let id = SessionID(truncating: try reader.take(16))
            sessions.append(SealedSession(id: id, stanzas: [try KeyStanza.decode(&reader)]))
        }
    }

    func encoded(in repository: RepositoryID, signedWith key: SigningKey) throws(LifeboatError) -> [UInt8] {
        let entries = sessions.flatMap { session in session.stanzas.flatMap { session.id.bytes + $0.encoded } }
        return try SignedBytes.seal(Self.magic + repository.bytes + entries, for: .rewraps, with: key)
    }
}
