package import Yams

/// YAML and JSON values: what kubectl reads and prints.
package enum YAMLDocuments {
    /// Parses the documents of a YAML (or JSON) text; empty documents are left out.
    ///
    /// - Parameter source: the file's name for the error message.
    /// - Throws: `document.malformed-yaml` with file, line and column.
    package static func parse(_ text: String, source: String) throws(LifeboatError) -> [JSONValue] {
        do {
            var documents: [JSONValue] = []
            var nodes = try Yams.compose_all(yaml: text)
            while let node = nodes.next() {
                let value = try value(of: node)
                if !value.isNull { documents.append(value) }
            }
            if let error = nodes.error { throw error }
            return documents
        } catch let error as YamlError {
            throw LifeboatError(.malformedYAML, "\(source): \(error)")
        } catch let error as LifeboatError {
            throw LifeboatError(error.code, "\(source): \(error.message)", remedy: error.remedy)
        } catch {
            throw LifeboatError(.malformedYAML, "\(source): \(error)")
        }
    }

    /// Prints one value as YAML in block style, as `kubectl get -o yaml` does.
    package static func print(_ value: JSONValue) throws(LifeboatError) -> String {
        do {
            return try Yams.serialize(node: node(of: value), width: -1, allowUnicode: true)
        } catch {
            throw LifeboatError(.malformedYAML, "an object could not be printed as YAML: \(error)")
        }
    }

    package static func value(of node: Node) throws(LifeboatError) -> JSONValue {
        switch node {
        case .mapping(let mapping):
            var object = JSONObject()
            for (key, child) in mapping {
                guard let name = key.string ?? key.scalar?.string else {
                    throw LifeboatError(.malformedYAML, "line \(key.mark?.line ?? 0): a key must be a text")
                }
                object[name] = try value(of: child)
            }
            return .object(object)
        case .sequence(let sequence):
            var elements: [JSONValue] = []
            for child in sequence { elements.append(try value(of: child)) }
            return .array(elements)
        case .scalar(let scalar): return self.scalar(scalar, node)
        case .alias:
            throw LifeboatError(.malformedYAML, "line \(node.mark?.line ?? 0): an alias that is not resolved")
        }
    }

    /// Plain scalars resolve as in YAML 1.1, which kubectl follows; quoted ones are texts.
    private static func scalar(_ scalar: Node.Scalar, _ node: Node) -> JSONValue {
        switch node.tag {
        case Tag(.null): return .null
        case Tag(.bool): return node.bool.map { .bool($0) } ?? .string(scalar.string)
        case Tag(.int):
            if isJSONNumber(scalar.string) { return .number(scalar.string) }
            return node.int.map { .int($0) } ?? .string(scalar.string)
        case Tag(.float):
            if isJSONNumber(scalar.string) { return .number(scalar.string) }
            guard let number = node.float, number.isFinite else { return .string(scalar.string) }
            return .number("\(number)")
        default: return .string(scalar.string)
        }
    }

    private static func isJSONNumber(_ text: String) -> Bool {
        var tape = JSONTape()
        let bytes = Array(text.utf8)
        guard (try? tape.parse(bytes.span, range: 0..<bytes.count)) != nil else { return false }
        return tape.nodes[0].kind == .number
    }

    private static func node(of value: JSONValue) -> Node {
        switch value {
        case .null: return Node("null", Tag(.null))
        case .bool(let bool): return Node(bool ? "true" : "false", Tag(.bool))
        case .number(let lexeme):
            return Node(lexeme, Tag(lexeme.contains { ".eE".contains($0) } ? .float : .int))
        case .string(let text):
            let isBlock = text.contains("\n") && !text.contains { $0 == "\t" || $0 == "\r" } && !text.hasPrefix(" ")
            return Node(text, Tag(.str), isBlock ? .literal : needsQuotes(text) ? .doubleQuoted : .any)
        case .array(let elements): return Node(elements.map(node(of:)), Tag(.seq), elements.isEmpty ? .flow : .block)
        case .object(let object):
            return Node(
                object.members.map {
                    (Node($0.key, Tag(.str), needsQuotes($0.key) ? .doubleQuoted : .any), node(of: $0.value))
                },
                Tag(.map),
                object.isEmpty ? .flow : .block
            )
        }
    }

    /// Whether a reader would take the plain text for something else than a text.
    private static func needsQuotes(_ text: String) -> Bool {
        if text.isEmpty { return true }
        let plain = Node(text)
        return plain.tag != Tag(.str) || isJSONNumber(text)
    }
}
