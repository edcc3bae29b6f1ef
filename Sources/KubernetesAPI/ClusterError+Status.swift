internal import KubernetesObjects

extension ClusterError {
    /// Reads the answer of a refused request: a Kubernetes Status where there is one.
    static func refused(_ head: HTTPHead, body: [UInt8], method: String, path: String) -> ClusterError {
        let retryAfter = head.fields["retry-after"].flatMap { Int($0) }
        if let document = try? JSONValue(parsing: body), document["kind"]?.string == "Status" {
            return status(document, httpStatus: head.status, retryAfter: retryAfter, method: method, path: path)
        }
        return ClusterError(
            kind(status: head.status, reason: "", isStatus: false),
            httpStatus: head.status,
            message: "the answer is no Kubernetes Status" + excerpt(head, body),
            retryAfterSeconds: retryAfter,
            method: method,
            path: path
        )
    }

    /// The error in an ERROR event of a watch, whose object is a Status.
    static func event(_ document: JSONValue, path: String) -> ClusterError {
        status(
            document,
            httpStatus: document["code"]?.int ?? 500,
            retryAfter: nil,
            method: "GET",
            path: path
        )
    }

    private static func status(
        _ document: JSONValue,
        httpStatus: Int,
        retryAfter: Int?,
        method: String,
        path: String
    ) -> ClusterError {
        let reason = document["reason"]?.string ?? ""
        let causes = (document["details", "causes"]?.array ?? []).map {
            Cause(
                reason: $0["reason"]?.string ?? "",
                message: $0["message"]?.string ?? "",
                field: $0["field"]?.string ?? ""
            )
        }
        let message = document["message"]?.string ?? ""
        var error = ClusterError(
            kind(status: httpStatus, reason: reason, isStatus: true),
            httpStatus: httpStatus,
            message: message.isEmpty ? (reason.isEmpty ? "the server gives no reason" : reason) : message,
            causes: causes,
            retryAfterSeconds: retryAfter
                ?? document["details", "retryAfterSeconds"]?.int.flatMap { $0 > 0 ? $0 : nil },
            method: method,
            path: path
        )
        error.reason = reason
        error.continueToken = document["metadata", "continue"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        return error
    }

    /// The first line of a plain text, such as Go's own "Client sent an HTTP request to an HTTPS server."
    private static func excerpt(_ head: HTTPHead, _ body: [UInt8]) -> String {
        guard head.fields["content-type"]?.hasPrefix("text/plain") ?? true else {
            return " but \(head.fields["content-type"] ?? "")"
        }
        let line = String(decoding: body.prefix(200).prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
        return line.isEmpty ? "" : ": \(line)"
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
        case (406, _): .notAcceptable
        case (409, _): .conflict
        case (413, _): .tooLarge
        case (415, _): .unsupportedMediaType
        case (422, _): .invalid
        case (429, _): .tooManyRequests
        case (400, _): .badRequest
        case (502, _), (503, _): .unavailable
        case (504, _): .serverTimeout
        case (500..., _): .internalError
        default: isStatus ? .other : .malformedAnswer
        }
    }
}
