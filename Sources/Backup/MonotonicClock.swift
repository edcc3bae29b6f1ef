/// Measures how long a run took. It is injected, so that tests decide.
package typealias ElapsedSeconds = @Sendable () -> Double

/// Seconds of the machine's own clock since an arbitrary moment.
package enum MonotonicClock {
    private static let origin = ContinuousClock.now

    package static let seconds: ElapsedSeconds = {
        let elapsed = origin.duration(to: .now).components
        return Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
    }
}
