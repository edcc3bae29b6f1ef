#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
package import KubernetesObjects

/// The clock and the randomness of the machine, the default of a sandbox.
package enum SystemEnvironment {
    package static let now: @Sendable () -> Timestamp = { Timestamp(secondsSince1970: Int64(time(nil))) }

    package static let random: @Sendable (Int) -> [UInt8] = { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}
