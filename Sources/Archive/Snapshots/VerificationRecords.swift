internal import Crypto
internal import KubernetesObjects

/// What proved that snapshots can be restored.
package enum VerificationKind: UInt8, Sendable {
    /// Every blob was opened and compared with its id.
    case check = 1
    /// A drill rebuilt a cluster from it and passed.
    case drill = 2
}

/// A proof that snapshots can be restored, in `v/<SHA-256 of the bytes>`.
///
/// `"LifeboatV" 01 | repository 16 | time i64 | kind u8 | n u32 | n × (SHA-256 of a manifest 32 | code 32)`. The code is an HMAC under a key of the
/// session of that snapshot: who can read the snapshot can make and check it, and nobody else can, also not a writer of other snapshots.
struct VerificationRecord {
    static let prefix = "v/"
    private static let magic: [UInt8] = Array("LifeboatV".utf8) + [1]
    private static let entryCount = 64

    let repository: RepositoryID
    let time: Timestamp
    let kind: VerificationKind
    private(set) var entries: [(digest: [UInt8], code: [UInt8])] = []

    init(_ repository: RepositoryID, at time: Timestamp, _ kind: VerificationKind) {
        self.repository = repository
        self.time = time
        self.kind = kind
    }

    private var head: [UInt8] {
        var bytes = Self.magic
        bytes.append(contentsOf: repository.bytes)
        bytes.appendLittleEndian(time.secondsSince1970)
        bytes.append(kind.rawValue)
        return bytes
    }

    var encoded: [UInt8] {
        var bytes = head
        bytes.appendLittleEndian(UInt32(entries.count))
        for entry in entries { bytes += entry.digest + entry.code }
        return bytes
    }

    var name: String { Self.prefix + Hexadecimal.encode(contentDigest(encoded)) }

    /// The digest in the name of a record; nil for other names, which are of later versions.
    static func digest(_ name: String) -> [UInt8]? {
        guard name.hasPrefix(prefix), let digest = Hexadecimal.decode(String(name.dropFirst(prefix.count))),
            digest.count == 32
        else { return nil }
        return digest
    }

    /// - Throws: for bytes that are no record of this version and repository.
    init(_ bytes: [UInt8], _ repository: RepositoryID) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        try reader.expect(Self.magic, "a verification record of format 1")
        guard try reader.array(repository.bytes.count) == repository.bytes else {
            throw MalformedBytes("it belongs to another repository")
        }
        let time = Int64(bitPattern: try reader.integer(UInt64.self))
        guard abs(time / 2) < 1 << 40 else { throw MalformedBytes("its time is out of range") }
        guard let kind = VerificationKind(rawValue: try reader.byte()) else {
            throw MalformedBytes("it is of an unknown kind")
        }
        self.init(repository, at: Timestamp(secondsSince1970: time), kind)
        let count = Int(try reader.integer(UInt32.self))
        guard count * Self.entryCount == reader.remaining else { throw MalformedBytes("it has a wrong length") }
        for _ in 0..<count { entries.append((try reader.array(32), try reader.array(32))) }
    }

    mutating func add(_ digest: [UInt8], _ key: SessionKey) {
        let code = HMAC<SHA256>.authenticationCode(for: head + digest, using: Self.codeKey(key, digest))
        entries.append((digest, Array(code)))
    }

    /// Whether who made an entry could read its snapshot.
    func isValid(_ entry: (digest: [UInt8], code: [UInt8]), _ key: SessionKey) -> Bool {
        HMAC<SHA256>
            .isValidAuthenticationCode(
                entry.code,
                authenticating: head + entry.digest,
                using: Self.codeKey(key, entry.digest)
            )
    }

    private static func codeKey(_ key: SessionKey, _ digest: [UInt8]) -> SymmetricKey {
        key.derive(salt: digest, info: "lifeboat verification v1")
    }
}
