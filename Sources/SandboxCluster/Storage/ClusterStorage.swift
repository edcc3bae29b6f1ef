import KubernetesObjects
import Synchronization

/// All objects of a sandbox cluster in memory, behind one lock, with a bounded log of events for watches.
final class ClusterStorage: Sendable {
    let environment: SandboxEnvironment
    private let watchWindow: Int
    private let state: Mutex<State>

    private struct State: Sendable {
        var transaction: Transaction
        /// The last events, oldest first; at most `watchWindow` of them (twice that before it is trimmed).
        var events: [StorageEvent] = []
        /// A watch can start at this revision or a later one.
        var oldestWatchable: Int64 = 1
        var watchers: [Int: Watcher] = [:]
        var nextWatcher = 0
    }

    private struct Watcher: Sendable {
        let resource: GroupResource?
        let continuation: AsyncStream<StorageEvent>.Continuation
    }

    init(environment: SandboxEnvironment, watchWindow: Int = 20_000) {
        self.environment = environment
        self.watchWindow = watchWindow
        state = Mutex(State(transaction: Transaction(environment: environment)))
    }

    var resourceVersion: Int64 { state.withLock { $0.transaction.resourceVersion } }

    /// Runs `body` alone. Its writes become visible and watchable together; none remains when it throws.
    ///
    /// With `isDryRun` its writes are undone at the end in any case, and only the result remains.
    func transact<Result: Sendable>(
        isDryRun: Bool = false,
        _ body: (inout Transaction) throws(StatusError) -> Result
    ) throws(StatusError) -> Result {
        try state.withLock { state throws(StatusError) in
            do throws(StatusError) {
                let result = try body(&state.transaction)
                if isDryRun { state.transaction.rollBack() } else { publish(&state) }
                return result
            } catch {
                state.transaction.rollBack()
                throw error
            }
        }
    }

    /// Reads under the lock; a write made here is undone.
    func read<Result: Sendable>(_ body: (borrowing Transaction) -> Result) -> Result {
        state.withLock { body($0.transaction) }
    }

    private func publish(_ state: inout State) {
        let events = state.transaction.commit()
        guard !events.isEmpty else { return }
        state.events.append(contentsOf: events)
        if state.events.count > watchWindow * 2 { trim(&state, to: watchWindow) }
        for watcher in state.watchers.values {
            for event in events where watcher.resource == nil || watcher.resource == event.resource {
                watcher.continuation.yield(event)
            }
        }
    }

    private func trim(_ state: inout State, to count: Int) {
        let excess = state.events.count - count
        guard excess > 0 else { return }
        state.oldestWatchable = state.events[excess - 1].resourceVersion
        state.events.removeFirst(excess)
    }

    /// Forgets all past events, as etcd's compaction does: an older watch or list token is answered with 410.
    func compact() {
        state.withLock { trim(&$0, to: 0) }
    }

    /// The events after `revision` and all later ones; without a revision from now on, of all resources when nil.
    ///
    /// - Throws: 410 `Expired` when the log no longer reaches back to the revision.
    func events(of resource: GroupResource? = nil, after revision: Int64? = nil) throws(StatusError)
        -> AsyncStream<StorageEvent>
    {
        try watch(resource, after: revision) { _ in }.events
    }

    /// Starts a watch and runs `body` in the same critical section, so that what it reads and the events join without a gap.
    func watch<Result: Sendable>(
        _ resource: GroupResource?,
        after revision: Int64?,
        _ body: (borrowing Transaction) -> Result
    ) throws(StatusError) -> (result: Result, events: AsyncStream<StorageEvent>) {
        let (stream, continuation) = AsyncStream.makeStream(of: StorageEvent.self)
        let (id, result) = try state.withLock { state throws(StatusError) in
            if let revision {
                guard revision >= state.oldestWatchable else {
                    throw .expired("too old resource version: \(revision) (\(state.oldestWatchable))")
                }
                let start = state.events.firstIndex { $0.resourceVersion > revision } ?? state.events.endIndex
                for event in state.events[start...] where resource == nil || resource == event.resource {
                    continuation.yield(event)
                }
            }
            let id = state.nextWatcher
            state.nextWatcher += 1
            state.watchers[id] = Watcher(resource: resource, continuation: continuation)
            return (id, body(state.transaction))
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.watchers[id] = nil }
        }
        return (result, stream)
    }

    /// Ends all watches.
    func finishWatches() {
        let watchers = state.withLock { state in
            defer { state.watchers = [:] }
            return Array(state.watchers.values)
        }
        for watcher in watchers { watcher.continuation.finish() }
    }
}
