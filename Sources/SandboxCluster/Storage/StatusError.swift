import KubernetesObjects

/// A failure of an API request: the Kubernetes `Status` object as a Swift error.
struct StatusError: Error, Equatable, Sendable {
    /// One machine-readable cause, for example one invalid field.
    struct Cause: Equatable, Sendable {
        /// For example `FieldValueInvalid`, `FieldValueRequired`, `FieldManagerConflict`.
        let reason: String
        let message: String
        /// The path of the field, such as `spec.ports[0].port`.
        let field: String
    }

    /// The object that the request was about, as `details` names it.
    struct Subject: Equatable, Sendable {
        var group = ""
        /// The resource (`pods`), or the kind for an `Invalid` failure, as the real API server does it.
        var kind = ""
        var name = ""
        var uid = ""
    }

    /// The HTTP status.
    let code: Int
    /// For example `NotFound`; empty when the real API server gives none.
    let reason: String
    let message: String
    var subject: Subject?
    var causes: [Cause] = []
    var retryAfterSeconds: Int?
    /// The token with which an expired list can go on inconsistently (`metadata.continue` of the Status).
    var continueToken: String?

    init(code: Int, reason: String, message: String, subject: Subject? = nil, causes: [Cause] = []) {
        self.code = code
        self.reason = reason
        self.message = message
        self.subject = subject
        self.causes = causes
    }

    /// The Status object that goes over the wire.
    var status: JSONValue {
        var metadata = JSONObject()
        if let continueToken { metadata["continue"] = .string(continueToken) }
        var status: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "metadata": .object(metadata), "status": "Failure",
            "message": .string(message),
        ]
        if !reason.isEmpty { status["reason"] = .string(reason) }
        var details = JSONObject()
        if let subject {
            for (key, value) in [("name", subject.name), ("group", subject.group), ("kind", subject.kind)]
            where !value.isEmpty { details[key] = .string(value) }
            if !subject.uid.isEmpty { details["uid"] = .string(subject.uid) }
        }
        if !causes.isEmpty {
            details["causes"] = .array(
                causes.map { cause in
                    var object: JSONValue = ["reason": .string(cause.reason), "message": .string(cause.message)]
                    if !cause.field.isEmpty { object["field"] = .string(cause.field) }
                    return object
                }
            )
        }
        if let retryAfterSeconds { details["retryAfterSeconds"] = .int(retryAfterSeconds) }
        if subject != nil || !details.isEmpty { status["details"] = .object(details) }
        status["code"] = .int(code)
        return status
    }
}

extension StatusError {
    static func notFound(_ resource: GroupResource, _ name: String) -> StatusError {
        StatusError(
            code: 404,
            reason: "NotFound",
            message: "\(resource) \"\(name)\" not found",
            subject: Subject(group: resource.group, kind: resource.resource, name: name)
        )
    }

    static func alreadyExists(_ resource: GroupResource, _ name: String) -> StatusError {
        StatusError(
            code: 409,
            reason: "AlreadyExists",
            message: "\(resource) \"\(name)\" already exists",
            subject: Subject(group: resource.group, kind: resource.resource, name: name)
        )
    }

    /// A write that met a newer object or a precondition that does not hold.
    static func conflict(_ resource: GroupResource, _ name: String, _ detail: String) -> StatusError {
        StatusError(
            code: 409,
            reason: "Conflict",
            message: "Operation cannot be fulfilled on \(resource) \"\(name)\": \(detail)",
            subject: Subject(group: resource.group, kind: resource.resource, name: name)
        )
    }

    /// The object breaks a rule; `kind` is its kind, as in `Pod "web" is invalid: …`.
    static func invalid(_ kind: GroupKind, _ name: String, _ causes: [Cause]) -> StatusError {
        let texts = causes.map { $0.field.isEmpty ? $0.message : "\($0.field): \($0.message)" }
        let list = texts.count == 1 ? texts[0] : "[" + texts.joined(separator: ", ") + "]"
        return StatusError(
            code: 422,
            reason: "Invalid",
            message: "\(kind) \"\(name)\" is invalid" + (texts.isEmpty ? "" : ": \(list)"),
            subject: Subject(group: kind.group, kind: kind.kind, name: name),
            causes: causes
        )
    }

    static func forbidden(_ resource: GroupResource, _ name: String, _ detail: String) -> StatusError {
        StatusError(
            code: 403,
            reason: "Forbidden",
            message: "\(resource) \"\(name)\" is forbidden: \(detail)",
            subject: Subject(group: resource.group, kind: resource.resource, name: name)
        )
    }

    static func badRequest(_ message: String) -> StatusError {
        StatusError(code: 400, reason: "BadRequest", message: message)
    }

    static func internalError(_ message: String) -> StatusError {
        StatusError(
            code: 500,
            reason: "InternalError",
            message: "Internal error occurred: \(message)",
            causes: [Cause(reason: "", message: message, field: "")]
        )
    }

    static func expired(_ message: String) -> StatusError {
        StatusError(code: 410, reason: "Expired", message: message)
    }
}

extension StatusError.Cause {
    /// `Invalid value: "x": detail`; `value` is JSON text as the real API server prints it.
    static func invalidValue(_ field: String, _ value: String, _ detail: String) -> Self {
        Self(reason: "FieldValueInvalid", message: "Invalid value: \(value): \(detail)", field: field)
    }

    static func required(_ field: String, _ detail: String = "") -> Self {
        Self(
            reason: "FieldValueRequired",
            message: "Required value" + (detail.isEmpty ? "" : ": \(detail)"),
            field: field
        )
    }

    static func forbidden(_ field: String, _ detail: String) -> Self {
        Self(reason: "FieldValueForbidden", message: "Forbidden: \(detail)", field: field)
    }

    static func duplicate(_ field: String, _ value: String) -> Self {
        Self(reason: "FieldValueDuplicate", message: "Duplicate value: \(value)", field: field)
    }
}
