/// When a failed request is sent again, and after which pause. Pure: randomness comes in.
package struct RetryPolicy: Sendable {
    /// How often a request is sent at most.
    package var attempts = 5
    /// How often when the server asks for patience (429): its queue is full, and it works.
    package var attemptsWhenOverloaded = 10
    /// How often after a timeout, each of which has cost a long time already.
    package var attemptsAfterTimeout = 2
    package var firstPauseSeconds = 0.1
    package var longestPauseSeconds = 10.0
    /// A server may ask for a longer pause than its clients can afford.
    package var longestRetryAfterSeconds = 60

    package init() {}

    /// The pause before the next attempt; nil when the error is final.
    ///
    /// Reads are repeated after connection failures, server errors and overload. Writes are repeated only where the server surely
    /// did not act: 429, 503 with Retry-After, and connections that never came about.
    ///
    /// - Parameters:
    ///   - attempt: how many times it was sent already, from 1.
    ///   - jitter: a random number between 0 and 1.
    package func pause(after error: ClusterError, attempt: Int, isRead: Bool, jitter: Double) -> Double? {
        guard attempt < mostAttempts(error.kind), isRepeatable(error, isRead: isRead) else { return nil }
        if let seconds = error.retryAfterSeconds {
            return Double(min(max(seconds, 0), longestRetryAfterSeconds)) + jitter * firstPauseSeconds
        }
        var pause = firstPauseSeconds
        for _ in 1..<attempt { pause = min(pause * 2, longestPauseSeconds) }
        // Half of it random: many clients that failed together do not come back together.
        return pause * (0.5 + jitter / 2)
    }

    private func mostAttempts(_ kind: ClusterError.Kind) -> Int {
        switch kind {
        case .tooManyRequests: attemptsWhenOverloaded
        case .timeout: attemptsAfterTimeout
        default: attempts
        }
    }

    private func isRepeatable(_ error: ClusterError, isRead: Bool) -> Bool {
        switch error.kind {
        case .tooManyRequests: true
        case .unavailable: isRead || (error.httpStatus == 503 && error.retryAfterSeconds != nil)
        case .unreachable: isRead || !error.mayHaveReachedServer
        case .timeout, .serverTimeout, .internalError: isRead
        // A transfer that broke off may succeed; a whole answer that is wrong stays wrong.
        case .malformedAnswer: isRead && error.httpStatus == nil
        default: false
        }
    }
}
