package import Archive
internal import KubernetesObjects
internal import Synchronization

/// How to open the repository once more, for the negative controls that damage a copy or use another key.
package struct RepositoryAccess: Sendable {
    package let store: any ObjectStore
    package let credential: RepositoryCredential
    package let environment: ArchiveEnvironment

    package init(store: any ObjectStore, credential: RepositoryCredential, environment: ArchiveEnvironment) {
        self.store = store
        self.credential = credential
        self.environment = environment
    }
}

/// A store that hands out everything with a changed byte once damage has begun, and never writes.
final class DamagedStore: ObjectStore {
    private let base: any ObjectStore
    private let isDamaging = Atomic<Bool>(false)

    init(base: any ObjectStore) { self.base = base }

    func beginDamage() { isDamaging.store(true, ordering: .releasing) }

    var location: String { base.location }
    func put(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool { false }
    func delete(_ name: String) throws(LifeboatError) {}
    func list(_ prefix: String) throws(LifeboatError) -> [StoredObject] { try base.list(prefix) }
    func size(_ name: String) throws(LifeboatError) -> Int? { try base.size(name) }

    func get(_ name: String, range: Range<Int>?) throws(LifeboatError) -> [UInt8]? {
        guard var bytes = try base.get(name, range: range) else { return nil }
        if isDamaging.load(ordering: .acquiring), !bytes.isEmpty { bytes[bytes.count / 2] ^= 1 }
        return bytes
    }
}
