package import KubernetesObjects

/// A failure of one request to the API server, with what the server said about it.
///
/// A restore decides by `kind` and `causes`; everybody else converts it to a `LifeboatError`.
package struct ClusterError: Error, Sendable {
    package enum Kind: String, Sendable {
        case unreachable, tls, timeout, unauthorized, forbidden, notFound, alreadyExists, conflict, invalid
        /// 410: a continue token or resourceVersion that the server no longer knows.
        case expired
        case tooManyRequests, serverTimeout, unavailable, internalError, malformedAnswer, methodNotAllowed
        /// 406: the server cannot answer in the form that was asked for.
        case notAcceptable
        case unsupportedMediaType
        case badRequest, tooLarge, cancelled, other
    }

    /// A cause of a refused object: `details.causes` of the Status.
    package struct Cause: Sendable, Equatable {
        package let reason: String
        package let message: String
        package let field: String

        package init(reason: String, message: String, field: String) {
            self.reason = reason
            self.message = message
            self.field = field
        }
    }

    package let kind: Kind
    package let httpStatus: Int?
    /// The server's own message, or what the transport says.
    package let message: String
    /// The reason of the server's Status, such as `AlreadyExists`; empty when there is none.
    package var reason = ""
    package let causes: [Cause]
    package let retryAfterSeconds: Int?
    package let method: String
    /// The path of the request without its query.
    package let path: String
    /// What only a failed transfer knows: whether the request may have reached the server.
    package let mayHaveReachedServer: Bool
    /// With `expired` on a LIST: the token with which the server would go on, at the price of an inconsistent list.
    package var continueToken: String?
    /// The failure on this side that led to this one, such as a credential plugin or an expired client certificate.
    package var underlying: LifeboatError?

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
        self.path = path.firstIndex(of: "?").map { String(path[..<$0]) } ?? path
        self.mayHaveReachedServer = mayHaveReachedServer
    }
}

extension ClusterError: CustomStringConvertible {
    package var description: String { "\(method) \(path): \(message)\(httpStatus.map { " (HTTP \($0))" } ?? "")" }

    /// The error as the user sees it, with what to do next.
    package var lifeboatError: LifeboatError {
        if let underlying { return underlying }
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
            case .expired, .internalError, .methodNotAllowed, .notAcceptable, .unsupportedMediaType, .other:
                (.clusterRefused, "")
            }
        return LifeboatError(code, kind == .cancelled ? "cancelled" : description, remedy: remedy)
    }
}
