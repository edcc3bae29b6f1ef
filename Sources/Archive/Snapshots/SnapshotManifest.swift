internal import KubernetesObjects

/// The file whose existence commits a snapshot, byte for byte as docs/archive-format.md describes it.
///
/// Everything but `sealed` can be read without a key, and everything is covered by the writer's signature.
struct SnapshotManifest: Equatable {
    static let magic: [UInt8] = Array("LifeboatS".utf8) + [1]
    static let signatureCount = 64
    private static let packLimit = 1 << 20

    var writer: WriterID
    var sequence: UInt64
    /// The SHA-256 of the writer's previous manifest; zeros in the first.
    var previous: [UInt8]
    var takenAt: Timestamp
    /// The newest epoch of the garbage collection that the writer had seen when it committed; 0 for none.
    var collectionEpoch: UInt64
    var domain: DomainID
    var recipientsVersion: UInt32
    var clusterTag: UInt64
    var policyTag: UInt64
    var root: BlobID
    var objects: UInt64
    /// Who can open the sealed part; holds the id of the session.
    var context: KeyContext
    /// The packs that this session stored.
    var packs: [PackReference]
    /// Overlays over the root; always empty in this version.
    var deltas: [BlobID] = []
    /// Fields of later versions that a reader may skip.
    var extensions: [Extension] = []
    var sealed: [UInt8]

    struct PackReference: Equatable {
        let digest: [UInt8]
        let size: UInt64
    }

    struct Extension: Equatable {
        /// With the highest bit set, a reader that does not know it must refuse the manifest.
        let type: UInt16
        let value: [UInt8]

        var isCritical: Bool { type & 0x8000 != 0 }

        /// In manifests of trees with chunk lists: who does not follow them must not use the tree, nor collect garbage.
        static let chunkLists = Extension(type: 0x8001, value: [])
    }

    /// The bytes before the sealed part, which are authenticated with it.
    func encodedHead() -> [UInt8] {
        var bytes = Self.magic
        bytes.append(contentsOf: writer.bytes)
        bytes.appendLittleEndian(sequence)
        bytes.append(contentsOf: previous)
        bytes.appendLittleEndian(takenAt.secondsSince1970)
        bytes.appendLittleEndian(collectionEpoch)
        bytes.append(contentsOf: domain.bytes)
        bytes.appendLittleEndian(recipientsVersion)
        bytes.appendLittleEndian(clusterTag)
        bytes.appendLittleEndian(policyTag)
        root.append(to: &bytes)
        bytes.appendLittleEndian(objects)
        context.encode(into: &bytes)
        bytes.appendLittleEndian(UInt32(packs.count))
        for pack in packs {
            bytes.append(contentsOf: pack.digest)
            bytes.appendLittleEndian(pack.size)
        }
        bytes.append(UInt8(deltas.count))
        for delta in deltas { delta.append(to: &bytes) }
        bytes.append(UInt8(extensions.count))
        for field in extensions {
            bytes.appendLittleEndian(field.type)
            bytes.appendLittleEndian(UInt32(field.value.count))
            bytes.append(contentsOf: field.value)
        }
        return bytes
    }

    /// The bytes that the writer signs: all but the signature.
    func encodedForSignature() -> [UInt8] {
        var bytes = encodedHead()
        bytes.appendLittleEndian(UInt32(sealed.count))
        bytes.append(contentsOf: sealed)
        return bytes
    }

    /// Decodes a whole manifest.
    ///
    /// - Returns: the manifest, the bytes that were signed, and the signature, which nobody has verified yet.
    static func decode(
        _ bytes: [UInt8]
    ) throws(MalformedBytes) -> (manifest: SnapshotManifest, signed: [UInt8], signature: [UInt8]) {
        var reader = ByteReader(bytes)
        try reader.expect(magic, "a manifest of format 1")
        guard let writer = WriterID(bytes: try reader.take(8)) else { throw MalformedBytes("it names no writer") }
        let sequence = try reader.integer(UInt64.self)
        let previous = try reader.array(32)
        let takenAt = Timestamp(secondsSince1970: Int64(bitPattern: try reader.integer()))
        guard abs(takenAt.secondsSince1970 / 2) < 1 << 40 else { throw MalformedBytes("its time is out of range") }
        let epoch = try reader.integer(UInt64.self)
        guard let domain = DomainID(bytes: try reader.take(8)) else { throw MalformedBytes("it names no domain") }
        var manifest = SnapshotManifest(
            writer: writer,
            sequence: sequence,
            previous: previous,
            takenAt: takenAt,
            collectionEpoch: epoch,
            domain: domain,
            recipientsVersion: try reader.integer(),
            clusterTag: try reader.integer(),
            policyTag: try reader.integer(),
            root: BlobID(try reader.take(BlobID.byteCount)),
            objects: try reader.integer(),
            context: try KeyContext.decode(&reader),
            packs: [],
            sealed: []
        )
        guard manifest.objects < 1 << 40 else { throw MalformedBytes("its number of objects is out of range") }
        let count = try reader.integer(UInt32.self)
        guard count <= packLimit, Int(count) * 40 <= reader.remaining else {
            throw MalformedBytes("its number of packs is out of range")
        }
        for _ in 0..<count {
            let pack = PackReference(digest: try reader.array(32), size: try reader.integer())
            guard pack.size < 1 << 40 else { throw MalformedBytes("the size of a pack is out of range") }
            manifest.packs.append(pack)
        }
        for _ in 0..<(try reader.byte()) { manifest.deltas.append(BlobID(try reader.take(BlobID.byteCount))) }
        for _ in 0..<(try reader.byte()) {
            let type = try reader.integer(UInt16.self)
            let length = Int(try reader.integer(UInt32.self))
            manifest.extensions.append(Extension(type: type, value: try reader.array(length)))
        }
        let length = Int(try reader.integer(UInt32.self))
        manifest.sealed = try reader.array(length)
        guard reader.remaining == signatureCount else { throw MalformedBytes("it has a wrong length") }
        return (manifest, Array(bytes.dropLast(signatureCount)), Array(bytes.suffix(signatureCount)))
    }

    /// Whether this program may use the snapshot: it knows every part that it would have to follow.
    var unsupportedReason: String? {
        if !deltas.isEmpty { return "it is written as changes to another tree" }
        if let field = extensions.first(where: { $0.isCritical && $0 != .chunkLists }) {
            return "it has the unknown critical field \(field.type)"
        }
        return nil
    }
}

/// Names of manifests: `s/<writer>/<sequence>-<sha256>`.
enum ManifestName {
    static func name(writer: WriterID, sequence: UInt64, digest: [UInt8]) -> String {
        "s/\(writer)/\(Hexadecimal.text(sequence))-\(Hexadecimal.encode(digest))"
    }

    /// What a name says; nil when it is no name of a manifest.
    static func parse(_ name: String) -> (writer: WriterID, sequence: UInt64, digest: [UInt8])? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "s", let writer = WriterID(hex: parts[1]) else { return nil }
        let halves = parts[2].split(separator: "-", omittingEmptySubsequences: false)
        guard halves.count == 2, let sequence = Hexadecimal.number(String(halves[0])),
            let digest = Hexadecimal.decode(String(halves[1])), digest.count == 32,
            self.name(writer: writer, sequence: sequence, digest: digest) == name
        else { return nil }
        return (writer, sequence, digest)
    }
}
