internal import Crypto
internal import KubernetesObjects

/// The keys under which the blobs of one backup session are sealed in one file.
///
/// `session_id 16 | ctx_salt 32 | key_commit 16 | stanzas`. The salt is fresh in every file, so its counter of nonces
/// starts at zero under keys that nothing else uses.
struct KeyContext: Equatable, Sendable {
    static let saltCount = 32
    static let commitmentCount = 16

    let session: SealedSession
    let salt: [UInt8]
    /// Derived from the session key. Two session keys cannot have the same one, which AES-GCM alone does not ensure.
    let commitment: [UInt8]

    init(session: SealedSession, salt: [UInt8], commitment: [UInt8]) {
        self.session = session
        self.salt = salt
        self.commitment = commitment
    }

    /// The context of a new file of a running session.
    init(_ session: Session, salt: [UInt8]) {
        self.init(session: session.sealed, salt: salt, commitment: Self.commitment(of: session.key, salt: salt))
    }

    private static func commitment(of key: SessionKey, salt: [UInt8]) -> [UInt8] {
        key.derive(salt: salt, info: "lifeboat session v1 commit", byteCount: commitmentCount)
            .withUnsafeBytes { Array($0) }
    }

    /// Whether a session key is the one that this file was sealed with.
    func commits(to key: SessionKey) -> Bool { Self.commitment(of: key, salt: salt) == commitment }

    /// The key for the contents in this file; fails when the session key is not the one that the file was sealed with.
    func contentKey(_ key: SessionKey, info: String = "lifeboat blob v1") throws(MalformedBytes) -> SymmetricKey {
        guard commits(to: key) else {
            throw MalformedBytes("its session key is not the one that it commits to")
        }
        return unprovenContentKey(key, info: info)
    }

    /// The same of a key that the file is known to commit to.
    func unprovenContentKey(_ key: SessionKey, info: String = "lifeboat blob v1") -> SymmetricKey {
        key.derive(salt: salt, info: info)
    }

    /// The key for the structure pages in this file.
    func structureKey(_ domain: DomainSecrets) -> SymmetricKey {
        HKDF<SHA256>
            .deriveKey(
                inputKeyMaterial: domain.structureKey,
                salt: salt,
                info: Array("lifeboat struct v1".utf8),
                outputByteCount: 32
            )
    }

    /// The key for the trailer of the pack of which this is the first context.
    func trailerKey(_ domain: DomainSecrets) -> SymmetricKey {
        HKDF<SHA256>
            .deriveKey(
                inputKeyMaterial: domain.structureKey,
                salt: salt,
                info: Array("lifeboat trailer v1".utf8),
                outputByteCount: 32
            )
    }

    /// How many bytes it takes in a file.
    var byteCount: Int { 16 + Self.saltCount + Self.commitmentCount + session.encodedStanzas.count }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(contentsOf: session.id.bytes)
        bytes.append(contentsOf: salt)
        bytes.append(contentsOf: commitment)
        bytes.append(contentsOf: session.encodedStanzas)
    }

    static func decode(_ reader: inout ByteReader) throws(MalformedBytes) -> KeyContext {
        guard let id = SessionID(bytes: try reader.take(16)) else { throw MalformedBytes("it has no session id") }
        let salt = try reader.array(saltCount)
        let commitment = try reader.array(commitmentCount)
        var offset = reader.offset
        let session: SealedSession
        do throws(LifeboatError) {
            session = try SealedSession.decode(id: id, from: reader.bytes, at: &offset)
        } catch {
            throw MalformedBytes("the list of those who can open it is damaged")
        }
        try reader.skip(to: offset)
        return KeyContext(session: session, salt: salt, commitment: commitment)
    }
}
