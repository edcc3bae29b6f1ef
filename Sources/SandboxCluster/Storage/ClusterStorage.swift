import KubernetesObjects
import Synchronization

/// All objects of a sandbox cluster in memory, behind one lock, with a bounded log of events for watches.
final class ClusterStorage: Sendable {
    let environment: SandboxEnvironment
    private let registry: ResourceRegistry
    private let watchWindow: Int
    private let state: Mutex<State>
    /// Subscriptions that are over and still in `state`, behind a lock of their own, under which nothing else is taken.
    ///
    /// A cancelled task ends its watch while the Swift runtime holds the lock of that task, and an event is delivered to the task
    /// under the lock of `state`, which then takes the lock of the task: ending a watch must not wait for `state`.
    private let ended = Mutex<[Int]>([])

    private struct State: Sendable {
        var transaction: Transaction
        /// The last events, oldest first; at most `watchWindow` of them (twice that before it is trimmed).
        var events: [StorageEvent] = []
        /// A watch can start at this revision or a later one.
        var oldestWatchable: Int64 = 1
        var subscriptions: [Int: Subscription] = [:]
        var nextSubscription = 0
    }

    private struct Subscription: Sendable {
        let resource: GroupResource?
        let deliver: @Sendable (StorageEvent) -> Void
        let finish: @Sendable () -> Void
    }

    init(environment: SandboxEnvironment, registry: ResourceRegistry = ResourceRegistry(), watchWindow: Int = 20_000) {
        self.environment = environment
        self.registry = registry
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

    /// Reads under the lock.
    func read<Result: Sendable>(_ body: (borrowing Transaction) -> Result) -> Result {
        state.withLock { body($0.transaction) }
    }

    private func publish(_ state: inout State) {
        let events = state.transaction.commit()
        guard !events.isEmpty else { return }
        state.events.append(contentsOf: events)
        if state.events.count > watchWindow * 2 { trim(&state, to: watchWindow) }
        if events.contains(where: { $0.resource == ResourceRegistry.customResourceDefinitions }) {
            let definitions = state.transaction.objects(ResourceRegistry.customResourceDefinitions)
            registry.serveCustomResources(of: definitions.map(\.value))
        }
        removeEnded(&state)
        for subscription in state.subscriptions.values {
            for event in events where subscription.resource == nil || subscription.resource == event.resource {
                subscription.deliver(event)
            }
        }
    }

    private func trim(_ state: inout State, to count: Int) {
        let excess = state.events.count - count
        guard excess > 0 else { return }
        state.oldestWatchable = state.events[excess - 1].resourceVersion
        state.events.removeFirst(excess)
    }

    /// Forgets all past events, as etcd's compaction does: an older watch is answered with 410.
    func compact() {
        state.withLock { trim(&$0, to: 0) }
    }

    /// Calls `deliver` for the events after `revision` (from now on without one) and all later ones, in order.
    ///
    /// `body` runs in the same critical section, so that what it reads and the events join without a gap. `deliver` and
    /// `finish` must not block and must not come back to the storage.
    ///
    /// - Throws: 410 `Expired` when the log no longer reaches back to the revision.
    func subscribe<Result: Sendable>(
        to resource: GroupResource?,
        after revision: Int64?,
        deliver: @escaping @Sendable (StorageEvent) -> Void,
        finish: @escaping @Sendable () -> Void,
        _ body: (borrowing Transaction) -> Result
    ) throws(StatusError) -> (id: Int, result: Result) {
        try state.withLock { state throws(StatusError) in
            let result = body(state.transaction)
            if let revision {
                guard revision >= state.oldestWatchable else {
                    throw .expired("too old resource version: \(revision) (\(state.oldestWatchable))")
                }
                let start = Self.firstIndex(in: state.events, after: revision)
                for event in state.events[start...] where resource == nil || resource == event.resource {
                    deliver(event)
                }
            }
            removeEnded(&state)
            let id = state.nextSubscription
            state.nextSubscription += 1
            state.subscriptions[id] = Subscription(resource: resource, deliver: deliver, finish: finish)
            return (id, result)
        }
    }

    private static func firstIndex(in events: [StorageEvent], after revision: Int64) -> Int {
        var low = 0
        var high = events.count
        while low < high {
            let middle = (low + high) / 2
            if events[middle].resourceVersion > revision { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Ends a subscription; may be called under any lock. What it holds is released with the next event or subscription.
    func unsubscribe(_ id: Int) { ended.withLock { $0.append(id) } }

    private func removeEnded(_ state: inout State) {
        let ids = ended.withLock { ended in
            defer { ended = [] }
            return ended
        }
        for id in ids { state.subscriptions[id] = nil }
    }

    /// Calls `body` with the last revision while no event can come between.
    func atRevision(_ body: (Int64) -> Void) {
        state.withLock { body($0.transaction.resourceVersion) }
    }

    /// Ends all watches.
    func finishWatches() {
        let subscriptions = state.withLock { state in
            defer { state.subscriptions = [:] }
            return Array(state.subscriptions.values)
        }
        for subscription in subscriptions { subscription.finish() }
    }
}

extension ClusterStorage {
    /// The events after `revision` and all later ones; without a revision from now on, of all resources when nil.
    func events(of resource: GroupResource? = nil, after revision: Int64? = nil) throws(StatusError)
        -> AsyncStream<StorageEvent>
    {
        try watch(resource, after: revision) { _ in }.events
    }

    /// Starts a watch and runs `body` in the same critical section.
    func watch<Result: Sendable>(
        _ resource: GroupResource?,
        after revision: Int64?,
        _ body: (borrowing Transaction) -> Result
    ) throws(StatusError) -> (result: Result, events: AsyncStream<StorageEvent>) {
        let (stream, continuation) = AsyncStream.makeStream(of: StorageEvent.self)
        let (id, result) = try subscribe(
            to: resource,
            after: revision,
            deliver: { continuation.yield($0) },
            finish: { continuation.finish() },
            body
        )
        continuation.onTermination = { [weak self] _ in self?.unsubscribe(id) }
        return (result, stream)
    }
}
