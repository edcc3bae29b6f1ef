internal import Daemon
internal import Glibc
internal import Logging

/// The daemon's log: JSON lines on standard error.
enum DaemonLogging {
    static func logger() -> Logger {
        let level = Environment.value("LIFEBOAT_LOG_LEVEL").flatMap(Logger.Level.init(rawValue:)) ?? .info
        return Logger(label: "lifeboat") { label in
            JSONLogHandler(label: label, level: level, now: { SystemClock.now() }) { line in
                // One write a line, so that lines of several threads do not mix.
                _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            }
        }
    }
}
