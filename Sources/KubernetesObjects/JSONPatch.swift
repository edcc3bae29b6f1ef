/// A JSON patch (RFC 6902): a list of operations that all succeed or change nothing.
package struct JSONPatch: Sendable {
    package enum Operation: Sendable {
        case add(JSONPointer, JSONValue)
        case remove(JSONPointer)
        case replace(JSONPointer, JSONValue)
        case move(from: JSONPointer, to: JSONPointer)
        case copy(from: JSONPointer, to: JSONPointer)
        case test(JSONPointer, JSONValue)
    }

    package let operations: [Operation]

    package init(_ operations: [Operation]) { self.operations = operations }

    /// Reads the array of operations of a patch document.
    package init(of document: JSONValue) throws(LifeboatError) {
        guard let elements = document.array else {
            throw LifeboatError(.invalidPatch, "a JSON patch must be an array of operations")
        }
        var operations: [Operation] = []
        for element in elements {
            let path = try JSONPointer(parsing: element["path"]?.string ?? "-")
            let value = element["value"]
            switch (element["op"]?.string, value) {
            case ("add", let value?): operations.append(.add(path, value))
            case ("replace", let value?): operations.append(.replace(path, value))
            case ("test", let value?): operations.append(.test(path, value))
            case ("remove", _): operations.append(.remove(path))
            case ("move", _):
                operations.append(.move(from: try JSONPointer(parsing: element["from"]?.string ?? "-"), to: path))
            case ("copy", _):
                operations.append(.copy(from: try JSONPointer(parsing: element["from"]?.string ?? "-"), to: path))
            case (let other, _):
                throw LifeboatError(.invalidPatch, "“\(other ?? "")” at \(path) is no complete JSON patch operation")
            }
        }
        self.operations = operations
    }

    /// Applies all operations in order.
    ///
    /// - Throws: `object.invalid-patch` when a path does not exist or a test does not hold; the object is then unchanged.
    package func apply(to object: JSONValue) throws(LifeboatError) -> JSONValue {
        var result = object
        for operation in operations {
            switch operation {
            case .add(let path, let value): try result.insert(value, at: path.tokens[...], path)
            case .remove(let path): try result.remove(path.tokens[...], path)
            case .replace(let path, let value):
                if path.tokens.isEmpty {
                    result = value
                } else {
                    let index = try result.remove(path.tokens[...], path)
                    try result.insert(value, at: path.tokens[...], path, restoringAt: index)
                }
            case .move(let from, let to):
                let value = try Self.require(from, in: result)
                try result.remove(from.tokens[...], from)
                try result.insert(value, at: to.tokens[...], to)
            case .copy(let from, let to): try result.insert(try Self.require(from, in: result), at: to.tokens[...], to)
            case .test(let path, let value):
                guard path.value(in: result) == value else {
                    throw LifeboatError(.invalidPatch, "the test of the JSON patch at \(path) does not hold")
                }
            }
        }
        return result
    }

    private static func require(_ path: JSONPointer, in object: JSONValue) throws(LifeboatError) -> JSONValue {
        guard let value = path.value(in: object) else { throw LifeboatError(.invalidPatch, "nothing is at \(path)") }
        return value
    }
}

extension JSONValue {
    fileprivate mutating func insert(
        _ value: JSONValue,
        at tokens: ArraySlice<String>,
        _ path: JSONPointer,
        restoringAt position: Int? = nil
    ) throws(LifeboatError) {
        guard let token = tokens.first else {
            self = value
            return
        }
        let isLast = tokens.count == 1
        switch self {
        case .object(var object):
            if isLast {
                if let position {
                    var members = object.members
                    members.insert(JSONObject.Member(key: token, value: value), at: position)
                    object = JSONObject(members)
                } else {
                    object[token] = value
                }
            } else {
                guard var child = object[token] else { throw LifeboatError(.invalidPatch, "nothing is at \(path)") }
                try child.insert(value, at: tokens.dropFirst(), path, restoringAt: position)
                object[token] = child
            }
            self = .object(object)
        case .array(var elements):
            let index = token == "-" ? elements.count : Int(token) ?? -1
            guard index >= 0, isLast ? index <= elements.count : index < elements.count else {
                throw LifeboatError(.invalidPatch, "the array has no place \(token) at \(path)")
            }
            if isLast {
                elements.insert(value, at: index)
            } else {
                try elements[index].insert(value, at: tokens.dropFirst(), path, restoringAt: position)
            }
            self = .array(elements)
        default: throw LifeboatError(.invalidPatch, "nothing is at \(path)")
        }
    }

    /// Removes the value and returns the place that it had in its parent.
    @discardableResult
    fileprivate mutating func remove(_ tokens: ArraySlice<String>, _ path: JSONPointer) throws(LifeboatError) -> Int {
        guard let token = tokens.first else { throw LifeboatError(.invalidPatch, "the whole object cannot be removed") }
        let missing = LifeboatError(.invalidPatch, "nothing is at \(path)")
        switch self {
        case .object(var object):
            guard let index = object.members.firstIndex(where: { $0.key.hasBytes(of: token) }) else { throw missing }
            var result = index
            if tokens.count == 1 {
                object[token] = nil
            } else {
                var child = object.members[index].value
                result = try child.remove(tokens.dropFirst(), path)
                object[token] = child
            }
            self = .object(object)
            return result
        case .array(var elements):
            guard let index = Int(token), elements.indices.contains(index) else { throw missing }
            var result = index
            if tokens.count == 1 {
                elements.remove(at: index)
            } else {
                result = try elements[index].remove(tokens.dropFirst(), path)
            }
            self = .array(elements)
            return result
        default: throw missing
        }
    }
}
