package import Archive
import FoundationEssentials
package import KubernetesObjects
import Synchronization

/// A repository in a temporary folder, opened with its passphrase; removed at the end.
package struct TestRepository: ~Copyable {
    package let repository: Repository
    package let path: String

    package init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "lifeboat-test-\(UUID().uuidString)").path()
        repository = try Repository.create(
            in: FolderStore(path: path),
            passphrase: Array("test passphrase".utf8),
            environment: Self.environment
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A low work factor, because each opening of a real one costs a second on purpose.
    package static var environment: ArchiveEnvironment {
        ArchiveEnvironment(now: TestClock.wallClock, random: TestClock.random, passphraseWorkFactor: 8)
    }
}

/// Clocks and randomness of tests.
package enum TestClock {
    private static let ticks = Mutex<Int64>(1_795_402_273)

    /// Moves on by a second each time it is read.
    package static let wallClock: @Sendable () -> Timestamp = {
        Timestamp(
            secondsSince1970: ticks.withLock {
                $0 += 1; return $0
            }
        )
    }

    /// The time of the machine, for certificates that a real server checks.
    package static let now: @Sendable () -> Timestamp = {
        Timestamp(secondsSince1970: Int64(Date().timeIntervalSince1970))
    }

    package static let random: @Sendable (Int) -> [UInt8] = { count in
        (0..<count).map { _ in UInt8.random(in: 0...255) }
    }
}
