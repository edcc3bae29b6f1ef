internal import KubernetesObjects
internal import Synchronization

/// The credentials in use, read when they are first needed, before they expire, and when the server says that they did.
final class AWSCredentialCache: Sendable {
    /// Temporary keys are renewed so many seconds before their end.
    private static let marginSeconds: Int64 = 300

    private let now: @Sendable () -> Timestamp
    private let load: @Sendable () throws(LifeboatError) -> AWSCredentials
    private let loaded = Mutex<AWSCredentials?>(nil)

    init(
        now: @escaping @Sendable () -> Timestamp,
        load: @escaping @Sendable () throws(LifeboatError) -> AWSCredentials
    ) {
        self.now = now
        self.load = load
    }

    func current() throws(LifeboatError) -> AWSCredentials {
        try loaded.withLock { (loaded) throws(LifeboatError) in
            if let keys = loaded, keys.expiresAt.map({ $0 - now() > Self.marginSeconds }) ?? true { return keys }
            let keys = try load()
            loaded = keys
            return keys
        }
    }

    /// Reads them again, unless another thread has done so since `refused` was in use.
    func renew(after refused: AWSCredentials) throws(LifeboatError) -> AWSCredentials {
        try loaded.withLock { (loaded) throws(LifeboatError) in
            if let keys = loaded, keys != refused { return keys }
            let keys = try load()
            loaded = keys
            return keys
        }
    }
}
