/// How patient the daemon is.
package struct ScheduleOptions: Equatable, Sendable {
    /// The delay after the first failure; it doubles with each further one.
    package var firstRetrySeconds: Int64
    package var longestRetrySeconds: Int64
    /// How long a run may go on after the daemon was told to stop.
    package var drainSeconds: Int64
    /// How long a cancelled run may take to end before the daemon leaves without it.
    package var cancellationSeconds: Int64

    package init(
        firstRetrySeconds: Int64 = 60,
        longestRetrySeconds: Int64 = 1800,
        drainSeconds: Int64 = 10,
        cancellationSeconds: Int64 = 10
    ) {
        self.firstRetrySeconds = firstRetrySeconds
        self.longestRetrySeconds = longestRetrySeconds
        self.drainSeconds = drainSeconds
        self.cancellationSeconds = cancellationSeconds
    }

    /// No delay before the first attempt; 60, 120, 240 … seconds after failures.
    package func retryDelay(afterFailures failures: Int) -> Int64 {
        guard failures > 0 else { return 0 }
        let doublings = min(failures - 1, 20)
        return min(longestRetrySeconds, firstRetrySeconds << Int64(doublings))
    }
}
