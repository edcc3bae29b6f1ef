package import KubernetesObjects

/// An answer of a server that is no API server, or why there is none.
package struct WebAnswer: Sendable {
    /// nil when no answer came.
    package let status: Int?
    /// Names in lower case.
    package let fields: [String: String]
    package let body: [UInt8]
    /// Why no answer came; empty otherwise. Never holds a credential.
    package let problem: String
}

/// Asks servers other than the API server, such as registries: no retries, no redirects, and the certificates of the system.
package final class WebClient: Sendable {
    private let transport: CurlTransport
    private let timeoutSeconds: Int

    /// - Throws: `internal.error` when libcurl cannot be started.
    package init(timeoutSeconds: Int = 10) throws(LifeboatError) {
        self.timeoutSeconds = timeoutSeconds
        var settings = TransportSettings()
        settings.maximumRequests = 8
        settings.connectTimeoutSeconds = timeoutSeconds
        settings.maximumBodyBytes = 1 << 20
        do {
            transport = try CurlTransport(settings)
        } catch {
            throw LifeboatError(.internalError, error.message)
        }
    }

    deinit { transport.stop() }

    package func close() { transport.stop() }

    package func send(_ method: String, _ url: String, headers: [(String, String)] = []) async -> WebAnswer {
        guard ServerAddress(url: url) != nil else {
            return WebAnswer(status: nil, fields: [:], body: [], problem: "this is no URL of a web server")
        }
        let request = HTTPRequest(
            method: method,
            url: url,
            headers: headers,
            silenceSeconds: timeoutSeconds,
            deadlineSeconds: timeoutSeconds
        )
        do {
            let answer = try await transport.send(request)
            return WebAnswer(status: answer.head.status, fields: answer.head.fields, body: answer.body, problem: "")
        } catch {
            let problem = (error as? TransportError)?.message ?? "it was cut off"
            return WebAnswer(status: nil, fields: [:], body: [], problem: problem)
        }
    }
}
