import KubernetesObjects

/// The JSON paths of the printer columns of a CustomResourceDefinition, such as `.spec.size` or
/// `.status.conditions[?(@.type=="Ready")].status`.
struct FieldPath: Sendable {
    private enum Step: Sendable {
        case member(String)
        case index(Int)
        case all
        case matching(path: [String], value: String)
    }

    private let steps: [Step]

    init(_ text: String) {
        var steps: [Step] = []
        var rest = Substring(text)
        while let first = rest.first {
            rest.removeFirst()
            if first == "[" {
                guard let end = rest.firstIndex(of: "]") else { break }
                steps.append(Self.bracket(String(rest[..<end])))
                rest = rest[rest.index(after: end)...]
            } else {
                var name = first == "." ? "" : String(first)
                while let character = rest.first, character != ".", character != "[" {
                    rest.removeFirst()
                    if character == "\\", let escaped = rest.popFirst() {
                        name.append(escaped)
                    } else {
                        name.append(character)
                    }
                }
                if !name.isEmpty { steps.append(.member(name)) }
            }
        }
        self.steps = steps
    }

    private static func bracket(_ text: String) -> Step {
        if let index = Int(text) { return .index(index) }
        if text == "*" { return .all }
        if text.hasPrefix("?("), let (left, right) = String(text.dropFirst(2).dropLast()).splitOnce("==") {
            let path = left.trimmingSpaces().split(separator: ".").dropFirst().map(String.init)
            return .matching(path: path, value: unquoted(right.trimmingSpaces()))
        }
        return .member(unquoted(text))
    }

    private static func unquoted(_ text: String) -> String {
        String(text.drop { $0 == "'" || $0 == "\"" }.reversed().drop { $0 == "'" || $0 == "\"" }.reversed())
    }

    /// All values that the path leads to.
    func values(in object: JSONValue) -> [JSONValue] {
        var values = [object]
        for step in steps {
            values = values.flatMap { value -> [JSONValue] in
                switch step {
                case .member(let name): value[name].map { [$0] } ?? []
                case .index(let index):
                    (value.array ?? []).indices.contains(index) ? [(value.array ?? [])[index]] : []
                case .all: value.array ?? value.object?.members.map(\.value) ?? []
                case .matching(let path, let wanted):
                    (value.array ?? []).filter { $0.value(at: path[...])?.string == wanted }
                }
            }
        }
        return values
    }
}
