import KubernetesObjects
import Policies

/// A value of the check language.
///
/// Objects of the cluster stay as they are until a field is asked for. What comes from a Secret is an own kind of value that
/// can be compared and taken apart but never shown: a finding prints it as `•••`, so that no check can give a secret away.
enum RuleValue: Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case secret(String)
    case list([RuleValue])
    case map([String: RuleValue])
    /// A list or an object of the cluster; `isSecret` when its texts are values of a Secret.
    case array([JSONValue], isSecret: Bool)
    case object(JSONObject, isSecret: Bool)

    static let hidden = "•••"

    init(_ value: JSONValue?, isSecret: Bool = false) {
        switch value {
        case nil, .null?: self = .null
        case .bool(let value)?: self = .bool(value)
        case .number(let lexeme)?:
            if isSecret {
                self = .secret(lexeme)
            } else if let number = Int(lexeme) {
                self = .int(number)
            } else {
                self = .double(Double(lexeme) ?? .nan)
            }
        case .string(let text)?: self = isSecret ? .secret(text) : .string(text)
        case .array(let elements)?: self = .array(elements, isSecret: isSecret)
        case .object(let object)?: self = .object(object, isSecret: isSecret)
        }
    }

    init(_ texts: some Sequence<String>) { self = .list(texts.map { .string($0) }) }
    init(_ text: String?) { self = text.map { .string($0) } ?? .null }
    init(_ number: Int?) { self = number.map { .int($0) } ?? .null }

    var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// A text, whether it may be shown or not.
    var text: String? {
        switch self {
        case .string(let text), .secret(let text): text
        default: nil
        }
    }

    var isSecret: Bool {
        switch self {
        case .secret, .array(_, isSecret: true), .object(_, isSecret: true): true
        case .list(let elements): elements.contains(where: \.isSecret)
        case .map(let members): members.values.contains(where: \.isSecret)
        default: false
        }
    }

    var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// The elements of a list, or the keys of a map in their order; nil for other values.
    var elements: [RuleValue]? {
        switch self {
        case .list(let elements): elements
        case .array(let elements, let isSecret): elements.map { RuleValue($0, isSecret: isSecret) }
        case .map(let members): members.keys.sorted().map { .string($0) }
        case .object(let object, _): object.keys.map { .string($0) }
        default: nil
        }
    }

    /// The object of the cluster that it is; nil for other values.
    var json: JSONValue? {
        if case .object(let object, _) = self { .object(object) } else { nil }
    }

    /// A member of a map; null when there is none.
    func member(_ name: String) -> RuleValue? {
        switch self {
        case .null: return .null
        case .map(let members): return members[name] ?? .null
        case .object(let object, let isSecret):
            let isHidden = isSecret || Self.holdsSecret(object, under: name)
            return RuleValue(object[name], isSecret: isHidden)
        default: return nil
        }
    }

    /// Values of a Secret stand in its data, and kubectl repeats them in an annotation.
    private static func holdsSecret(_ object: JSONObject, under name: String) -> Bool {
        switch name {
        case "data", "stringData": object["kind"]?.string == "Secret"
        case "kubectl.kubernetes.io/last-applied-configuration": true
        default: false
        }
    }

    /// What it is, for messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .int, .double: "a number"
        case .string, .secret: "a text"
        case .list, .array: "a list"
        case .map, .object: "a map"
        }
    }
}

extension RuleValue: Equatable {
    /// Numbers are equal by value whatever their types; values of different kinds are not equal.
    static func == (left: RuleValue, right: RuleValue) -> Bool {
        switch (left, right) {
        case (.null, .null): return true
        case (.bool(let a), .bool(let b)): return a == b
        case (.int(let a), .int(let b)): return a == b
        case (.string, .string), (.secret, .secret), (.string, .secret), (.secret, .string):
            return left.text?.utf8.elementsEqual(right.text?.utf8 ?? "".utf8) ?? false
        case (.map(let a), .map(let b)): return a == b
        case (.object(let a, _), .object(let b, _)): return a == b
        case (.object(let a, let isSecret), .map(let b)), (.map(let b), .object(let a, let isSecret)):
            return a.count == b.count
                && a.members.allSatisfy { b[$0.key] == RuleValue($0.value, isSecret: isSecret) }
        case (.list, .list), (.list, .array), (.array, .list), (.array, .array):
            return left.elements.map { $0 == right.elements } ?? false
        default:
            guard let a = left.number, let b = right.number else { return false }
            return a == b
        }
    }
}

/// Why an expression has no value.
enum RuleFailure: Error {
    /// It asked for a kind that could not be read, so that its check has no answer.
    case unreadable(UnreadableKind)
    /// It is wrong for the objects it met, such as the sum of a text and a number.
    case wrong(ExpressionError)
}
