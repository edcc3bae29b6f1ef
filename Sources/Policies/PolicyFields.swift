import KubernetesObjects
import Yams

/// The fields of a mapping. It remembers which fields were asked for, so that the others can be reported as unknown.
final class PolicyFields {
    private let mapping: Node.Mapping
    private let parent: PolicyNode
    private var known: Set<String> = []

    init(mapping: Node.Mapping, parent: PolicyNode) {
        self.mapping = mapping
        self.parent = parent
    }

    var location: SourceLocation { parent.location }
    func report(_ message: String) { parent.report(message) }

    /// The value of an optional field; nil when it is missing or empty.
    func optional(_ name: String) -> PolicyNode? {
        known.insert(name)
        guard let (_, value) = mapping.first(where: { $0.key.scalar?.string == name }) else { return nil }
        let node = PolicyNode(
            node: value,
            path: parent.path.isEmpty ? name : "\(parent.path).\(name)",
            problems: parent.problems
        )
        return node.isNull ? nil : node
    }

    /// The value of a field that must be there; a missing one is reported.
    func required(_ name: String) -> PolicyNode? {
        if let node = optional(name) { return node }
        report("the field “\(name)” is missing")
        return nil
    }

    func string(_ name: String) -> String? { optional(name)?.string }
    func strings(_ name: String) -> [String] { optional(name)?.strings ?? [] }
    func bool(_ name: String, default value: Bool) -> Bool { optional(name)?.bool ?? value }
    func duration(_ name: String) -> Int64? { optional(name)?.duration }
    func patterns(_ name: String) -> [NamePattern] { strings(name).map { NamePattern($0) } }

    /// A text that must be there and not be empty; the empty text stands for one that was reported.
    func requiredString(_ name: String) -> String {
        guard let node = required(name), let text = node.string else { return "" }
        if text.isEmpty { node.report("must not be empty") }
        return text
    }

    /// One of the raw values of an enumeration; another text is reported with the values.
    func choice<Choice: RawRepresentable & CaseIterable>(_ name: String) -> Choice? where Choice.RawValue == String {
        optional(name)?.choice()
    }

    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String,
        default value: Choice
    ) -> Choice where Choice.RawValue == String { choice(name) ?? value }

    /// Reports the fields that nobody asked for, each at its own place with the field that is meant most likely.
    func reportUnknown() {
        for (key, _) in mapping {
            let name = key.scalar?.string ?? ""
            guard !known.contains(name) else { continue }
            let prefix = parent.path.isEmpty ? "" : "\(parent.path): "
            let hint =
                if let suggestion = EditDistance.suggestion(for: name, among: known) {
                    "did you mean “\(suggestion)”?"
                } else {
                    "the fields here are \(known.sorted().joined(separator: ", "))"
                }
            parent.problems.add(
                SourceLocation(file: parent.problems.file, mark: key.mark),
                "\(prefix)the field “\(name)” is unknown; \(hint)"
            )
        }
    }
}

extension PolicyNode {
    /// One of the raw values of an enumeration; another text is reported with the values.
    func choice<Choice: RawRepresentable & CaseIterable>() -> Choice? where Choice.RawValue == String {
        guard let text = string else { return nil }
        if let value = Choice(rawValue: text) { return value }
        let values = Choice.allCases.map(\.rawValue)
        let meant = EditDistance.suggestion(for: text, among: values).map { "; did you mean “\($0)”?" } ?? ""
        report("“\(text)” is not one of \(values.joined(separator: ", "))\(meant)")
        return nil
    }
}
