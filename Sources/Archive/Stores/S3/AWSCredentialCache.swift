internal import KubernetesObjects
internal import Synchronization

/// The credentials in use, read when they are first needed, before they expire, and when the server says that they did.
final class AWSCredentialCache: Sendable {
    /// Temporary keys are renewed so many seconds before their end.
    private static let marginSeconds: Int64 = 300
    /// Whoever could not give new ones is not asked again before this, while the old ones are good.
    private static let pauseSeconds: Int64 = 30

    private let now: @Sendable () -> Timestamp
    private let load: @Sendable () throws(LifeboatError) -> AWSCredentials
    private let loaded = Mutex<Loaded>(Loaded())

    private struct Loaded {
        var keys: AWSCredentials?
        /// When new ones could not be had.
        var failedAt: Timestamp?
    }

    init(
        now: @escaping @Sendable () -> Timestamp,
        load: @escaping @Sendable () throws(LifeboatError) -> AWSCredentials
    ) {
        self.now = now
        self.load = load
    }

    func current() throws(LifeboatError) -> AWSCredentials {
        try loaded.withLock { (loaded) throws(LifeboatError) in
            let time = now()
            guard let keys = loaded.keys, let end = keys.expiresAt, end - time <= Self.marginSeconds else {
                if let keys = loaded.keys { return keys }
                return try renew(&loaded)
            }
            let isGood = end - time > 0
            if isGood, let failedAt = loaded.failedAt, time - failedAt < Self.pauseSeconds { return keys }
            do throws(LifeboatError) { return try renew(&loaded) } catch {
                guard isGood else { throw error }
                loaded.failedAt = time
                return keys
            }
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
        let keys = try load()
        loaded = Loaded(keys: keys)
        return keys
    }
}
