internal import Synchronization

/// Lends a `Zstandard` to each thread that compresses.
final class ZstandardPool: Sendable {
    private let idle = Mutex<[Zstandard]>([])

    /// A codec for one thread, to be given back.
    func take() throws(MalformedBytes) -> Zstandard {
        if let lent = idle.withLock({ $0.popLast() }) { return lent }
        return try Zstandard()
    }

    func giveBack(_ codec: Zstandard) { idle.withLock { $0.append(codec) } }
}
