import KubernetesObjects
import Yams

/// Collects the problems of one text while its documents are read, so that all of them are reported together.
final class ProblemList {
    let file: String
    private let text: String
    private(set) var problems: [PolicyProblem] = []

    init(file: String, text: String = "") {
        self.file = file
        self.text = text
    }

    /// How many blanks a line of the text starts with; lines count from 1.
    func indentation(ofLine line: Int) -> Int {
        let lines = text.split(separator: "\n", maxSplits: line, omittingEmptySubsequences: false)
        return lines.indices.contains(line - 1) ? lines[line - 1].prefix { $0 == " " }.count : 0
    }

    func add(_ location: SourceLocation, _ message: String) { problems.append(PolicyProblem(location, message)) }
}

/// A YAML value with its place in the file and its path in the document.
///
/// Reading never throws: a value of a wrong type is noted in the list of problems, and the reader gets nil.
struct PolicyNode {
    let node: Node
    /// Such as `spec.schedule.cron`; empty for the document itself.
    let path: String
    let problems: ProblemList

    var location: SourceLocation { SourceLocation(file: problems.file, mark: node.mark) }

    func report(_ message: String) { problems.add(location, path.isEmpty ? message : "\(path): \(message)") }

    /// The error's message and remedy in one line.
    func report(_ error: LifeboatError) {
        report(error.remedy.isEmpty ? error.message : "\(error.message); \(error.remedy)")
    }

    var string: String? {
        // An unquoted version or number is still not a text; the user must say which of its spellings is meant.
        guard case .scalar(let scalar) = node, node.tag == Tag(.str) || node.tag == Tag(.timestamp) else {
            report("must be a text, but is \(kind)\(isScalar ? "; put it into quotes" : "")")
            return nil
        }
        return scalar.string
    }

    var bool: Bool? {
        guard node.tag == Tag(.bool), let value = node.bool else {
            report("must be true or false, but is \(kind)")
            return nil
        }
        return value
    }

    var integer: Int? {
        guard node.tag == Tag(.int), let value = node.int else {
            report("must be a whole number, but is \(kind)")
            return nil
        }
        return value
    }

    /// The seconds of a duration such as `1h30m`.
    var duration: Int64? {
        guard case .scalar(let scalar) = node else {
            report("must be a duration, but is \(kind)")
            return nil
        }
        guard let seconds = DurationText.parse(scalar.string) else {
            report("“\(scalar.string)” is not a duration; write it with units, for example 30m, 1h30m or 2d")
            return nil
        }
        return seconds
    }

    var elements: [PolicyNode]? {
        guard case .sequence(let sequence) = node else {
            report("must be a list, but is \(kind)")
            return nil
        }
        return sequence.enumerated()
            .map { PolicyNode(node: $0.element, path: "\(path)[\($0.offset)]", problems: problems) }
    }

    var strings: [String]? { elements?.compactMap(\.string) }

    /// A mapping of texts to texts.
    var stringMap: [String: String]? {
        guard case .mapping(let mapping) = node else {
            report("must be a mapping of texts, but is \(kind)")
            return nil
        }
        var result: [String: String] = [:]
        for (key, child) in mapping {
            let name = key.scalar?.string ?? ""
            result[name] = PolicyNode(node: child, path: "\(path).\(name)", problems: problems).string
        }
        return result
    }

    /// Any value as JSON.
    var json: JSONValue? {
        do {
            return try YAMLDocuments.value(of: node)
        } catch {
            report(error)
            return nil
        }
    }

    /// The members of a mapping in the order of the file.
    var orderedMembers: [(name: String, node: PolicyNode)]? {
        guard case .mapping(let mapping) = node else {
            report("must be a mapping of names to values, but is \(kind)")
            return nil
        }
        return mapping.map { key, child in
            let name = key.scalar?.string ?? ""
            return (name, PolicyNode(node: child, path: "\(path).\(name)", problems: problems))
        }
    }

    /// A scalar as it is written, whatever it would mean: `true` and `1` are texts as well.
    var scalarText: String? {
        guard case .scalar(let scalar) = node else {
            report("must be a text, but is \(kind)")
            return nil
        }
        return scalar.string
    }

    /// Where each line of a scalar's text starts in the file.
    func textLines(_ text: String) -> [SourceLocation] {
        guard case .scalar(let scalar) = node, let mark = node.mark else { return [location] }
        switch scalar.style {
        case .literal:
            // The first line says how far the block is indented; later lines may be further.
            let column = problems.indentation(ofLine: mark.line + 1) + 1
            return text.split(separator: "\n", omittingEmptySubsequences: false).indices
                .map { SourceLocation(file: problems.file, line: mark.line + 1 + $0, column: column) }
        case .singleQuoted, .doubleQuoted:
            return [SourceLocation(file: problems.file, line: mark.line, column: mark.column + 1)]
        default: return [location]
        }
    }

    /// Whether the value is exactly this text.
    func isText(_ text: String) -> Bool { node.scalar?.string == text }

    var isNull: Bool { node.tag == Tag(.null) }
    var isMapping: Bool { node.mapping != nil }
    var isScalar: Bool { node.scalar != nil }

    /// Reads a mapping; fields that `read` does not ask for are reported.
    func fields<Value>(_ read: (PolicyFields) -> Value) -> Value? {
        guard case .mapping(let mapping) = node else {
            report("must be a mapping with fields, but is \(kind)")
            return nil
        }
        let fields = PolicyFields(mapping: mapping, parent: self)
        let value = read(fields)
        fields.reportUnknown()
        return value
    }

    /// What the value is, for messages; never the value itself, which may be a secret in the wrong place.
    private var kind: String {
        switch node {
        case .mapping: return "a mapping"
        case .sequence: return "a list"
        case .alias: return "an alias"
        case .scalar:
            switch node.tag {
            case Tag(.null): return "empty"
            case Tag(.bool): return "true or false"
            case Tag(.int), Tag(.float): return "a number"
            default: return "a text"
            }
        }
    }
}

extension SourceLocation {
    init(file: String, mark: Mark?) { self.init(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1) }
}
