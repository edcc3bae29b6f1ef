internal import KubernetesObjects
internal import Synchronization

/// The clock of the server: this machine's, set right by what the server has said about its own.
///
/// Signatures, locks and the ends of keys are all judged by the server, so all are counted from its clock.
final class ServerClock: Sendable {
    /// This machine's own.
    let local: @Sendable () -> Timestamp
    /// How far the server's clock is ahead.
    private let skew = Mutex<Int64>(0)

    init(_ local: @escaping @Sendable () -> Timestamp) { self.local = local }

    func now() -> Timestamp { local().adding(seconds: skew.withLock { $0 }) }

    func set(ahead seconds: Int64) { skew.withLock { $0 = seconds } }
}

/// Object Lock for some days from when an object is sent.
struct S3Lock {
    let mode: S3Location.LockMode
    let days: Int

    func headers(at time: Timestamp) -> [(name: String, value: String)] {
        [
            ("x-amz-object-lock-mode", mode.rawValue),
            ("x-amz-object-lock-retain-until-date", time.adding(seconds: Int64(days) * 86_400).description),
        ]
    }
}
