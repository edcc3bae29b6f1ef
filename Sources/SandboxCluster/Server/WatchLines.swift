import KubernetesObjects

/// What a watch has to tell its client.
enum WatchSignal: Sendable {
    case event(StorageEvent)
    /// All events up to this revision were sent.
    case bookmark(Int64)
}

/// The lines of a watch, written when the client takes them and not while the storage is locked.
struct WatchLines: AsyncSequence, Sendable {
    typealias Element = [UInt8]

    /// The lines of the objects that were there at the beginning.
    let first: [UInt8]
    let signals: AsyncStream<WatchSignal>
    /// The line of a signal; nil when it is nothing to this client.
    let line: @Sendable (WatchSignal) -> [UInt8]?

    struct AsyncIterator: AsyncIteratorProtocol {
        var first: [UInt8]?
        var signals: AsyncStream<WatchSignal>.AsyncIterator
        let line: @Sendable (WatchSignal) -> [UInt8]?

        mutating func next() async -> [UInt8]? {
            if let bytes = first {
                first = nil
                if !bytes.isEmpty { return bytes }
            }
            while let signal = await signals.next() {
                if let bytes = line(signal) { return bytes }
            }
            return nil
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(first: first, signals: signals.makeAsyncIterator(), line: line)
    }
}
