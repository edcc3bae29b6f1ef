internal import Dispatch
package import KubernetesObjects
internal import Synchronization

/// The end of long work whose task was cancelled, as the first SIGINT or SIGTERM does.
package enum Cancellation {
    /// - Throws: `cancelled`. Nothing is lost by it anywhere: every change of a repository may be stopped at every step.
    package static func check() throws(LifeboatError) {
        if Task.isCancelled { throw error }
    }

    static var error: LifeboatError { LifeboatError(.cancelled, "cancelled; what was done so far stays as it is") }
}

/// Work on several threads at a time, as many as memory allows for large parts.
package enum ParallelWork {
    /// Each thread may hold some copies of the largest chunk.
    package static let width = 4

    /// Calls `body` with every number under `count`, on several threads, and returns when all have returned.
    ///
    /// - Throws: the first failure; numbers that were not begun then are left out.
    package static func forEach(
        _ count: Int,
        _ body: @Sendable (Int) throws(LifeboatError) -> Void
    ) throws(LifeboatError) {
        guard count > 1 else {
            if count == 1 { try body(0) }
            return
        }
        let failure = Mutex<LifeboatError?>(nil)
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: min(width, count)) { _ in
            while true {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < count, failure.withLock({ $0 }) == nil else { return }
                // One of the threads is the caller's, which has its task; the others see the failure.
                if Task.isCancelled {
                    failure.withLock { $0 = $0 ?? Cancellation.error }
                    return
                }
                do throws(LifeboatError) { try body(number) } catch { failure.withLock { $0 = $0 ?? error } }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }
}
