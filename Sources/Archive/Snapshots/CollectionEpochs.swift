internal import KubernetesObjects

/// What the garbage collection has announced in `g/<epoch>/…`, as a writer sees it.
///
/// `g/<n>/condemn` lists packs that may be deleted, `g/<n>/done` ends the epoch. A list is signed by a maintainer:
/// `"LifeboatG" | version u8 | epoch u64 | count u32 | pack SHA-256 32 each | Ed25519 signature 64`.
struct CollectionEpochs: Sendable {
    private static let magic: [UInt8] = Array("LifeboatG".utf8) + [1]

    /// The newest epoch that exists; 0 for none.
    var newest: UInt64 = 0
    /// The digests of the packs that may be deleted.
    var condemned: Set<[UInt8]> = []

    var isEmpty: Bool { condemned.isEmpty }

    static func load(_ store: any ObjectStore, _ keys: KeyStore) throws(LifeboatError) -> CollectionEpochs {
        var epochs = CollectionEpochs()
        let objects = try store.list("g/")
        guard !objects.isEmpty else { return epochs }
        let publicKeys = try keys.publicKeys()
        let names = Set(objects.map(\.name))
        for object in objects {
            let parts = object.name.split(separator: "/")
            guard parts.count == 3, let epoch = UInt64(parts[1]) else { continue }
            epochs.newest = max(epochs.newest, epoch)
            guard parts[2] == "condemn", !names.contains("g/\(epoch)/done") else { continue }
            guard let bytes = try store.get(object.name) else { continue }
            epochs.condemned.formUnion(try decode(bytes, object.name, epoch, publicKeys))
        }
        return epochs
    }

    private static func decode(
        _ bytes: [UInt8],
        _ name: String,
        _ epoch: UInt64,
        _ publicKeys: PublicKeys
    ) throws(LifeboatError) -> [[UInt8]] {
        let signed = Array(bytes.dropLast(64))
        try publicKeys.verifyMaintenance(signed, signature: Array(bytes.suffix(64)))
        do throws(MalformedBytes) {
            var reader = ByteReader(signed)
            try reader.expect(magic, "a list of condemned packs of format 1")
            guard try reader.integer(UInt64.self) == epoch else { throw MalformedBytes("it is of another epoch") }
            let count = Int(try reader.integer(UInt32.self))
            guard count * 32 == reader.remaining else { throw MalformedBytes("it has a wrong length") }
            var digests: [[UInt8]] = []
            for _ in 0..<count { digests.append(try reader.array(32)) }
            return digests
        } catch { throw PackedBlobs.damaged(name, error.reason) }
    }

    /// The bytes of a list, without its signature.
    static func encoded(epoch: UInt64, condemned: [[UInt8]]) -> [UInt8] {
        var bytes = magic
        bytes.appendLittleEndian(epoch)
        bytes.appendLittleEndian(UInt32(condemned.count))
        for digest in condemned { bytes.append(contentsOf: digest) }
        return bytes
    }
}
