package import KubernetesObjects

/// One object of a store: its name and how many bytes it has.
package struct StoredObject: Hashable, Sendable {
    package let name: String
    package let size: Int

    package init(name: String, size: Int) {
        self.name = name
        self.size = size
    }
}

/// Where a repository lives: a flat set of immutable objects, each with a name such as `p/0f/0f3c…`.
///
/// A store never changes an object. `put` returns only when the object survives a power cut, so that what is written
/// after it may refer to it. Failures have codes of their own (`ErrorCode.isOfStore`), which damage never has.
package protocol ObjectStore: Sendable {
    /// What the user calls this store; it names the store in errors.
    var location: String { get }

    /// Stores an object durably. Returns false, and writes nothing, when the name is taken.
    func put(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool

    /// The bytes of an object, or those in `range` of them (fewer when the object is shorter); nil when it is absent.
    func get(_ name: String, range: Range<Int>?) throws(LifeboatError) -> [UInt8]?

    /// Whether bytes of an object can be read at this moment: from the disk or the server itself, and not from what is remembered of it.
    func canRead(_ name: String) -> Bool

    /// All objects whose names begin with `prefix`, in the order of their names.
    func list(_ prefix: String) throws(LifeboatError) -> [StoredObject]

    /// The size of an object; nil when it is absent.
    func size(_ name: String) throws(LifeboatError) -> Int?

    /// Removes an object; it is no error when it is absent.
    func delete(_ name: String) throws(LifeboatError)

    /// Whether two writers of one name may both be told that they were the first, as the store cannot refuse to replace.
    var mayLoseRaces: Bool { get }

    /// For how many days an object that is written cannot be taken away by anybody; nil where there is no such lock.
    var lockDays: Int? { get }

    /// Locks objects anew when less than half of `lockDays` is left of their locks. Objects that are absent are left out.
    ///
    /// - Returns: how many were locked anew.
    func extendLocks(of names: [String]) throws(LifeboatError) -> Int
}

extension ObjectStore {
    package var mayLoseRaces: Bool { false }
    package var lockDays: Int? { nil }

    package func extendLocks(of names: [String]) throws(LifeboatError) -> Int { 0 }

    package func get(_ name: String) throws(LifeboatError) -> [UInt8]? { try get(name, range: nil) }

    package func canRead(_ name: String) -> Bool { (try? get(name, range: 0..<1)) ?? nil != nil }
}

/// What a store says about sizes is not believed beyond this: it is memory that is asked for.
enum LargestRead {
    /// The largest object of a repository, a pack, is far smaller.
    static let bytes = 1 << 30

    /// - Parameter count: how many bytes of the object are to be read at once.
    static func check(_ count: Int, of name: String, in location: String) throws(LifeboatError) {
        guard count > bytes else { return }
        throw failure(name, location, "has \(count) bytes")
    }

    /// Damage and no failure of the store, which would end a check of all other objects.
    static func failure(_ name: String, _ location: String, _ size: String) -> LifeboatError {
        LifeboatError(
            .repositoryDamaged,
            "\(location)/\(name) \(size), and no object of a repository has more than \(bytes >> 20) MiB",
            remedy: "find out who wrote it there; lifeboat check names what is affected"
        )
    }
}

extension ErrorCode {
    /// The store could not be read or written, which says nothing about what is in it.
    package var isOfStore: Bool {
        switch self {
        case .storageFull, .storageFailed, .storageUnreadable, .storeDenied, .storeCredentials, .storeUnreachable,
            .storeTLS, .storeOverloaded, .storeBucketMissing, .storeMalformedAnswer:
            true
        default: false
        }
    }
}
