package import KubernetesObjects
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
        credentials = CredentialSource(configuration, now: options.now)
        try configuration.checkClientCertificate(now: options.now())
        var settings = TransportSettings()
        settings.certificateAuthority = configuration.certificateAuthority
        settings.skipsVerification = configuration.skipsVerification
        settings.serverName = configuration.tlsServerName
        settings.proxy = configuration.proxy
        settings.maximumConnections = options.maximumConnections
        settings.userAgent = options.userAgent
        do {
            transport = try CurlTransport(settings)
        } catch {
            throw LifeboatError(.internalError, error.message)
        }
    }

    deinit { transport.stop() }

    package var statistics: ClusterStatistics { counters.withLock { $0 } }

    /// Ends all transfers.
    package func close() { transport.stop() }

    /// Sends a request, with retries, and returns the answer of a success.
    func send(
        _ method: String,
        _ path: String,
        accept: String = "application/json",
        contentType: String? = nil,
        body: [UInt8]? = nil
    ) async throws(ClusterError) -> HTTPResponse {
        var attempt = 1
        var hasRenewed = false
        while true {
            do {
                return try await attemptOnce(method, path, accept, contentType, body)
            } catch {
                // A token may have been rotated a moment ago: look once more before giving up.
                if error.kind == .unauthorized, !hasRenewed, credentials.forget() {
                    hasRenewed = true
                    continue
                }
                let pause = options.retryPolicy.pause(
                    after: error,
                    attempt: attempt,
                    isRead: method == "GET",
                    jitter: options.jitter()
                )
                guard let pause else { throw error }
                attempt += 1
                counters.withLock { $0.retries += 1 }
                do {
                    try await options.sleep(pause)
                } catch {
                    throw ClusterError(.cancelled, message: "cancelled", method: method, path: path)
                }
            }
        }
    }

    private func attemptOnce(
        _ method: String,
        _ path: String,
        _ accept: String,
        _ contentType: String?,
        _ body: [UInt8]?
    ) async throws(ClusterError) -> HTTPResponse {
        let request = try await request(method, path, accept, contentType, body, options.requestTimeoutSeconds)
        let response: HTTPResponse
        do {
            response = try await transport.send(request)
        } catch {
            throw Self.clusterError(error, method, path)
        }
        counters.withLock {
            $0.requests += 1
            $0.bytesReceived += response.body.count
            $0.bytesSent += body?.count ?? 0
            if let warning = response.headers["warning"] { $0.warnings.insert(warning) }
        }
        guard (200..<300).contains(response.status) else {
            throw .refused(
                status: response.status,
                headers: response.headers,
                body: response.body,
                method: method,
                path: path
            )
        }
        let isJSON = response.headers["content-type"]?.contains("json") ?? false
        guard isJSON, !response.body.isEmpty || response.status == 204 else {
            let what = response.headers["content-type"] ?? "no content type"
            throw ClusterError(
                .malformedAnswer,
                httpStatus: response.status,
                message: response.body.isEmpty ? "the answer is empty" : "the answer is not JSON but \(what)",
                method: method,
                path: path
            )
        }
        return response
    }

    /// The request with the credential of this moment.
    func request(
        _ method: String,
        _ path: String,
        _ accept: String,
        _ contentType: String?,
        _ body: [UInt8]?,
        _ timeoutSeconds: Int
    ) async throws(ClusterError) -> HTTPRequest {
        let credential: Credential
        do {
            credential = try await credentials.current()
        } catch {
            throw ClusterError(
                .unauthorized,
                message: error.message,
                method: method,
                path: path,
                mayHaveReachedServer: false
            )
        }
        var headers = [("Accept", accept)]
        if let token = credential.token { headers.append(("Authorization", "Bearer \(token)")) }
        if let contentType { headers.append(("Content-Type", contentType)) }
        for (name, value) in configuration.impersonationHeaders { headers.append((name, value)) }
        return HTTPRequest(
            method: method,
            url: configuration.server + path,
            headers: headers,
            body: body,
            timeoutSeconds: timeoutSeconds,
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
            }
        return ClusterError(
            kind,
            message: failure.message,
            method: method,
            path: path,
            mayHaveReachedServer: failure.mayHaveReachedServer
        )
    }

    /// Counts what a list or watch received outside of `send`.
    func count(requests: Int, bytesReceived: Int) {
        counters.withLock {
            $0.requests += requests
            $0.bytesReceived += bytesReceived
        }
    }
}
