import Policies

extension RuleEvaluator {
    /// Functions of texts. What is made of a value of a Secret is one as well.
    func textFunction(_ function: ExpressionFunction, _ arguments: [RuleValue], _ expression: Expression)
        throws(RuleFailure) -> RuleValue
    {
        let first = arguments[0]
        if function == .join { return try join(arguments, expression) }
        if first.isNull { return function == .findAll || function == .split ? .list([]) : .null }
        // `contains` is also asked of lists, where the answer is that of `in`.
        if function == .contains, first.text == nil, let elements = first.elements {
            return .bool(elements.contains(arguments[1]))
        }
        guard let text = first.text else { throw wrong(expression, "\(first.kind) is no text") }
        func made(_ text: String) -> RuleValue { first.isSecret ? .secret(text) : .string(text) }
        let argument = arguments.count > 1 ? arguments[1] : .null
        switch function {
        case .lowerAscii: return made(Self.ascii(text, 0x41...0x5A, 32))
        case .upperAscii: return made(Self.ascii(text, 0x61...0x7A, -32))
        case .trim:
            let isBlank: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
            let scalars = text.unicodeScalars
            guard let start = scalars.firstIndex(where: { !isBlank($0) }),
                let end = scalars.lastIndex(where: { !isBlank($0) })
            else { return made("") }
            return made(String(scalars[start...end]))
        case .substring: return try substring(text, arguments, expression, made)
        default: break
        }
        if argument.isNull { return .null }
        guard let other = argument.text else { throw wrong(expression, "\(argument.kind) is no text") }
        switch function {
        case .startsWith: return .bool(text.utf8.starts(with: other.utf8))
        case .endsWith: return .bool(text.utf8.reversed().starts(with: other.utf8.reversed()))
        case .contains: return .bool(other.isEmpty || !text.utf8.firstRange(of: other.utf8).isEmptyOrNil)
        case .glob: return .bool(NamePattern(text).matches(other))
        case .matches: return .bool(text.firstMatch(of: try pattern(other, expression)) != nil)
        case .findAll:
            let pattern = try pattern(other, expression)
            return .list(
                text.matches(of: pattern)
                    .map { match in
                        // The first group when the pattern has one, else all that matched.
                        let part = match.output.count > 1 ? match.output[1].substring : match.output[0].substring
                        return made(part.map { String($0) } ?? "")
                    }
            )
        case .split:
            if other.isEmpty { return .list(text.unicodeScalars.map { made(String(Character($0))) }) }
            return .list(text.split(separator: other, omittingEmptySubsequences: false).map { made(String($0)) })
        case .replace:
            guard let new = arguments[2].text else { throw wrong(expression, "\(arguments[2].kind) is no text") }
            return made(text.replacing(other, with: new))
        default: throw wrong(expression, "“\(function.rawValue)” is no function of texts")
        }
    }

    private func join(_ arguments: [RuleValue], _ expression: Expression) throws(RuleFailure) -> RuleValue {
        if arguments[0].isNull { return .string("") }
        guard let elements = arguments[0].elements else {
            throw wrong(expression, "\(arguments[0].kind) has no elements")
        }
        let separator = arguments.count > 1 ? arguments[1].text ?? "" : ""
        var texts: [String] = []
        for element in elements where !element.isNull {
            guard let text = element.text else { throw wrong(expression, "\(element.kind) is no text; use string()") }
            texts.append(element.isSecret ? RuleValue.hidden : text)
        }
        return .string(texts.joined(separator: separator))
    }

    private func substring(
        _ text: String,
        _ arguments: [RuleValue],
        _ expression: Expression,
        _ made: (String) -> RuleValue
    ) throws(RuleFailure) -> RuleValue {
        let scalars = Array(text.unicodeScalars)
        guard case .int(let start) = arguments[1] else { throw wrong(expression, "the start must be a whole number") }
        var end = scalars.count
        if arguments.count > 2 {
            guard case .int(let last) = arguments[2] else { throw wrong(expression, "the end must be a whole number") }
            end = last
        }
        guard start >= 0, start <= end, end <= scalars.count else {
            throw wrong(expression, "the text has \(scalars.count) characters, and no part from \(start) to \(end)")
        }
        return made(String(String.UnicodeScalarView(scalars[start..<end])))
    }

    private static func ascii(_ text: String, _ range: ClosedRange<UInt8>, _ step: Int8) -> String {
        String(decoding: text.utf8.map { range.contains($0) ? UInt8(Int16($0) + Int16(step)) : $0 }, as: UTF8.self)
    }
}

extension Optional where Wrapped == Range<String.UTF8View.Index> {
    fileprivate var isEmptyOrNil: Bool { self?.isEmpty ?? true }
}
