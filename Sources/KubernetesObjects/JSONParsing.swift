extension JSONValue {
    /// Parses one JSON document.
    ///
    /// - Throws: `JSONError` with the offset of the first wrong byte; duplicate keys and invalid UTF-8 are errors.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        try self.init(parsing: bytes.span, range: 0..<bytes.count)
    }

    package init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// Parses the JSON document in `range` of `bytes`.
    ///
    /// - Parameter leavesOutManagedFields: makes no tree of `metadata.managedFields`, which is half of many objects.
    package init(
        parsing bytes: Span<UInt8>,
        range: Range<Int>,
        leavesOutManagedFields: Bool = false
    ) throws(JSONError) {
        var tape = JSONTape()
        try tape.parse(bytes, range: range)
        self = try Self.build(0, tape, bytes, leavesOutManagedFields ? .object : .other)
    }

    /// Where a value stands, as far as the managed fields are to be found.
    private enum Place {
        case object, metadata, other

        func place(of key: String) -> Place? {
            switch self {
            case .object: key == "metadata" ? .metadata : .other
            case .metadata: key == "managedFields" ? nil : .other
            case .other: .other
            }
        }
    }

    private static func build(
        _ index: Int,
        _ tape: borrowing JSONTape,
        _ bytes: Span<UInt8>,
        _ place: Place
    ) throws(JSONError) -> JSONValue {
        let node = tape.nodes[index]
        switch node.kind {
        case .null: return .null
        case .true: return .bool(true)
        case .false: return .bool(false)
        case .number: return .number(try bytes.text(node.range))
        case .string: return .string(try bytes.text(node.range))
        case .array:
            var elements: [JSONValue] = []
            var child = index + 1
            while child < Int(node.next) {
                elements.append(try build(child, tape, bytes, .other))
                child = Int(tape.nodes[child].next)
            }
            return .array(elements)
        case .object:
            var members: [JSONObject.Member] = []
            var seen: Set<ExactText> = []
            var child = index + 1
            while child < Int(node.next) {
                let key = try bytes.text(tape.nodes[child].range)
                // Keys in strict order have no duplicates.
                if !node.hasSortedKeys, isKnown(key, members, &seen) {
                    throw .duplicateKey(offset: Int(tape.nodes[child].start))
                }
                if let inner = place.place(of: key) {
                    members.append(JSONObject.Member(key: key, value: try build(child + 1, tape, bytes, inner)))
                }
                child = Int(tape.nodes[child + 1].next)
            }
            return .object(JSONObject(members))
        }
    }

    /// Whether a key came before: few are compared, which is faster, and many are remembered.
    private static func isKnown(_ key: String, _ members: [JSONObject.Member], _ seen: inout Set<ExactText>) -> Bool {
        guard members.count >= 16 else { return members.contains { $0.key.hasBytes(of: key) } }
        if seen.isEmpty { seen = Set(members.map { ExactText($0.key) }) }
        return !seen.insert(ExactText(key)).inserted
    }
}

extension JSONValue {
    /// The compact JSON text as bytes; `sortedKeys` gives the canonical order of members.
    package func encoded(sortedKeys: Bool = false) -> [UInt8] {
        var output: [UInt8] = []
        encode(into: &output, sortedKeys: sortedKeys)
        return output
    }

    package func encode(into output: inout [UInt8], sortedKeys: Bool = false) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: value ? "true".utf8 : "false".utf8)
        case .number(let lexeme): output.append(contentsOf: lexeme.utf8)
        case .string(let text): JSONString.encode(text.utf8, into: &output)
        case .array(let elements):
            output.append(.openBracket)
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(.comma) }
                element.encode(into: &output, sortedKeys: sortedKeys)
            }
            output.append(.closeBracket)
        case .object(let object):
            output.append(.openBrace)
            let members =
                sortedKeys
                ? object.members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) } : object.members
            for (index, member) in members.enumerated() {
                if index > 0 { output.append(.comma) }
                JSONString.encode(member.key.utf8, into: &output)
                output.append(.colon)
                member.value.encode(into: &output, sortedKeys: sortedKeys)
            }
            output.append(.closeBrace)
        }
    }

    /// The JSON text with two spaces of indentation, for people.
    package func prettyPrinted(indentation: Int = 0) -> String {
        let inner = String(repeating: " ", count: indentation + 2)
        let outer = String(repeating: " ", count: indentation)
        switch self {
        case .array(let elements) where !elements.isEmpty:
            let lines = elements.map { inner + $0.prettyPrinted(indentation: indentation + 2) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(outer)]"
        case .object(let object) where !object.isEmpty:
            let lines = object.members.map {
                inner + String(decoding: JSONValue.string($0.key).encoded(), as: UTF8.self) + ": "
                    + $0.value.prettyPrinted(indentation: indentation + 2)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
        default: return String(decoding: encoded(), as: UTF8.self)
        }
    }
}
