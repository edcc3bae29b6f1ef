internal import KubernetesObjects
internal import Synchronization

/// The credentials in use, read when they are first needed, before they expire, and when the server says that they did.
final class AWSCredentialCache: Sendable {
    /// Temporary keys are renewed so many seconds before their end.
    private static let marginSeconds: Int64 = 300
    /// Whoever could not give new ones is not asked again before this, while the old ones are good.
    private static let pauseSeconds: Int64 = 30

    /// Gets new keys; with little patience where the old ones are still good.
    typealias Load = @Sendable (_ isUrgent: Bool) throws(LifeboatError) -> AWSCredentials

    private let now: @Sendable () -> Timestamp
    private let load: Load
    private let loaded = Mutex<Loaded>(Loaded())

    private struct Loaded {
        var keys: AWSCredentials?
        /// When new ones could not be had.
        var failedAt: Timestamp?
        /// Whether a thread is getting new ones, while all others go on with those that are good.
        var isRenewing = false
    }

    init(
        now: @escaping @Sendable () -> Timestamp,
        load: @escaping Load
    ) {
        self.now = now
        self.load = load
    }

    func current() throws(LifeboatError) -> AWSCredentials {
        let good = try loaded.withLock { (loaded) throws(LifeboatError) -> (keys: AWSCredentials, isToRenew: Bool) in
            guard let keys = loaded.keys else { return (try renew(&loaded), false) }
            guard let end = keys.expiresAt else { return (keys, false) }
            let time = now()
            guard end - time > 0 else { return (try renew(&loaded), false) }
            let hasFailed = loaded.failedAt.map { time - $0 < Self.pauseSeconds } ?? false
            guard end - time <= Self.marginSeconds, !loaded.isRenewing, !hasFailed else { return (keys, false) }
            loaded.isRenewing = true
            return (keys, true)
        }
        return good.isToRenew ? try renew(instead: good.keys) : good.keys
    }

    /// Outside of the lock, for who does not answer must not keep all requests waiting.
    private func renew(instead keys: AWSCredentials) throws(LifeboatError) -> AWSCredentials {
        do throws(LifeboatError) {
            let new = try load(false)
            loaded.withLock { $0 = Loaded(keys: new) }
            return new
        } catch {
            let time = now()
            loaded.withLock { loaded in
                loaded.isRenewing = false
                loaded.failedAt = time
            }
            guard let end = keys.expiresAt, end - time > 0 else { throw error }
            return keys
        }
    }

    /// Reads them again, unless another thread has done so since `refused` was in use.
    func renew(after refused: AWSCredentials) throws(LifeboatError) -> AWSCredentials {
        try loaded.withLock { (loaded) throws(LifeboatError) in
            if let keys = loaded.keys, keys != refused { return keys }
            return try renew(&loaded)
        }
    }

    private func renew(_ loaded: inout Loaded) throws(LifeboatError) -> AWSCredentials {
        let keys = try load(true)
        loaded = Loaded(keys: keys)
        return keys
    }
}
