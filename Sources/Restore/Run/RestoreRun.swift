package import Archive
package import KubernetesAPI
package import KubernetesObjects
package import Logging
package import Policies

/// Rebuilds the objects of a snapshot in a cluster.
package struct RestoreRun: Sendable {
    package let client: ClusterClient
    package let reader: SnapshotReader
    package let policy: RestorePolicy
    package let logger: Logger
    package let now: @Sendable () -> Timestamp
    package let elapsed: @Sendable () -> Double
    /// Waits so many seconds; between sweeps and while definitions are established.
    package let sleep: @Sendable (Double) async throws -> Void
    /// Seals SealedSecrets anew when the policy asks for it; without it they are left out.
    package var resealing: SecretResealing?
    /// Whether what cannot be read of the snapshot is left out, and named; else nothing is planned.
    package var skipsDamaged = false
    /// How many objects are sent at a time.
    package var width = 32
    /// How many bytes of contents a plan keeps; objects beyond are read again when they are sent.
    package var keptContentBytes = 12 << 20
    /// How long a definition may take until it is established.
    package var definitionTimeoutSeconds = 60.0
    /// How long the Services behind webhooks and APIServices may take until they have an address.
    package var backendTimeoutSeconds = 120.0
    /// How long failures that may pass, such as a webhook that is not up yet, are tried again.
    package var retrySeconds = 30.0

    package init(
        client: ClusterClient,
        reader: SnapshotReader,
        policy: RestorePolicy,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp,
        elapsed: @escaping @Sendable () -> Double = RestoreClock.seconds,
        sleep: @escaping @Sendable (Double) async throws -> Void = RestoreClock.sleep
    ) {
        self.client = client
        self.reader = reader
        self.policy = policy
        self.logger = logger
        self.now = now
        self.elapsed = elapsed
        self.sleep = sleep
    }

    /// Runs `body` and turns what it throws into an error for the user.
    static func translated<Value>(_ body: () async throws -> Value) async throws(LifeboatError) -> Value {
        do { return try await body() } catch let error as ClusterError {
            throw error.lifeboatError
        } catch let error as LifeboatError {
            throw error
        } catch is CancellationError {
            throw LifeboatError(.cancelled, "cancelled")
        } catch {
            throw LifeboatError(.internalError, "\(error)")
        }
    }
}

/// The real clock, which a restore uses unless another is injected.
package enum RestoreClock {
    private static let origin = ContinuousClock.now

    package static let seconds: @Sendable () -> Double = {
        let elapsed = origin.duration(to: .now).components
        return Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
    }

    package static let sleep: @Sendable (Double) async throws -> Void = {
        try await ContinuousClock().sleep(for: .milliseconds(Int($0 * 1000)))
    }
}
