import KubernetesObjects
import Synchronization

@testable import Archive

extension StoreEnvironment {
    /// A world of given variables and files in which nothing really waits.
    static func test(
        _ variables: [String: String],
        files: [String: String] = [:],
        now: @escaping @Sendable () -> Timestamp = { Timestamp(secondsSince1970: 1_800_000_000) },
        pauses: PauseRecord? = nil
    ) -> StoreEnvironment {
        StoreEnvironment(
            variables: variables,
            readFile: { path in files[path].map { Array($0.utf8) } },
            now: now,
            pause: { pauses?.add($0) },
            random: { [UInt8](repeating: 128, count: $0) }
        )
    }
}

/// The pauses that would have been made.
final class PauseRecord: Sendable {
    private let seconds = Mutex<[Double]>([])
    var all: [Double] { seconds.withLock { $0 } }
    func add(_ pause: Double) { seconds.withLock { $0.append(pause) } }
}
