import KubernetesObjects
import Synchronization

@testable import Archive

/// A store on a disk that cannot read some sectors any more: whoever asks for bytes in one of them gets an input/output error.
final class FailingDisk: ObjectStore {
    let base: MemoryStore
    private let lost = Mutex<[String: Range<Int>]>([:])
    private let failures = Mutex(0)
    private let names = Mutex<[String]>([])
    private let isGone = Mutex(false)
    private let passes = Mutex(false)

    init(_ base: MemoryStore) { self.base = base }

    /// How often a read has failed.
    var fired: Int { failures.withLock { $0 } }

    /// What was read, or was to be.
    var reads: [String] { names.withLock { $0 } }

    /// From now on these bytes of an object cannot be read; none for all of it.
    func lose(_ range: Range<Int>? = nil, of name: String) {
        lost.withLock { $0 = [name: range ?? 0..<(base.contents[name]?.count ?? 0)] }
    }

    /// The trouble passes when something is put into quarantine.
    func recoverAtQuarantine() { passes.withLock { $0 = true } }

    /// From now on nothing can be read.
    func lose() { isGone.withLock { $0 = true } }

    var location: String { base.location }
    func put(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool {
        if name.hasPrefix("q/"), passes.withLock({ $0 }) { lost.withLock { $0 = [:] } }
        return try base.put(name, bytes)
    }

    func get(_ name: String, range: Range<Int>?) throws(LifeboatError) -> [UInt8]? {
        names.withLock { $0.append(name) }
        guard let size = try base.size(name) else { return nil }
        let asked = (range ?? 0..<size).clamped(to: 0..<size)
        let isLost = isGone.withLock { $0 } || lost.withLock { $0[name]?.overlaps(asked) == true }
        guard !isLost else {
            failures.withLock { $0 += 1 }
            throw LifeboatError(.storageUnreadable, "cannot read \(name): Input/output error")
        }
        return try base.get(name, range: range)
    }

    func list(_ prefix: String) throws(LifeboatError) -> [StoredObject] { try base.list(prefix) }
    func size(_ name: String) throws(LifeboatError) -> Int? { try base.size(name) }

    func delete(_ name: String) throws(LifeboatError) {
        lost.withLock { $0[name] = nil }
        try base.delete(name)
    }
}
