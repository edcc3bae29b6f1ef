/// When a failed request is sent again, and after which pause. Pure: randomness comes in.
package struct RetryPolicy: Sendable {
    package var attempts = 5
    package var firstPauseSeconds = 0.1
    package var longestPauseSeconds = 10.0

    package init() {}

    /// The pause before the next attempt; nil when the error is final.
    ///
    /// Reads are repeated after connection failures and overload. Writes are repeated only where the server surely did not act:
    /// 429, 503 with Retry-After, and connections that never came about.
    ///
    /// - Parameters:
    ///   - attempt: how many times it was sent already, from 1.
    ///   - jitter: a random number between 0 and 1.
    package func pause(after error: ClusterError, attempt: Int, isRead: Bool, jitter: Double) -> Double? {
        guard attempt < attempts, isRepeatable(error, isRead: isRead) else { return nil }
        if let seconds = error.retryAfterSeconds { return min(Double(seconds), 60) + jitter * firstPauseSeconds }
        var pause = firstPauseSeconds
        for _ in 1..<attempt { pause *= 2 }
        // Full jitter: many clients that failed together do not come back together.
        return min(pause, longestPauseSeconds) * (0.5 + jitter / 2)
    }

    private func isRepeatable(_ error: ClusterError, isRead: Bool) -> Bool {
        switch error.kind {
        case .tooManyRequests: true
        case .unavailable: isRead || error.retryAfterSeconds != nil
        case .unreachable: isRead || !error.mayHaveReachedServer
        case .timeout, .serverTimeout, .malformedAnswer: isRead
        case .internalError: isRead && error.httpStatus.map { $0 >= 500 } ?? false
        default: false
        }
    }
}
