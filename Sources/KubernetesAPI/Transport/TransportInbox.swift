internal import CCurl
internal import Synchronization

/// A request on its way to the transport's thread.
struct TransferJob: Sendable {
    let request: HTTPRequest
    let identifier: Int
    let sink: TransferSink
}

/// Where an answer goes.
enum TransferSink: Sendable {
    case whole(CheckedContinuation<HTTPResponse, any Error>)
    case stream(StreamedBody)

    func fail(_ error: TransportError) {
        switch self {
        case .whole(let continuation): continuation.resume(throwing: error)
        case .stream(let body): body.finish(.failure(error))
        }
    }
}

/// What tasks hand to the transport's thread; it wakes the thread when something came.
final class TransportInbox: Sendable {
    /// Everything that came since the thread last looked.
    struct Batch {
        var jobs: [TransferJob] = []
        var cancelled: [Int] = []
        var resumed: [Int] = []
        var isStopped = false
    }

    private struct State {
        var batch = Batch()
        /// Identifiers given out whose job has not come yet; true when it was cancelled before.
        var expected: [Int: Bool] = [:]
        var lastIdentifier = 0
        /// The thread was woken and has not looked yet.
        var isAwake = false
        /// The thread is gone, and libcurl's handle with it.
        var isClosed = false
    }

    private let state = Mutex(State())
    // Under the lock and before `isClosed` only: curl_multi_wakeup is the one function that libcurl allows on other threads.
    nonisolated(unsafe) private let multi: UnsafeMutableRawPointer

    init(multi: UnsafeMutableRawPointer) { self.multi = multi }

    /// A new identifier, whose job must be submitted.
    func newIdentifier() -> Int {
        state.withLock {
            $0.lastIdentifier += 1
            $0.expected[$0.lastIdentifier] = false
            return $0.lastIdentifier
        }
    }

    func submit(_ job: TransferJob) {
        let refusal = state.withLock { state -> String? in
            let wasCancelled = state.expected.removeValue(forKey: job.identifier) ?? false
            if state.batch.isStopped || state.isClosed { return "the client is closed" }
            if wasCancelled { return "cancelled" }
            state.batch.jobs.append(job)
            wake(&state)
            return nil
        }
        guard let refusal else { return }
        job.sink.fail(TransportError(kind: .cancelled, message: refusal, mayHaveReachedServer: false))
    }

    func cancel(_ identifier: Int) {
        state.withLock {
            if $0.expected[identifier] != nil {
                $0.expected[identifier] = true
            } else {
                $0.batch.cancelled.append(identifier)
                wake(&$0)
            }
        }
    }

    /// Lets a paused transfer go on.
    func resume(_ identifier: Int) {
        state.withLock {
            $0.batch.resumed.append(identifier)
            wake(&$0)
        }
    }

    func stop() {
        state.withLock {
            $0.batch.isStopped = true
            wake(&$0)
        }
    }

    /// On the transport's thread: what came.
    func take() -> Batch {
        state.withLock {
            let batch = $0.batch
            $0.batch = Batch(isStopped: batch.isStopped)
            $0.isAwake = false
            return batch
        }
    }

    /// On the transport's thread, before libcurl's handle goes: nobody wakes it any more. Returns what came too late.
    func close() -> [TransferJob] {
        state.withLock {
            $0.isClosed = true
            let jobs = $0.batch.jobs
            $0.batch = Batch(isStopped: true)
            return jobs
        }
    }

    private func wake(_ state: inout State) {
        guard !state.isAwake, !state.isClosed else { return }
        state.isAwake = true
        curl_multi_wakeup(multi)
    }
}
