package import KubernetesObjects
internal import Logging
internal import Synchronization

/// A client of one API server: bounded concurrency, retries of what is safe to repeat, and typed errors.
package final class ClusterClient: Sendable {
    package let configuration: ClusterConfiguration
    let options: ClusterClientOptions
    let transport: CurlTransport
    private let credentials: CredentialSource
    private let counters = Mutex(ClusterStatistics())

    /// Makes a client; nothing is sent yet.
    ///
    /// - Throws: `kubeconfig.certificate-expired` for a client certificate that is over, other `kubeconfig.*` for what cannot be used.
    package init(_ configuration: ClusterConfiguration, options: ClusterClientOptions = ClusterClientOptions())
        throws(LifeboatError)
    {
        self.configuration = configuration
        self.options = options
        credentials = CredentialSource(configuration, now: options.now, sleep: options.sleep)
        if let expired = configuration.expiredCertificate(now: options.now()) { throw expired }
        var settings = TransportSettings()
        settings.certificateAuthority = configuration.certificateAuthority
        settings.skipsVerification = configuration.skipsVerification
        settings.serverName = configuration.tlsServerName
        settings.proxy = configuration.proxy
        settings.maximumRequests = max(1, options.maximumConnections)
        settings.connectTimeoutSeconds = options.connectTimeoutSeconds
        settings.maximumBodyBytes = options.maximumBodyBytes
        settings.acceptsCompression = options.acceptsCompression
        settings.userAgent = options.userAgent
        do {
            transport = try CurlTransport(settings)
        } catch {
            throw LifeboatError(.internalError, error.message)
        }
    }

    deinit { transport.stop() }

    package var statistics: ClusterStatistics { counters.withLock { $0 } }

    /// Ends all transfers; requests after it fail as cancelled.
    package func close() { transport.stop() }

    /// Sends a request, with retries, and returns the answer of a success.
    ///
    /// - Parameters:
    ///   - accept: with a JSON type, an answer that is not whole JSON is an error.
    ///   - scansAnswer: the caller itself finds out whether the answer is whole.
    func send(
        _ method: String,
        _ path: String,
        accept: String = "application/json",
        contentType: String? = nil,
        body: [UInt8]? = nil,
        scansAnswer: Bool = false
    ) async throws(ClusterError) -> HTTPResponse {
        try await retrying(method, path) { () async throws(ClusterError) -> HTTPResponse in
            let request = try await self.request(method, path, accept, contentType, body)
            let response: HTTPResponse
            do {
                response = try await self.transport.send(request)
            } catch {
                self.count { $0.requests += 1 }
                throw Self.clusterError(error, method, path)
            }
            self.count {
                $0.requests += 1
                $0.bytesReceived += response.body.count
                $0.bytesSent += body?.count ?? 0
                $0.add(response.head.warnings)
            }
            guard (200..<300).contains(response.head.status) else {
                throw .refused(response.head, body: response.body, method: method, path: path)
            }
            if accept.hasPrefix("application/json") {
                try AnswerCheck.json(response, isScanned: scansAnswer, method: method, path: path)
            }
            return response
        }
    }

    /// Repeats what is safe to repeat, by the retry policy.
    func retrying<Answer: Sendable>(
        _ method: String,
        _ path: String,
        _ body: () async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        var attempt = 1
        var hasRenewed = false
        while true {
            do {
                return try await body()
            } catch {
                // A token may have been rotated a moment ago: look once more before giving up.
                if error.kind == .unauthorized, error.underlying == nil, !hasRenewed, credentials.forget() {
                    hasRenewed = true
                    continue
                }
                let pause = options.retryPolicy.pause(
                    after: error,
                    attempt: attempt,
                    isRead: method == "GET",
                    jitter: options.jitter()
                )
                guard let pause else { throw explained(error) }
                options.logger?.debug("attempt \(attempt) of \(method) \(error.path) failed: \(error.message)")
                attempt += 1
                count { $0.retries += 1 }
                do {
                    try await options.sleep(pause)
                } catch {
                    throw ClusterError(.cancelled, message: "cancelled", method: method, path: path)
                }
            }
        }
    }

    /// A certificate that ran out while the client lived is a better answer than the server's bare alert.
    private func explained(_ error: ClusterError) -> ClusterError {
        guard error.underlying == nil, [.tls, .unauthorized, .unreachable].contains(error.kind) else { return error }
        var error = error
        error.underlying = configuration.expiredCertificate(now: options.now())
        return error
    }

    /// The request with the credential of this moment.
    func request(
        _ method: String,
        _ path: String,
        _ accept: String,
        _ contentType: String? = nil,
        _ body: [UInt8]? = nil,
        silenceSeconds: Int? = nil
    ) async throws(ClusterError) -> HTTPRequest {
        let credential: Credential
        do {
            credential = try await credentials.current()
        } catch {
            var failure = ClusterError(
                .unauthorized,
                message: error.message,
                method: method,
                path: path,
                mayHaveReachedServer: false
            )
            failure.underlying = error
            throw failure
        }
        var headers = [("Accept", accept)]
        if let token = credential.token { headers.append(("Authorization", "Bearer \(token)")) }
        if let contentType { headers.append(("Content-Type", contentType)) }
        headers += configuration.impersonationHeaders
        let silence = silenceSeconds ?? options.requestTimeoutSeconds
        return HTTPRequest(
            method: method,
            url: configuration.server + path,
            headers: headers,
            body: body,
            silenceSeconds: silence,
            // A page of a thousand megabyte objects over a slow line takes its time, as long as it moves.
            deadlineSeconds: silence * (method == "GET" ? 10 : 2),
            clientCertificate: credential.clientCertificate
        )
    }

    static func clusterError(_ error: any Error, _ method: String, _ path: String) -> ClusterError {
        guard let failure = error as? TransportError else {
            return ClusterError(.cancelled, message: "cancelled", method: method, path: path)
        }
        let kind: ClusterError.Kind =
            switch failure.kind {
            case .unreachable: .unreachable
            case .tls: .tls
            case .timeout: .timeout
            case .cancelled: .cancelled
            case .tooLarge: .tooLarge
            case .broken: .malformedAnswer
            case .refusedByLibrary: .other
            }
        return ClusterError(
            kind,
            message: failure.message,
            method: method,
            path: path,
            mayHaveReachedServer: failure.mayHaveReachedServer
        )
    }

    func count(_ change: (inout ClusterStatistics) -> Void) { counters.withLock { change(&$0) } }
}
