/// A label selector in the form of `kubectl -l` or of `matchLabels` and `matchExpressions`.
///
/// Rules: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors. All requirements must hold.
package struct LabelSelector: Equatable, Sendable {
    package enum Requirement: Equatable, Sendable {
        case isIn(key: String, values: [String])
        case isNotIn(key: String, values: [String])
        case exists(key: String)
        case doesNotExist(key: String)
    }

    package let requirements: [Requirement]

    package init(_ requirements: [Requirement]) { self.requirements = requirements }

    /// Whether an object with these labels is selected; an empty selector selects everything.
    package func matches(_ labels: [String: String]) -> Bool {
        requirements.allSatisfy { requirement in
            switch requirement {
            case .isIn(let key, let values): labels[key].map(values.contains) ?? false
            case .isNotIn(let key, let values): labels[key].map { !values.contains($0) } ?? true
            case .exists(let key): labels[key] != nil
            case .doesNotExist(let key): labels[key] == nil
            }
        }
    }

    /// Parses `app=web,tier in (a, b),!legacy`.
    package init(parsing text: String) throws(LifeboatError) {
        var requirements: [Requirement] = []
        for part in Self.splitOutsideParentheses(text) {
            let part = part.trimmingSpaces()
            guard !part.isEmpty else { continue }
            requirements.append(try Self.requirement(part, in: text))
        }
        self.requirements = requirements
    }

    /// Reads `{matchLabels, matchExpressions}` as workloads and policies have it.
    package init(of selector: JSONValue) throws(LifeboatError) {
        var requirements =
            selector["matchLabels"]?.stringMap.sorted { $0.key < $1.key }
            .map { Requirement.isIn(key: $0.key, values: [$0.value]) } ?? []
        for expression in selector["matchExpressions"]?.array ?? [] {
            let key = expression["key"]?.string ?? ""
            let values = expression["values"]?.array?.compactMap(\.string) ?? []
            switch expression["operator"]?.string {
            case "In": requirements.append(.isIn(key: key, values: values))
            case "NotIn": requirements.append(.isNotIn(key: key, values: values))
            case "Exists": requirements.append(.exists(key: key))
            case "DoesNotExist": requirements.append(.doesNotExist(key: key))
            case let other:
                throw LifeboatError(.invalidSelector, "“\(other ?? "")” is not an operator of a label selector")
            }
        }
        self.requirements = requirements
    }

    /// As `init(of:)` reads it.
    package var json: JSONValue {
        func expression(_ key: String, _ name: String, _ values: [String]? = nil) -> JSONValue {
            var json: JSONValue = ["key": .string(key), "operator": .string(name)]
            if let values { json["values"] = .array(values.map { .string($0) }) }
            return json
        }
        return [
            "matchExpressions": .array(
                requirements.map { requirement in
                    switch requirement {
                    case .isIn(let key, let values): expression(key, "In", values)
                    case .isNotIn(let key, let values): expression(key, "NotIn", values)
                    case .exists(let key): expression(key, "Exists")
                    case .doesNotExist(let key): expression(key, "DoesNotExist")
                    }
                }
            )
        ]
    }

    private static func requirement(_ part: String, in text: String) throws(LifeboatError) -> Requirement {
        if part.hasPrefix("!") { return .doesNotExist(key: String(part.dropFirst()).trimmingSpaces()) }
        for (symbol, isNegated) in [("!=", true), ("==", false), ("=", false)] {
            guard let split = part.splitOnce(symbol) else { continue }
            let (key, value) = (split.0.trimmingSpaces(), split.1.trimmingSpaces())
            guard !key.isEmpty else { break }
            return isNegated ? .isNotIn(key: key, values: [value]) : .isIn(key: key, values: [value])
        }
        for (word, isNegated) in [(" notin ", true), (" in ", false)] {
            guard let split = part.replacingParenthesis().splitOnce(word) else { continue }
            let values = split.1.trimmingSpaces().dropFirst().dropLast().split(
                separator: ",",
                omittingEmptySubsequences: false
            )
            .map { String($0).trimmingSpaces() }
            let key = split.0.trimmingSpaces()
            return isNegated ? .isNotIn(key: key, values: values) : .isIn(key: key, values: values)
        }
        guard !part.contains(" "), !part.contains("("), !part.contains("=") else {
            throw LifeboatError(
                .invalidSelector,
                "the label selector “\(text)” is not valid at “\(part)”",
                remedy: "write it as kubectl takes it, for example app=web,tier in (a,b),!legacy"
            )
        }
        return .exists(key: part)
    }

    private static func splitOutsideParentheses(_ text: String) -> [String] {
        var parts: [String] = [""]
        var depth = 0
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts
    }
}

extension String {
    package func trimmingSpaces() -> String {
        var part = self[...]
        while part.first?.isWhitespace == true { part.removeFirst() }
        while part.last?.isWhitespace == true { part.removeLast() }
        return String(part)
    }

    /// The texts before and after the first occurrence of `separator`.
    package func splitOnce(_ separator: String) -> (String, String)? {
        guard let range = firstRange(of: separator) else { return nil }
        return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
    }

    /// `in(a)` and `in (a)` mean the same.
    fileprivate func replacingParenthesis() -> String {
        guard let index = firstIndex(of: "(") else { return self }
        return self[..<index] + " " + self[index...]
    }
}
