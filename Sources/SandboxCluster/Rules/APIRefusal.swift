package import KubernetesObjects

/// Why the API server refuses a request, in the terms of `metav1.Status`.
package struct APIRefusal: Error, Equatable, Sendable {
    /// One cause of `details.causes`.
    package struct Cause: Equatable, Sendable {
        package let reason: String
        package let message: String
        package let field: String

        package init(reason: String, message: String, field: String) {
            self.reason = reason
            self.message = message
            self.field = field
        }
    }

    /// The HTTP status.
    package let code: Int
    /// The reason of the Status, such as `Invalid`.
    package let reason: String
    package let message: String
    package let causes: [Cause]
    package let retryAfterSeconds: Int?

    package init(
        code: Int,
        reason: String,
        message: String,
        causes: [Cause] = [],
        retryAfterSeconds: Int? = nil
    ) {
        self.code = code
        self.reason = reason
        self.message = message
        self.causes = causes
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// 422: fields of an object break the rules of its kind.
    package static func invalid(_ kind: GroupKind, _ name: String, _ causes: [Cause]) -> APIRefusal {
        let texts = causes.map { "\($0.field): \($0.message)" }
        let list = texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
        return APIRefusal(
            code: 422,
            reason: "Invalid",
            message: "\(kind) \"\(name)\" is invalid: \(list)",
            causes: causes
        )
    }

    /// 403: admission forbids the request.
    package static func forbidden(
        _ resource: GroupResource,
        _ name: String,
        _ text: String,
        causes: [Cause] = []
    ) -> APIRefusal {
        let object = name.isEmpty ? "\(resource) is forbidden" : "\(resource) \"\(name)\" is forbidden"
        return APIRefusal(code: 403, reason: "Forbidden", message: "\(object): \(text)", causes: causes)
    }

    /// 404: an object that the request needs does not exist.
    package static func notFound(_ resource: GroupResource, _ name: String) -> APIRefusal {
        APIRefusal(code: 404, reason: "NotFound", message: "\(resource) \"\(name)\" not found")
    }

    /// 400: the request makes no sense.
    package static func badRequest(_ message: String) -> APIRefusal {
        APIRefusal(code: 400, reason: "BadRequest", message: message)
    }

    /// 500: something that the API server needs failed.
    package static func internalError(_ message: String) -> APIRefusal {
        APIRefusal(
            code: 500,
            reason: "InternalError",
            message: "Internal error occurred: \(message)",
            causes: [Cause(reason: "", message: message, field: "")]
        )
    }
}
