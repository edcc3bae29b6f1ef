internal import Synchronization

/// The body of an answer that is read while it comes, with back-pressure: when the consumer is behind, the transfer is paused.
final class StreamedBody: Sendable {
    private struct State {
        var head: HTTPHead?
        var chunks: [[UInt8]] = []
        var bufferedBytes = 0
        var isPaused = false
        var end: Result<Void, TransportError>?
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// More than a page of events; a paused transfer costs nothing but this.
    private static let capacity = 1 << 20
    private let state = Mutex(State())
    private let resume: @Sendable () -> Void

    /// - Parameter resume: called when a paused transfer may go on; may be called on any thread.
    init(resume: @escaping @Sendable () -> Void) { self.resume = resume }

    func receiveHead(_ head: HTTPHead) {
        signal { $0.head = head }
    }

    /// Takes a part of the body; false when the transfer must pause.
    func receive(_ part: UnsafeRawBufferPointer) -> Bool {
        var isTaken = false
        signal {
            guard $0.bufferedBytes < Self.capacity else {
                $0.isPaused = true
                return
            }
            $0.chunks.append(Array(part))
            $0.bufferedBytes += part.count
            isTaken = true
        }
        return isTaken
    }

    func finish(_ result: Result<Void, TransportError>) {
        signal {
            if $0.end == nil { $0.end = result }
        }
    }

    /// Status and headers, once they are there.
    func head() async throws(TransportError) -> HTTPHead {
        while true {
            let (head, end) = state.withLock { ($0.head, $0.end) }
            if let head { return head }
            switch end {
            case .failure(let error): throw error
            // Only a transfer with a head succeeds.
            case .success: return HTTPHead()
            case nil: break
            }
            await wait { $0.head != nil || $0.end != nil }
        }
    }

    /// The next part of the body; nil at its end.
    func next() async throws(TransportError) -> [UInt8]? {
        while true {
            let (chunk, end, mayResume) = state.withLock { state -> ([UInt8]?, Result<Void, TransportError>?, Bool) in
                guard !state.chunks.isEmpty else { return (nil, state.end, false) }
                let chunk = state.chunks.removeFirst()
                state.bufferedBytes -= chunk.count
                let mayResume = state.isPaused && state.bufferedBytes < Self.capacity / 2
                if mayResume { state.isPaused = false }
                return (chunk, nil, mayResume)
            }
            if mayResume { resume() }
            if let chunk { return chunk }
            switch end {
            case .success: return nil
            case .failure(let error): throw error
            case nil: await wait { !$0.chunks.isEmpty || $0.end != nil }
            }
        }
    }

    private func signal(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            let waiter = state.waiter
            state.waiter = nil
            return waiter
        }
        waiter?.resume()
    }

    private func wait(until isReady: @Sendable (borrowing State) -> Bool) async {
        await withCheckedContinuation { continuation in
            let mayGoOn = state.withLock { state in
                if isReady(state) { return true }
                state.waiter = continuation
                return false
            }
            if mayGoOn { continuation.resume() }
        }
    }
}
