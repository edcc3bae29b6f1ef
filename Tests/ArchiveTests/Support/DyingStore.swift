import KubernetesObjects
import Synchronization

@testable import Archive

/// A store whose process dies at its nth change: before it, or right after it.
final class DyingStore: ObjectStore {
    private struct State {
        var changes = 0
        var isDead = false
    }

    let base: MemoryStore
    let location = "a dying store"
    private let last: Int
    private let isBefore: Bool
    private let state = Mutex(State())

    /// - Parameter last: the number of the change at which it dies, from 0.
    init(_ base: MemoryStore, at last: Int, before isBefore: Bool) {
        self.base = base
        self.last = last
        self.isBefore = isBefore
    }

    var hasDied: Bool { state.withLock { $0.isDead } }

    private func change<Value>(_ body: () throws(LifeboatError) -> Value) throws(LifeboatError) -> Value {
        try state.withLock { (state) throws(LifeboatError) in
            let isLast = state.changes == last
            state.changes += 1
            if isLast { state.isDead = true }
            if state.isDead, !isLast || isBefore { throw FaultyStore.crash }
            let value = try body()
            if state.isDead { throw FaultyStore.crash }
            return value
        }
    }

    private func live() throws(LifeboatError) { if hasDied { throw FaultyStore.crash } }

    func put(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool {
        try change { () throws(LifeboatError) in try base.put(name, bytes) }
    }

    func delete(_ name: String) throws(LifeboatError) {
        try change { () throws(LifeboatError) in try base.delete(name) }
    }

    func get(_ name: String, range: Range<Int>?) throws(LifeboatError) -> [UInt8]? {
        try live()
        return try base.get(name, range: range)
    }

    func list(_ prefix: String) throws(LifeboatError) -> [StoredObject] {
        try live()
        return try base.list(prefix)
    }

    func size(_ name: String) throws(LifeboatError) -> Int? { try base.size(name) }
}
