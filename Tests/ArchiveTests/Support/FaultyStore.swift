import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

/// A store that fails on purpose. Every fault that a test plans must happen, or the test proves nothing.
final class FaultyStore: ObjectStore {
    enum Fault: Hashable {
        /// The process dies before it stores its nth object, counted from 0; nothing works after that.
        case crashBeforePut(Int)
        /// The process dies right after it stored its nth object.
        case crashAfterPut(Int)
        /// Storing the nth object fails with a code.
        case failPut(Int, ErrorCode)
        /// Reading the nth time fails with a code.
        case failGet(Int, ErrorCode)
        /// Listing the nth time fails with a code.
        case failList(Int, ErrorCode)
    }

    private struct State {
        var waiting: Set<Fault>
        var puts = 0
        var gets = 0
        var lists = 0
        var isDead = false
    }

    let base: MemoryStore
    let location = "a faulty store"
    private let state: Mutex<State>

    init(_ base: MemoryStore, _ faults: Set<Fault>) {
        self.base = base
        state = Mutex(State(waiting: faults))
    }

    static let crash = LifeboatError(.storageFailed, "the process died")

    /// How many objects were stored or tried to be.
    var puts: Int { state.withLock { $0.puts } }

    func verifyAllFaultsFired(sourceLocation: SourceLocation = #_sourceLocation) {
        let waiting = state.withLock { $0.waiting }
        #expect(waiting.isEmpty, "faults that never happened: \(waiting)", sourceLocation: sourceLocation)
    }

    /// Counts a call and throws when a fault is planned for it; returns whether to crash after it.
    private func enter(
        _ counter: WritableKeyPath<State, Int>,
        crashBefore: (Int) -> Fault?,
        crashAfter: (Int) -> Fault?,
        fail: (Int, ErrorCode) -> Fault
    ) throws(LifeboatError) -> Bool {
        try state.withLock { (state) throws(LifeboatError) in
            if state.isDead { throw Self.crash }
            let number = state[keyPath: counter]
            state[keyPath: counter] += 1
            if let fault = crashBefore(number), state.waiting.remove(fault) != nil {
                state.isDead = true
                throw Self.crash
            }
            for code in [ErrorCode.storageFull, .storageFailed] where state.waiting.remove(fail(number, code)) != nil {
                throw LifeboatError(code, "planned failure")
            }
            return crashAfter(number).map { state.waiting.remove($0) != nil } ?? false
        }
    }

    func put(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool {
        let crashes = try enter(
            \.puts,
            crashBefore: Fault.crashBeforePut,
            crashAfter: Fault.crashAfterPut,
            fail: Fault.failPut
        )
        let isNew = try base.put(name, bytes)
        guard crashes else { return isNew }
        state.withLock { $0.isDead = true }
        throw Self.crash
    }

    func get(_ name: String, range: Range<Int>?) throws(LifeboatError) -> [UInt8]? {
        _ = try enter(\.gets, crashBefore: { _ in nil }, crashAfter: { _ in nil }, fail: Fault.failGet)
        return try base.get(name, range: range)
    }

    func list(_ prefix: String) throws(LifeboatError) -> [StoredObject] {
        _ = try enter(\.lists, crashBefore: { _ in nil }, crashAfter: { _ in nil }, fail: Fault.failList)
        return try base.list(prefix)
    }

    func size(_ name: String) throws(LifeboatError) -> Int? { try base.size(name) }
    func delete(_ name: String) throws(LifeboatError) { try base.delete(name) }
}
