import KubernetesObjects

/// Collects the field errors of one object, in the wording of the API server.
struct FieldProblems {
    private(set) var causes: [StatusError.Cause] = []

    mutating func invalid(_ field: String, _ value: JSONValue?, _ detail: String) {
        add("FieldValueInvalid", "Invalid value: \(Self.text(value)): \(detail)", field)
    }

    /// Reports a structure, which the API server prints as Go does.
    mutating func invalid(_ field: String, printed text: String, _ detail: String) {
        add("FieldValueInvalid", "Invalid value: \(text): \(detail)", field)
    }

    mutating func required(_ field: String, _ detail: String = "") {
        add("FieldValueRequired", detail.isEmpty ? "Required value" : "Required value: \(detail)", field)
    }

    mutating func forbidden(_ field: String, _ detail: String) {
        add("FieldValueForbidden", "Forbidden: \(detail)", field)
    }

    mutating func duplicate(_ field: String, _ value: JSONValue?) {
        add("FieldValueDuplicate", "Duplicate value: \(Self.text(value))", field)
    }

    mutating func tooLong(_ field: String, limit: Int) {
        add("FieldValueTooLong", "Too long: must have at most \(limit) bytes", field)
    }

    mutating func notFound(_ field: String, _ value: JSONValue?) {
        add("FieldValueNotFound", "Not found: \(Self.text(value))", field)
    }

    mutating func unsupported(_ field: String, _ value: JSONValue?, _ supported: [String]) {
        let list = supported.map { "\"\($0)\"" }.joined(separator: ", ")
        add("FieldValueNotSupported", "Unsupported value: \(Self.text(value)): supported values: \(list)", field)
    }

    mutating func wrongType(_ field: String, _ value: JSONValue, _ type: String) {
        let name = Self.typeName(value)
        add(
            "FieldValueTypeInvalid",
            "Invalid value: \"\(name)\": \(field) in body must be of type \(type): \"\(name)\"",
            field
        )
    }

    /// Reports a value that changed although it may not.
    mutating func immutable(
        _ field: String,
        _ new: JSONValue?,
        _ old: JSONValue?,
        _ detail: String = "field is immutable"
    ) {
        if !Self.same(new, old) { invalid(field, new, detail) }
    }

    mutating func add(_ reason: String, _ message: String, _ field: String) {
        causes.append(StatusError.Cause(reason: reason, message: message, field: field))
    }

    /// Throws one 422 for all problems.
    func check(_ kind: GroupKind, _ name: String) throws(StatusError) {
        if !causes.isEmpty { throw .invalid(kind, name, causes) }
    }

    /// Absent, null, and empty are the same to the API server, whose types leave them out.
    static func same(_ left: JSONValue?, _ right: JSONValue?) -> Bool {
        let (left, right) = (normalized(left), normalized(right))
        return left == right
    }

    private static func normalized(_ value: JSONValue?) -> JSONValue? {
        switch value {
        case nil, .null: return nil
        case .array(let elements) where elements.isEmpty: return nil
        case .object(let object):
            let members = object.members.compactMap { member in
                normalized(member.value).map { JSONObject.Member(key: member.key, value: $0) }
            }
            return members.isEmpty ? nil : .object(JSONObject(members))
        case .array(let elements): return .array(elements.map { normalized($0) ?? .null })
        default: return value
        }
    }

    static func text(_ value: JSONValue?) -> String {
        guard let value else { return "\"\"" }
        return String(decoding: value.encoded(), as: UTF8.self)
    }

    static func typeName(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .number: value.int == nil ? "number" : "integer"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
