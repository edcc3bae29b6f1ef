internal import Glibc
package import KubernetesObjects

/// The real clocks and the real randomness, handed to the modules from here and from nowhere else.
package enum SystemClock {
    /// The wall clock in whole seconds.
    package static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(secondsSince1970: Int64(time.tv_sec))
    }

    /// Seconds on a clock that never jumps, for durations.
    package static func seconds() -> Double { reading(CLOCK_MONOTONIC) }

    /// Processor seconds that this process has used.
    package static func processorSeconds() -> Double { reading(CLOCK_PROCESS_CPUTIME_ID) }

    /// Waits on the monotonic clock.
    package static func sleep(seconds: Double) async throws {
        try await Task.sleep(for: .milliseconds(Int(seconds * 1000)))
    }

    /// Blocks the calling thread, for stores, which work without suspending.
    package static func pause(seconds: Double) {
        let whole = seconds.rounded(.down)
        var wanted = timespec(tv_sec: Int(whole), tv_nsec: Int((seconds - whole) * 1e9))
        var rest = timespec()
        while nanosleep(&wanted, &rest) != 0, errno == EINTR { wanted = rest }
    }

    /// Bytes from the system's generator, fit for keys.
    package static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    private static func reading(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
