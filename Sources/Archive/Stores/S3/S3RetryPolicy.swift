/// When a request is sent again, and after which pause. Pure: randomness comes in.
struct S3RetryPolicy {
    /// How often a request is sent at most.
    var attempts = 8
    /// How often when no connection comes about, or none that can be trusted: the address may be wrong.
    var attemptsWithoutConnection = 4
    var firstPauseSeconds = 0.25
    var longestPauseSeconds = 20.0
    var longestRetryAfterSeconds = 60.0

    /// The pause after a transfer that failed; nil when it is not to be repeated.
    func pause(after failure: WebFailure, attempt: Int, jitter: Double) -> Double? {
        switch failure.kind {
        case .refusedByLibrary, .tls, .tooLarge: nil
        case .unreachable: attempt < attemptsWithoutConnection ? pause(attempt, jitter) : nil
        case .timeout, .broken: attempt < attempts ? pause(attempt, jitter) : nil
        }
    }

    /// The pause after an answer that asks for patience or is not the store's; nil when it is final.
    func pause(after answer: WebAnswer, attempt: Int, jitter: Double) -> Double? {
        guard attempt < attempts else { return nil }
        guard let seconds = answer.headers["retry-after"].flatMap({ Double($0) }), seconds >= 0 else {
            return pause(attempt, jitter)
        }
        return min(seconds, longestRetryAfterSeconds) + jitter * firstPauseSeconds
    }

    /// Doubles; half of it is random, so that clients that failed together do not come back together.
    private func pause(_ attempt: Int, _ jitter: Double) -> Double {
        var pause = firstPauseSeconds
        for _ in 1..<max(attempt, 1) { pause = min(pause * 2, longestPauseSeconds) }
        return pause * (0.5 + jitter / 2)
    }
}
