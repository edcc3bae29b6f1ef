internal import Synchronization

/// Lends a `Zstandard` to each thread that compresses.
final class ZstandardPool: Sendable {
    private let idle = Mutex<[Zstandard]>([])

    func with<Result>(_ body: (Zstandard) throws(MalformedBytes) -> Result) throws(MalformedBytes) -> Result {
        let codec: Zstandard
        if let lent = idle.withLock({ $0.popLast() }) { codec = lent } else { codec = try Zstandard() }
        defer { idle.withLock { $0.append(codec) } }
        return try body(codec)
    }
}
