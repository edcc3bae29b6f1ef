internal import Crypto
internal import KubernetesObjects

/// A request of the S3 API, not yet signed.
struct S3Request {
    var method: String
    /// Nil for a request about the bucket.
    var key: String?
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    var body: ArraySlice<UInt8>?
    /// The SHA-256 of the body, when it is known already.
    var bodyDigest: [UInt8]?
    /// The lock that the object gets.
    var lock: S3Lock?
    /// A success with a larger body than this is given up.
    var largestBody = WebRequest.largestDocument
}

/// How a request ended.
struct S3Result {
    /// The last answer, whatever its status; or why there is none.
    let outcome: Result<WebAnswer, LifeboatError>
    /// Some attempt ended without a word whether the server had acted: the connection broke, or the server failed.
    let mayHaveActed: Bool
}

/// Signs requests, sends them, and sends them again where that helps.
final class S3Client: Sendable {
    let endpoint: S3Endpoint
    let location: String
    private let credentials: AWSCredentialCache
    private let environment: StoreEnvironment
    private let exchange: WebExchange
    private let policy = S3RetryPolicy()
    private let clock: ServerClock

    init(
        endpoint: S3Endpoint,
        location: String,
        credentials: AWSCredentialCache,
        clock: ServerClock,
        environment: StoreEnvironment,
        exchange: @escaping WebExchange
    ) {
        self.endpoint = endpoint
        self.location = location
        self.credentials = credentials
        self.clock = clock
        self.environment = environment
        self.exchange = exchange
    }

    /// Sends a request until its answer is final.
    ///
    /// - Parameter problem: what is wrong with a success that cannot be the store's; such an answer is asked for again.
    func send(_ request: S3Request, problem: (WebAnswer) -> String? = { _ in nil }) throws(LifeboatError) -> S3Result {
        var attempt = 0
        var mayHaveActed = false
        var isClockSet = false
        var isRenewed = false
        func result(_ outcome: Result<WebAnswer, LifeboatError>) -> S3Result {
            S3Result(outcome: outcome, mayHaveActed: mayHaveActed)
        }
        while true {
            attempt += 1
            let keys = try credentials.current()
            let answer: WebAnswer
            do throws(WebFailure) { answer = try exchange(signed(request, keys)) } catch {
                mayHaveActed = mayHaveActed || error.mayHaveArrived
                guard error.kind != .tooLarge else { return result(.failure(S3Errors.tooLarge(self, request))) }
                guard let pause = policy.pause(after: error, attempt: attempt, jitter: jitter()) else {
                    return result(.failure(S3Errors.unreachable(self, error, attempts: attempt)))
                }
                environment.pause(pause)
                continue
            }
            let code = answer.isSuccess ? nil : answer.errorCode
            let trouble = Self.trouble(answer, request) ?? (answer.isSuccess ? problem(answer) : nil)
            if trouble == nil {
                if !isClockSet, !answer.isSuccess, let seconds = answer.skewSeconds(clock.local(), code: code) {
                    isClockSet = true
                    clock.set(ahead: seconds)
                    continue
                }
                if !isRenewed, let code, WebAnswer.expiredCodes.contains(code) {
                    isRenewed = true
                    _ = try credentials.renew(after: keys)
                    continue
                }
                guard answer.isTransient(code) else { return result(.success(answer)) }
            }
            mayHaveActed = mayHaveActed || trouble != nil || answer.status >= 500
            guard let pause = policy.pause(after: answer, attempt: attempt, jitter: jitter()) else {
                guard let trouble else { return result(.success(answer)) }
                return result(.failure(S3Errors.malformed(self, request.key, trouble)))
            }
            environment.pause(pause)
        }
    }

    /// Why an answer, whatever it says, is not one of the store.
    private static func trouble(_ answer: WebAnswer, _ request: S3Request) -> String? {
        if answer.isPage { return "a web page came in place of it" }
        // An ingress whose store is away says so, in few words, too; an answer to HEAD has no body to tell them by.
        guard answer.status == 404, request.method != "HEAD", answer.error == nil else { return nil }
        return "it says that nothing is there, and not in the words of S3"
    }

    /// The answer of a request for which it does not matter how often it was sent.
    func answer(
        _ request: S3Request,
        problem: (WebAnswer) -> String? = { _ in nil }
    ) throws(LifeboatError) -> WebAnswer {
        try send(request, problem: problem).outcome.get()
    }

    private func jitter() -> Double { Double(environment.random(1).first ?? 0) / 256 }

    private func signed(_ request: S3Request, _ keys: AWSCredentials) -> WebRequest {
        let path = endpoint.path(key: request.key)
        let digest = Hexadecimal.encode(request.bodyDigest ?? contentDigest(Array(request.body ?? [])))
        let time = clock.now()
        let headers =
            request.headers + (request.lock?.headers(at: time) ?? [])
            + [("host", endpoint.address.authority), ("x-amz-content-sha256", digest)]
        let signature = AWSSignature(credentials: keys, region: endpoint.region, service: "s3")
        let signable = SignableRequest(
            method: request.method,
            path: path,
            query: request.query,
            headers: headers,
            payloadDigest: digest
        )
        let query = AWSSignature.canonicalQuery(request.query)
        return WebRequest(
            method: request.method,
            url: "\(endpoint.address.scheme)://\(endpoint.address.authority)\(path)\(query.isEmpty ? "" : "?\(query)")",
            headers: headers + signature.headers(for: signable, at: time),
            body: request.body,
            largestBody: request.largestBody
        )
    }
}
