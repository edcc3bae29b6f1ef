/// A JSON value as a tree, for the few objects that a plan or the sandbox edits.
///
/// Numbers keep their lexeme, so that int64 and float texts survive a round trip. Two objects are equal when they have the
/// same members in any order. The archive never uses this type: it keeps bytes.
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    package static func int(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }

    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }
    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }
    /// The integer value of a number whose lexeme is one; nil for `1.5` and for `"1"`.
    package var int: Int? {
        if case .number(let lexeme) = self { Int(lexeme) } else { nil }
    }
    package var double: Double? {
        if case .number(let lexeme) = self { Double(lexeme) } else { nil }
    }
    package var array: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }
    package var object: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }
    package var isNull: Bool {
        if case .null = self { true } else { false }
    }
    /// The members of an object whose values are all strings, such as labels; other members are left out.
    package var stringMap: [String: String] {
        var map: [String: String] = [:]
        for member in object?.members ?? [] { map[member.key] = member.value.string }
        return map
    }

    /// The value at a path of member names. Setting creates the objects on the way; setting nil removes the last member.
    package subscript(path: String...) -> JSONValue? {
        get { value(at: path[...]) }
        set { set(newValue, at: path[...]) }
    }

    /// The value at a path of member names, as the subscript does.
    package func value(at path: ArraySlice<String>) -> JSONValue? {
        guard let first = path.first else { return self }
        guard case .object(let object) = self, let child = object[first] else { return nil }
        return child.value(at: path.dropFirst())
    }

    /// Sets or removes the value at a path of member names, as the subscript does.
    package mutating func set(_ value: JSONValue?, at path: ArraySlice<String>) {
        guard let first = path.first else {
            if let value { self = value }
            return
        }
        var object = self.object ?? JSONObject()
        if path.count == 1 {
            object[first] = value
        } else if var child = object[first] {
            // The stored child is released before it changes, so that its storage is not copied.
            object[first] = .null
            child.set(value, at: path.dropFirst())
            object[first] = child
        } else if value != nil {
            var child = JSONValue.object(JSONObject())
            child.set(value, at: path.dropFirst())
            object[first] = child
        } else {
            return
        }
        self = .object(object)
    }
}

extension JSONValue: Equatable {
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        default: false
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .number(String(value)) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }
}
