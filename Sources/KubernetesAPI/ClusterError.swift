package import KubernetesObjects

/// A failure of one request to the API server, with what the server said about it.
///
/// A restore decides by `kind` and `causes`; everybody else converts it to a `LifeboatError`.
package struct ClusterError: Error, Sendable {
    package enum Kind: String, Sendable {
        case unreachable, tls, timeout, unauthorized, forbidden, notFound, alreadyExists, conflict, invalid
        /// 410: a continue token or resourceVersion that the server no longer knows.
        case expired
        case tooManyRequests, serverTimeout, unavailable, internalError, malformedAnswer, methodNotAllowed,
            unsupportedMediaType
        case badRequest, tooLarge, cancelled, other
    }

    /// A cause of a refused object: `details.causes` of the Status.
    package struct Cause: Sendable, Equatable {
        package let reason: String
        package let message: String
        package let field: String
    }

    package let kind: Kind
    package let httpStatus: Int?
    /// The server's own message, or what the transport says.
    package let message: String
    package let causes: [Cause]
    package let retryAfterSeconds: Int?
    package let method: String
    package let path: String
    /// What only a failed transfer knows: whether the request may have reached the server.
    package let mayHaveReachedServer: Bool

    package init(
        _ kind: Kind,
        httpStatus: Int? = nil,
        message: String,
        causes: [Cause] = [],
        retryAfterSeconds: Int? = nil,
        method: String,
        path: String,
        mayHaveReachedServer: Bool = true
    ) {
        self.kind = kind
        self.httpStatus = httpStatus
        self.message = message
        self.causes = causes
        self.retryAfterSeconds = retryAfterSeconds
        self.method = method
        self.path = path
        self.mayHaveReachedServer = mayHaveReachedServer
    }
}

extension ClusterError: CustomStringConvertible {
    package var description: String { "\(method) \(path): \(message)\(httpStatus.map { " (HTTP \($0))" } ?? "")" }

    /// The error as the user sees it, with what to do next.
    package var lifeboatError: LifeboatError {
        let (code, remedy): (ErrorCode, String) =
            switch kind {
            case .unreachable:
                (.clusterUnreachable, "check the server's address in the kubeconfig, the network, and that it runs")
            case .tls: (.clusterTLS, "check certificate-authority and tls-server-name in the kubeconfig")
            case .timeout, .serverTimeout: (.clusterTimeout, "try again; if it stays so, look at the API server's load")
            case .unauthorized: (.clusterUnauthorized, "renew the credential in the kubeconfig")
            case .forbidden: (.clusterForbidden, "grant the identity a role that allows it")
            case .notFound: (.clusterNotFound, "")
            case .alreadyExists, .conflict: (.clusterConflict, "run it again")
            case .invalid, .badRequest, .tooLarge: (.clusterInvalid, "see the fields that the message names")
            case .tooManyRequests, .unavailable: (.clusterOverloaded, "try again later")
            case .malformedAnswer: (.clusterMalformedAnswer, "look for a proxy in between, and try again")
            case .cancelled: (.cancelled, "")
            case .expired, .internalError, .methodNotAllowed, .unsupportedMediaType, .other: (.clusterRefused, "")
            }
        return LifeboatError(code, kind == .cancelled ? "cancelled" : description, remedy: remedy)
    }
}

extension ClusterError {
    /// Reads the answer of a refused request: a Kubernetes Status where there is one.
    static func refused(status: Int, headers: [String: String], body: [UInt8], method: String, path: String)
        -> ClusterError
    {
        let document = try? JSONValue(parsing: body)
        let isStatus = document?["kind"]?.string == "Status"
        let reason = isStatus ? document?["reason"]?.string ?? "" : ""
        let causes = (isStatus ? document?["details", "causes"]?.array ?? [] : []).map {
            Cause(
                reason: $0["reason"]?.string ?? "",
                message: $0["message"]?.string ?? "",
                field: $0["field"]?.string ?? ""
            )
        }
        let retry = headers["retry-after"].flatMap { Int($0) } ?? document?["details", "retryAfterSeconds"]?.int
        let message = isStatus ? document?["message"]?.string ?? reason : "the answer is no Kubernetes Status"
        return ClusterError(
            kind(status: status, reason: reason, isStatus: isStatus),
            httpStatus: status,
            message: message,
            causes: causes,
            retryAfterSeconds: retry,
            method: method,
            path: path
        )
    }

    /// The error in an ERROR event of a watch, whose object is a Status.
    static func event(_ status: JSONValue, method: String, path: String) -> ClusterError {
        let code = status["code"]?.int ?? 500
        return ClusterError(
            kind(status: code, reason: status["reason"]?.string ?? "", isStatus: true),
            httpStatus: code,
            message: status["message"]?.string ?? "the watch failed",
            method: method,
            path: path
        )
    }

    private static func kind(status: Int, reason: String, isStatus: Bool) -> Kind {
        switch (status, reason) {
        case (_, "AlreadyExists"): .alreadyExists
        case (_, "Expired"), (_, "Gone"), (410, _): .expired
        case (_, "Timeout"), (_, "ServerTimeout"): .serverTimeout
        case (401, _): .unauthorized
        case (403, _): .forbidden
        case (404, _): .notFound
        case (405, _): .methodNotAllowed
        case (409, _): .conflict
        case (413, _): .tooLarge
        case (415, _): .unsupportedMediaType
        case (422, _): .invalid
        case (429, _): .tooManyRequests
        case (400, _): .badRequest
        case (503, _): .unavailable
        case (504, _): .serverTimeout
        case (500..., _): .internalError
        default: isStatus ? .other : .malformedAnswer
        }
    }
}
