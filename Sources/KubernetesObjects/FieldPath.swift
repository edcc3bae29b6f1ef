/// The place of fields in an object: names of members, and `*` for every element of a list or member of a map.
package struct FieldPath: Sendable, ExpressibleByStringLiteral {
    package let parts: [String]

    package init(_ text: String) { parts = text.split(separator: "/").map(String.init) }
    package init(stringLiteral value: String) { self.init(value) }
}

extension JSONValue {
    /// Changes what stands at the path, where anything stands there.
    package mutating func change(_ path: FieldPath, _ body: (inout JSONValue) -> Void) { change(path.parts[...], body) }

    private mutating func change(_ parts: ArraySlice<String>, _ body: (inout JSONValue) -> Void) {
        guard let first = parts.first else {
            body(&self)
            return
        }
        let rest = parts.dropFirst()
        switch self {
        case .object(var object):
            for key in first == "*" ? Array(object.keys) : [first] {
                guard var value = object[key] else { continue }
                value.change(rest, body)
                object[key] = value
            }
            self = .object(object)
        case .array(let elements) where first == "*":
            self = .array(
                elements.map { element in
                    var element = element
                    element.change(rest, body)
                    return element
                }
            )
        default: break
        }
    }

    /// Replaces the text at the path by what the mapping has for it.
    package mutating func map(_ path: FieldPath, _ mapping: [String: String]) {
        change(path) { value in
            if let new = value.string.flatMap({ mapping[$0] }) { value = .string(new) }
        }
    }
}

extension JSONValue {
    /// The texts at the path, in the order of the object.
    package func texts(at path: FieldPath) -> [String] { texts(path.parts[...]) }

    private func texts(_ parts: ArraySlice<String>) -> [String] {
        guard let first = parts.first else { return string.map { [$0] } ?? [] }
        let rest = parts.dropFirst()
        switch self {
        case .object(let object) where first == "*": return object.members.flatMap { $0.value.texts(rest) }
        case .object(let object): return object[first]?.texts(rest) ?? []
        case .array(let elements) where first == "*": return elements.flatMap { $0.texts(rest) }
        default: return []
        }
    }
}
