import KubernetesObjects
import Synchronization

/// The controllers of the cluster: garbage collection, namespaces, workloads on simulated nodes, volumes.
///
/// One task reads the events of the storage and turns them into work, another does it, one item a transaction. There is
/// no clock: the cluster is settled when all events were read and nothing is left to do.
final class Controllers: Sendable {
    private let operations: ResourceOperations
    private let nodeCount: Int
    private let state = Mutex(State())
    private let podAddresses = Mutex(0)

    private struct State: Sendable {
        var queue = WorkQueue()
        var owners = OwnerIndex()
        var seen: Int64 = 0
        var isWorking = false
        var isRunning = false
        var hasEnded = false
        var waiters: [CheckedContinuation<Void, Never>] = []
        var wakeUp: AsyncStream<Void>.Continuation?
    }

    private var storage: ClusterStorage { operations.storage }
    private var writes: ControllerWrites {
        ControllerWrites(registry: operations.registry, environment: operations.environment)
    }

    init(operations: ResourceOperations, nodeCount: Int) {
        self.operations = operations
        self.nodeCount = nodeCount
    }

    /// Writes what a new cluster has: nodes, the namespaces and their default objects.
    func bootstrap() async {
        let bootstrap = Bootstrap(writes: writes, nodeCount: nodeCount)
        // A cluster starts empty, so nothing can be refused here but what is there already.
        try? storage.transact { transaction throws(StatusError) in bootstrap.run(in: &transaction) }
    }

    /// Works until the task is cancelled or the watches end.
    func run() async {
        let (wakeUps, wakeUp) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let start = try? storage.watch(nil, after: nil) { transaction in
            (objects: transaction.tables.values.flatMap { Array($0.objects) }, revision: transaction.resourceVersion)
        }
        guard let start else { return }
        state.withLock { state in
            state.wakeUp = wakeUp
            state.isRunning = true
            for object in start.result.objects { state.owners.note(object) }
            let router = WorkRouter(owners: state.owners, registry: operations.registry)
            for object in start.result.objects.sorted(by: { $0.resourceVersion < $1.resourceVersion }) {
                let event = StorageEvent(change: .added, object: object, previous: nil)
                for item in router.work(for: event) { state.queue.add(item) }
            }
            state.seen = max(state.seen, start.result.revision)
        }
        wakeUp.yield()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.read(start.events) }
            group.addTask { await self.work(wakeUps) }
            // Either ends only when the cluster stops.
            await group.next()
            group.cancelAll()
            wakeUp.finish()
        }
        finish()
    }

    /// Returns when the controllers have seen all writes and have nothing left to do.
    func settle() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isDone = state.withLock { state in
                if state.hasEnded || isSettled(state) { return true }
                state.waiters.append(continuation)
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    private func isSettled(_ state: State) -> Bool {
        state.isRunning && state.queue.isEmpty && !state.isWorking && state.seen >= storage.resourceVersion
    }

    private func finish() {
        let waiters = state.withLock { state in
            state.hasEnded = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func read(_ events: AsyncStream<StorageEvent>) async {
        for await event in events {
            state.withLock { state in
                state.owners.note(event)
                for item in WorkRouter(owners: state.owners, registry: operations.registry).work(for: event) {
                    state.queue.add(item)
                }
                state.seen = max(state.seen, event.resourceVersion)
                state.wakeUp?.yield()
            }
        }
    }

    private func work(_ wakeUps: AsyncStream<Void>) async {
        for await _ in wakeUps {
            while !Task.isCancelled, let item = next() { perform(item) }
            release()
        }
    }

    private func next() -> WorkItem? {
        state.withLock { state in
            let item = state.queue.next()
            state.isWorking = item != nil
            return item
        }
    }

    /// Lets go of those who wait, when there is nothing to do.
    private func release() {
        let waiters = state.withLock { state in
            guard isSettled(state) else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func perform(_ item: WorkItem) {
        let dependents = state.withLock { state in
            storageUID(item.key).map { state.owners.dependents(of: $0) } ?? []
        }
        let reconciler = Reconciler(
            writes: writes,
            dependents: dependents,
            nextPodNumber: {
                self.podAddresses.withLock { number in
                    number += 1
                    return number
                }
            }
        )
        // A refused write leaves the storage as it was; the next event about the object leads here again.
        try? storage.transact { transaction throws(StatusError) in try reconciler.reconcile(item, in: &transaction) }
    }

    private func storageUID(_ key: ObjectKey) -> String? { storage.read { $0.object(key)?.uid } }
}
