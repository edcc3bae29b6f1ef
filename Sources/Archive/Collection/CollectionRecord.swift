internal import KubernetesObjects

/// One step of the garbage collection, in `g/<epoch>/<step>`, signed by a maintainer.
///
/// `"LifeboatG" | version u8 | step u8 | repository 16 | epoch u64 | time i64 | lists | Ed25519 signature 64`; each of the five lists is
/// `count u32 | entries`: condemned packs 32, unreferenced packs 32 + i64, kept manifests 32, removed manifests 32, absent parents 32.
struct CollectionRecord: Equatable, Sendable {
    /// The steps of an epoch, in their order.
    enum Step: UInt8, CaseIterable, Sendable {
        /// Says which packs may be deleted. Writers do not rely on them from now on.
        case condemn = 1
        /// Says that it is about to be decided. What is committed later without knowing of this epoch does not count.
        case sweep = 2
        /// The decision: which manifests are kept, and which packs and manifests are deleted.
        case keep = 3
        /// Everything that was decided has been deleted.
        case done = 4

        var name: String { "\(self)" }
    }

    /// A pack that no manifest names: it belongs to a running backup, or was left by one that did not end.
    struct Unreferenced: Hashable, Sendable {
        let pack: [UInt8]
        /// When a collection saw it first.
        let since: Timestamp
    }

    private static let magic: [UInt8] = Array("LifeboatG".utf8) + [1]
    private static let signatureCount = 64

    let step: Step
    let repository: RepositoryID
    let epoch: UInt64
    let time: Timestamp
    /// `condemn`: packs that may be deleted. `keep`: those of them that are deleted.
    var packs: [[UInt8]] = []
    /// `condemn`: packs that are spared, because a running backup may be writing them.
    var unreferenced: [Unreferenced] = []
    /// `keep`: the digests of the manifests that count.
    var kept: [[UInt8]] = []
    /// `keep`: the digests of the manifests that are deleted.
    var removed: [[UInt8]] = []
    /// `keep`: manifests that earlier collections deleted and that others still name as the one before them.
    var absent: [[UInt8]] = []

    var name: String { Self.name(epoch, step) }

    static func name(_ epoch: UInt64, _ step: Step) -> String { "g/\(epoch)/\(step.name)" }

    /// The epoch and the step of a name; nil when it is of neither.
    static func parse(_ name: String) -> (epoch: UInt64, step: Step)? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "g", let epoch = UInt64(parts[1]),
            let step = Step.allCases.first(where: { $0.name == parts[2] }), self.name(epoch, step) == name
        else { return nil }
        return (epoch, step)
    }

    /// The bytes that a maintainer signs.
    func encoded() -> [UInt8] {
        var bytes = Self.magic
        bytes.append(step.rawValue)
        bytes.append(contentsOf: repository.bytes)
        bytes.appendLittleEndian(epoch)
        bytes.appendLittleEndian(time.secondsSince1970)
        func append(_ digests: [[UInt8]]) {
            bytes.appendLittleEndian(UInt32(digests.count))
            for digest in digests { bytes.append(contentsOf: digest) }
        }
        append(packs)
        bytes.appendLittleEndian(UInt32(unreferenced.count))
        for entry in unreferenced {
            bytes.append(contentsOf: entry.pack)
            bytes.appendLittleEndian(entry.since.secondsSince1970)
        }
        append(kept)
        append(removed)
        append(absent)
        return bytes
    }

    /// Decodes a record that stands under `name`, after its signature was verified.
    static func decode(
        _ bytes: [UInt8],
        _ name: String,
        _ repository: RepositoryID,
        _ maintainers: MaintainerKeys
    ) throws(LifeboatError) -> CollectionRecord {
        let signed = Array(bytes.dropLast(signatureCount))
        try maintainers.verify(signed, signature: Array(bytes.suffix(signatureCount)))
        do throws(MalformedBytes) {
            let record = try decode(signed)
            guard record.name == name else { throw MalformedBytes("it is of another epoch or step") }
            guard record.repository == repository else { throw MalformedBytes("it belongs to another repository") }
            return record
        } catch { throw PackedBlobs.damaged(name, error.reason) }
    }

    private static func decode(_ bytes: [UInt8]) throws(MalformedBytes) -> CollectionRecord {
        var reader = ByteReader(bytes)
        try reader.expect(magic, "a record of the garbage collection of format 1")
        guard let step = Step(rawValue: try reader.byte()) else { throw MalformedBytes("its step is unknown") }
        guard let repository = RepositoryID(bytes: try reader.take(16)) else {
            throw MalformedBytes("it names no repository")
        }
        var record = CollectionRecord(
            step: step,
            repository: repository,
            epoch: try reader.integer(),
            time: Timestamp(secondsSince1970: Int64(bitPattern: try reader.integer()))
        )
        // Times are subtracted from each other.
        guard record.epoch < 1 << 62, abs(record.time.secondsSince1970 / 2) < 1 << 40 else {
            throw MalformedBytes("its epoch or its time is out of range")
        }
        record.packs = try digests(&reader)
        for _ in 0..<(try count(&reader, of: 40)) {
            let pack = try reader.array(32)
            let since = Timestamp(secondsSince1970: Int64(bitPattern: try reader.integer()))
            guard abs(since.secondsSince1970 / 2) < 1 << 40 else { throw MalformedBytes("a time is out of range") }
            record.unreferenced.append(Unreferenced(pack: pack, since: since))
        }
        record.kept = try digests(&reader)
        record.removed = try digests(&reader)
        record.absent = try digests(&reader)
        guard reader.isAtEnd else { throw MalformedBytes("it has a wrong length") }
        return record
    }

    private static func count(_ reader: inout ByteReader, of size: Int) throws(MalformedBytes) -> Int {
        let count = Int(try reader.integer(UInt32.self))
        guard count * size <= reader.remaining else { throw MalformedBytes("it has a wrong length") }
        return count
    }

    private static func digests(_ reader: inout ByteReader) throws(MalformedBytes) -> [[UInt8]] {
        var digests: [[UInt8]] = []
        for _ in 0..<(try count(&reader, of: 32)) { digests.append(try reader.array(32)) }
        return digests
    }
}
