/// A JSON pointer (RFC 6901), such as `/spec/template/spec/containers/0/image`.
package struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
    package var tokens: [String]

    package init(_ tokens: [String] = []) { self.tokens = tokens }

    /// - Throws: `object.invalid-patch` when the text neither is empty nor starts with a slash.
    package init(parsing text: String) throws(LifeboatError) {
        guard text.isEmpty || text.hasPrefix("/") else {
            throw LifeboatError(.invalidPatch, "the path “\(text)” is no JSON pointer: it must start with “/”")
        }
        tokens = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            $0.utf8.contains(0x7E) ? String($0.replacing("~1", with: "/").replacing("~0", with: "~")) : String($0)
        }
    }

    package var description: String {
        tokens.map { "/" + Self.escaped($0) }.joined()
    }

    private static func escaped(_ token: String) -> String {
        guard token.utf8.contains(where: { $0 == 0x7E || $0 == 0x2F }) else { return token }
        return token.replacing("~", with: "~0").replacing("/", with: "~1")
    }

    package func appending(_ token: String) -> JSONPointer { JSONPointer(tokens + [token]) }

    /// The value it points to, or nil.
    package func value(in root: JSONValue) -> JSONValue? {
        var current = root
        for token in tokens {
            switch current {
            case .object(let object):
                guard let child = object[token] else { return nil }
                current = child
            case .array(let elements):
                guard let index = Int(token), elements.indices.contains(index) else { return nil }
                current = elements[index]
            default: return nil
            }
        }
        return current
    }
}
