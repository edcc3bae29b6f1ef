internal import KubernetesObjects
internal import Synchronization

/// The records of the garbage collection in a store.
final class CollectionRecords: Sendable {
    private static let prefix = "g/"
    /// How often the records are read when some of them change meanwhile.
    private static let attemptLimit = 5
    private let store: any ObjectStore
    private let maintainers: MaintainerKeys
    private let known = Mutex<[String: CollectionRecord]>([:])

    init(store: any ObjectStore, maintainers: MaintainerKeys) {
        self.store = store
        self.maintainers = maintainers
    }

    /// Reads all records that a maintainer signed, and tells why others cannot be trusted.
    ///
    /// - Throws: `repository.busy` when they change again and again while they are read.
    func load(
        _ repository: RepositoryID
    ) throws(LifeboatError) -> (epochs: CollectionEpochs, problems: [(name: String, error: LifeboatError)]) {
        for _ in 0..<Self.attemptLimit {
            var records: [CollectionRecord] = []
            var problems: [(name: String, error: LifeboatError)] = []
            var isComplete = true
            var hasRead = false
            let listed = try store.list(Self.prefix)
            for object in listed where CollectionRecord.parse(object.name) != nil {
                if let record = known.withLock({ $0[object.name] }) {
                    records.append(record)
                    continue
                }
                do throws(LifeboatError) {
                    let loaded = try SecondCopy.load(object.name, from: store) { (bytes) throws(LifeboatError) in
                        try CollectionRecord.decode(bytes, object.name, repository, maintainers)
                    }
                    guard let record = loaded else {
                        // A newer epoch made it obsolete since it was listed.
                        isComplete = false
                        continue
                    }
                    hasRead = true
                    known.withLock { $0[object.name] = record }
                    records.append(record)
                } catch {
                    guard !error.code.isOfStore || store.isRefusalOfOne(error, object.name) else { throw error }
                    problems.append((object.name, error))
                }
            }
            // Between the list and the reading, a record may have been deleted and an old one put in its place.
            if isComplete, hasRead { isComplete = try store.list(Self.prefix) == listed }
            if isComplete {
                let names = Set(listed.map(\.name))
                known.withLock { known in known = known.filter { names.contains($0.key) } }
                return (CollectionEpochs(records), problems)
            }
        }
        // A part of them would be worse than none: it could lack the list that condemns a pack.
        throw LifeboatError(
            .repositoryBusy,
            "the records of garbage collections in \(store.location) change faster than they can be read",
            remedy: "run it again"
        )
    }

    /// The epochs as writers and collectors must know them.
    ///
    /// - Throws: what is wrong with a record, for it may be one that condemns a pack.
    func loadTrusted(_ repository: RepositoryID) throws(LifeboatError) -> CollectionEpochs {
        let (epochs, problems) = try load(repository)
        guard let problem = problems.first else { return epochs }
        throw LifeboatError(
            .repositoryDamaged,
            "\(problem.name) cannot be trusted, and it may be what condemns a pack: \(problem.error.message)",
            remedy:
                "run `lifeboat repair`, which mends a record that was damaged; if that does not help, no maintainer wrote it: "
                + "find out who did, and delete this object. No backup and no prune runs until then"
        )
    }

    /// Stores a record unless its name is taken; then whoever took it has done this step.
    func put(
        _ record: CollectionRecord,
        sign: ([UInt8]) throws(LifeboatError) -> [UInt8]
    ) throws(LifeboatError) {
        let bytes = record.encoded()
        try SecondCopy.put(record.name, bytes + (try sign(bytes)), in: store)
    }

    /// Whether these bytes are the record that a maintainer signed.
    func isWhole(_ name: String, _ bytes: [UInt8], _ repository: RepositoryID) -> Bool {
        (try? CollectionRecord.decode(bytes, name, repository, maintainers)) != nil
    }

    /// A record in which one bit was flipped, as its signature proves; nil when more is wrong.
    func mend(_ name: String, _ bytes: [UInt8], _ repository: RepositoryID) -> [UInt8]? {
        var mended = bytes
        for position in mended.indices {
            for bit in 0..<8 {
                mended[position] ^= 1 << UInt8(bit)
                if (try? CollectionRecord.decode(mended, name, repository, maintainers)) != nil { return mended }
                mended[position] ^= 1 << UInt8(bit)
            }
        }
        return nil
    }
}
