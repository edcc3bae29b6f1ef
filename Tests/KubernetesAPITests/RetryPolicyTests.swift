import Testing

@testable import KubernetesAPI

@Suite struct `Retry policy` {
    private func pause(
        _ kind: ClusterError.Kind,
        status: Int? = nil,
        retryAfter: Int? = nil,
        isRead: Bool,
        reached: Bool = true,
        attempt: Int = 1,
        jitter: Double = 0
    ) -> Double? {
        let error = ClusterError(
            kind,
            httpStatus: status,
            message: "",
            retryAfterSeconds: retryAfter,
            method: "",
            path: "",
            mayHaveReachedServer: reached
        )
        return RetryPolicy().pause(after: error, attempt: attempt, isRead: isRead, jitter: jitter)
    }

    @Test func `reads are repeated after lost connections, server errors and overload`() {
        for kind in [
            ClusterError.Kind.unreachable, .timeout, .serverTimeout, .internalError, .unavailable, .tooManyRequests,
        ] {
            #expect(pause(kind, status: 500, isRead: true) != nil, "\(kind)")
        }
    }

    @Test func `writes are repeated only where the server surely did not act`() {
        #expect(pause(.tooManyRequests, status: 429, isRead: false) != nil)
        #expect(pause(.unavailable, status: 503, retryAfter: 1, isRead: false) != nil)
        #expect(pause(.unreachable, isRead: false, reached: false) != nil)
        #expect(pause(.unavailable, status: 503, isRead: false) == nil)
        #expect(pause(.unavailable, status: 502, retryAfter: 1, isRead: false) == nil)
        #expect(pause(.unreachable, isRead: false, reached: true) == nil)
        #expect(pause(.timeout, isRead: false) == nil)
        #expect(pause(.internalError, status: 500, isRead: false) == nil)
        #expect(pause(.malformedAnswer, isRead: false) == nil)
    }

    @Test func `a wrong answer is repeated only when it broke off on the way`() {
        #expect(pause(.malformedAnswer, status: 200, isRead: true) == nil)
        #expect(pause(.malformedAnswer, isRead: true) != nil)
    }

    @Test(arguments: [
        ClusterError.Kind.forbidden, .unauthorized, .notFound, .conflict, .alreadyExists, .invalid, .expired,
        .badRequest,
        .tls, .cancelled, .tooLarge,
    ])
    func `what the server decided is final`(kind: ClusterError.Kind) {
        #expect(pause(kind, status: 400, isRead: true) == nil)
    }

    @Test func `pauses double up to a longest one, half of each is random`() {
        #expect(pause(.unreachable, isRead: true, attempt: 1) == 0.05)
        #expect(pause(.unreachable, isRead: true, attempt: 1, jitter: 1) == 0.1)
        #expect(pause(.unreachable, isRead: true, attempt: 3, jitter: 1) == 0.4)
        #expect(pause(.tooManyRequests, isRead: true, attempt: 9, jitter: 1) == 10)
    }

    @Test func `the server's own pause is kept to, within limits`() {
        #expect(pause(.tooManyRequests, retryAfter: 7, isRead: false) == 7)
        #expect(pause(.tooManyRequests, retryAfter: 86_400, isRead: false) == 60)
        #expect(pause(.tooManyRequests, retryAfter: -1, isRead: false) == 0)
    }

    @Test func `attempts come to an end, later when the server asks for patience`() {
        #expect(pause(.unreachable, isRead: true, attempt: 5) == nil)
        #expect(pause(.timeout, isRead: true, attempt: 2) == nil)
        #expect(pause(.tooManyRequests, isRead: true, attempt: 9) != nil)
        #expect(pause(.tooManyRequests, isRead: true, attempt: 10) == nil)
    }
}
