package import KubernetesObjects

/// The time that the daemon lives in.
package struct DaemonClock: Sendable {
    package let now: @Sendable () -> Timestamp
    /// Returns at the moment or soon after it, or throws when the task is cancelled.
    package let sleep: @Sendable (_ until: Timestamp) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (_ until: Timestamp) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    /// Real time. It looks at the wall clock again and again, because a machine may have been suspended or its clock set.
    package static func real(now: @escaping @Sendable () -> Timestamp) -> DaemonClock {
        DaemonClock(
            now: now,
            sleep: { end in
                let clock = ContinuousClock()
                while case let rest = end - now(), rest > 0 {
                    try await clock.sleep(for: .seconds(min(rest, 15)))
                }
            }
        )
    }
}
