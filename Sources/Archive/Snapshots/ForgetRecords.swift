internal import KubernetesObjects
internal import Synchronization

/// The maintainers' word that snapshots are no longer wanted, in `f/<SHA-256 of the bytes>`.
///
/// `"LifeboatF" | version u8 | repository 16 | time i64 | count u32 | SHA-256 of a manifest 32 each | Ed25519 signature 64`. A forgotten
/// snapshot is not listed any more and is no parent; its bytes stay until the space is reclaimed.
final class ForgetRecords: Sendable {
    private static let magic: [UInt8] = Array("LifeboatF".utf8) + [1]
    private static let signatureCount = 64
    private static let prefix = "f/"
    private let store: any ObjectStore
    private let maintainers: MaintainerKeys
    /// Records that were read and verified, which never change.
    private let known = Mutex<[String: Set<[UInt8]>]>([:])

    init(store: any ObjectStore, maintainers: MaintainerKeys) {
        self.store = store
        self.maintainers = maintainers
    }

    /// The digests of the manifests that are forgotten, and why records cannot be trusted; what these name stays.
    func load(
        _ repository: RepositoryID
    ) throws(LifeboatError) -> (forgotten: Set<[UInt8]>, problems: [(name: String, error: LifeboatError)]) {
        var forgotten: Set<[UInt8]> = []
        var problems: [(name: String, error: LifeboatError)] = []
        for object in try store.list(Self.prefix) where Self.isRecord(object.name) {
            if let digests = known.withLock({ $0[object.name] }) {
                forgotten.formUnion(digests)
                continue
            }
            do throws(LifeboatError) {
                let loaded = try SecondCopy.load(object.name, from: store) { (bytes) throws(LifeboatError) in
                    Set(try Self.decode(bytes, object.name, repository, maintainers))
                }
                guard let digests = loaded else { continue }
                known.withLock { $0[object.name] = digests }
                forgotten.formUnion(digests)
            } catch {
                guard !error.code.isOfStore || store.isRefusalOfOne(error, object.name) else { throw error }
                problems.append((object.name, error))
            }
        }
        return (forgotten, problems)
    }

    /// Deletes the records that name only manifests which are not there any more.
    ///
    /// - Parameter existing: lists the digests of the manifests that are there, after the records have been listed.
    func deleteObsolete(
        _ repository: RepositoryID,
        existing: () throws(LifeboatError) -> Set<[UInt8]>
    ) throws(LifeboatError) {
        _ = try load(repository)
        let records = known.withLock { $0 }
        guard !records.isEmpty else { return }
        let existing = try existing()
        for (name, digests) in records where digests.isDisjoint(with: existing) {
            try store.delete(SecondCopy.name(name))
            try store.delete(name)
            known.withLock { $0[name] = nil }
        }
    }

    /// Other names are of later versions.
    private static func isRecord(_ name: String) -> Bool {
        Hexadecimal.decode(String(name.dropFirst(prefix.count)))?.count == 32
    }

    /// Writes a record.
    ///
    /// - Parameter sign: the signature of a maintainer.
    /// - Returns: its name.
    @discardableResult
    func add(
        _ digests: [[UInt8]],
        _ repository: RepositoryID,
        at time: Timestamp,
        sign: ([UInt8]) throws(LifeboatError) -> [UInt8]
    ) throws(LifeboatError) -> String {
        var bytes = Self.magic
        bytes.append(contentsOf: repository.bytes)
        bytes.appendLittleEndian(time.secondsSince1970)
        bytes.appendLittleEndian(UInt32(digests.count))
        for digest in digests { bytes.append(contentsOf: digest) }
        bytes.append(contentsOf: try sign(bytes))
        let name = Self.prefix + Hexadecimal.encode(contentDigest(bytes))
        try SecondCopy.put(name, bytes, in: store)
        return name
    }

    /// Whether these bytes are the record that a maintainer signed.
    func isWhole(_ name: String, _ bytes: [UInt8], _ repository: RepositoryID) -> Bool {
        (try? Self.decode(bytes, name, repository, maintainers)) != nil
    }

    /// Takes a record back.
    func withdraw(_ name: String) throws(LifeboatError) {
        try store.delete(SecondCopy.name(name))
        try store.delete(name)
        known.withLock { $0[name] = nil }
    }

    private static func decode(
        _ bytes: [UInt8],
        _ name: String,
        _ repository: RepositoryID,
        _ maintainers: MaintainerKeys
    ) throws(LifeboatError) -> [[UInt8]] {
        guard name == prefix + Hexadecimal.encode(contentDigest(bytes)) else {
            throw PackedBlobs.damaged(name, "its bytes are not those that its name stands for")
        }
        let signed = Array(bytes.dropLast(signatureCount))
        try maintainers.verify(signed, signature: Array(bytes.suffix(signatureCount)))
        do throws(MalformedBytes) {
            var reader = ByteReader(signed)
            try reader.expect(magic, "a forget record of format 1")
            guard try reader.array(repository.bytes.count) == repository.bytes else {
                throw MalformedBytes("it belongs to another repository")
            }
            _ = try reader.integer(UInt64.self)
            let count = Int(try reader.integer(UInt32.self))
            guard count * 32 == reader.remaining else { throw MalformedBytes("it has a wrong length") }
            var digests: [[UInt8]] = []
            for _ in 0..<count { digests.append(try reader.array(32)) }
            return digests
        } catch { throw PackedBlobs.damaged(name, error.reason) }
    }
}
