/// Reads expressions by the precedence of their operators.
struct ExpressionParser {
    private let tokens: [ExpressionToken]
    private var position = 0
    /// The names that can be read, by slot. Names of macros are added while their bodies are read.
    private var scope: [String]
    private var depth = 0
    /// Deeper nesting than this is an error and not an overflow of the stack.
    private static let deepest = 100

    private init(_ text: String, scope: [String]) throws(ExpressionError) {
        tokens = try ExpressionLexer.tokens(of: text)
        self.scope = scope
    }

    /// Parses a whole text.
    ///
    /// - Parameter scope: the names that the expression may read; their places are the slots.
    static func parse(_ text: String, scope: [String]) throws(ExpressionError) -> Expression {
        var parser = try ExpressionParser(text, scope: scope)
        let expression = try parser.expression()
        guard parser.current.kind == .end else {
            throw ExpressionError(parser.current.offset, "\(parser.current.description) is not expected here")
        }
        return expression
    }

    private var current: ExpressionToken { tokens[position] }

    private mutating func advance() -> ExpressionToken {
        defer { if position < tokens.count - 1 { position += 1 } }
        return tokens[position]
    }

    private mutating func take(_ symbol: String) -> Bool {
        guard current.isSymbol(symbol) else { return false }
        _ = advance()
        return true
    }

    private mutating func expect(_ symbol: String) throws(ExpressionError) {
        guard take(symbol) else {
            throw ExpressionError(current.offset, "“\(symbol)” is expected here, not \(current.description)")
        }
    }

    // MARK: Operators

    /// A condition with its two answers, or a chain of operators.
    private mutating func expression() throws(ExpressionError) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw ExpressionError(current.offset, "this is nested more than \(Self.deepest) deep")
        }
        let condition = try chain(from: 1)
        let offset = current.offset
        guard take("?") else { return condition }
        let then = try chain(from: 1)
        try expect(":")
        return Expression(.conditional(condition, then: then, otherwise: try expression()), at: offset)
    }

    private var operatorHere: ExpressionOperator? {
        switch current.kind {
        case .symbol(let text): ExpressionOperator(rawValue: text)
        case .name("in"): .isIn
        default: nil
        }
    }

    private mutating func chain(from precedence: Int) throws(ExpressionError) -> Expression {
        var left = try unary()
        while let found = operatorHere, found.precedence >= precedence {
            let offset = advance().offset
            let right = try chain(from: found.precedence + 1)
            left = Expression(.binary(found, left, right), at: offset)
        }
        return left
    }

    private mutating func unary() throws(ExpressionError) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw ExpressionError(current.offset, "this is nested more than \(Self.deepest) deep")
        }
        let offset = current.offset
        if take("!") { return Expression(.not(try unary()), at: offset) }
        if take("-") {
            let value = try unary()
            switch value.form {
            case .int(let number): return Expression(.int(-number), at: offset)
            case .double(let number): return Expression(.double(-number), at: offset)
            default: return Expression(.negative(value), at: offset)
            }
        }
        var value = try primary()
        while true {
            let offset = current.offset
            if take(".") {
                value = try member(of: value, at: offset)
            } else if take("[") {
                let index = try expression()
                try expect("]")
                value = Expression(.index(value, index), at: offset)
            } else {
                return value
            }
        }
    }

    // MARK: Members, macros and calls

    private mutating func member(of value: Expression, at offset: Int) throws(ExpressionError) -> Expression {
        let token = advance()
        guard case .name(let name) = token.kind else {
            throw ExpressionError(token.offset, "the name of a field is expected here, not \(token.description)")
        }
        guard take("(") else { return Expression(.member(value, name), at: offset) }
        if let macro = ExpressionMacro(rawValue: name) { return try self.macro(macro, over: value, at: token.offset) }
        return try call(name, [value], at: token.offset)
    }

    /// `list.all(x, condition)`; the bracket was read.
    private mutating func macro(_ macro: ExpressionMacro, over list: Expression, at offset: Int)
        throws(ExpressionError) -> Expression
    {
        let token = advance()
        guard case .name(let name) = token.kind else {
            throw ExpressionError(token.offset, "a name for the element is expected here, not \(token.description)")
        }
        try expect(",")
        let slot = scope.count
        scope.append(name)
        defer { scope.removeLast() }
        var parts = [try expression()]
        if macro == .map, take(",") { parts.append(try expression()) }
        try expect(")")
        return Expression(.macro(macro, over: list, slot: slot, parts), at: offset)
    }

    /// A call whose bracket was read; the receiver is the first argument.
    private mutating func call(_ name: String, _ receiver: [Expression], at offset: Int) throws(ExpressionError)
        -> Expression
    {
        guard let function = ExpressionFunction(rawValue: name) else {
            let known = ExpressionFunction.allCases.map(\.rawValue) + ExpressionMacro.allCases.map(\.rawValue)
            let meant = EditDistance.suggestion(for: name, among: known).map { "; did you mean “\($0)”?" } ?? ""
            throw ExpressionError(offset, "there is no function “\(name)”\(meant)")
        }
        var arguments = receiver
        if !take(")") {
            arguments += try list(until: ")")
        }
        guard function.arity.contains(arguments.count) else {
            let arity = function.arity
            let wanted = arity.count == 1 ? "\(arity.lowerBound)" : "\(arity.lowerBound) to \(arity.upperBound)"
            throw ExpressionError(offset, "“\(name)” takes \(wanted) arguments, not \(arguments.count)")
        }
        if function.takesPattern { try ExpressionPattern.check(arguments[1]) }
        return Expression(.call(function, arguments), at: offset)
    }

    /// Expressions with commas between them up to a closing bracket, which is read as well; a last comma may stand.
    private mutating func list(until symbol: String) throws(ExpressionError) -> [Expression] {
        var parts: [Expression] = []
        while !take(symbol) {
            parts.append(try expression())
            if !take(",") {
                try expect(symbol)
                break
            }
        }
        return parts
    }

    // MARK: Values

    private mutating func primary() throws(ExpressionError) -> Expression {
        let token = advance()
        let offset = token.offset
        switch token.kind {
        case .int(let value): return Expression(.int(value), at: offset)
        case .double(let value): return Expression(.double(value), at: offset)
        case .string(let value): return Expression(.string(value), at: offset)
        case .name("true"): return Expression(.bool(true), at: offset)
        case .name("false"): return Expression(.bool(false), at: offset)
        case .name("null"): return Expression(.null, at: offset)
        case .name("has") where current.isSymbol("("): return try has(at: offset)
        case .name(let name):
            if take("(") { return try call(name, [], at: offset) }
            return try variable(name, at: offset)
        case .symbol("("):
            let value = try expression()
            try expect(")")
            return value
        case .symbol("["): return Expression(.list(try list(until: "]")), at: offset)
        case .symbol("{"): return Expression(.map(try entries()), at: offset)
        case .symbol, .end: throw ExpressionError(offset, "a value is expected here, not \(token.description)")
        }
    }

    private func variable(_ name: String, at offset: Int) throws(ExpressionError) -> Expression {
        // The innermost of two equal names is the one that is meant.
        guard let slot = scope.lastIndex(of: name) else {
            let meant = EditDistance.suggestion(for: name, among: scope).map { "; did you mean “\($0)”?" } ?? ""
            throw ExpressionError(offset, "the name “\(name)” is not known here\(meant)")
        }
        return Expression(.variable(slot), at: offset)
    }

    /// `has(a.b)`: whether the field is there.
    private mutating func has(at offset: Int) throws(ExpressionError) -> Expression {
        try expect("(")
        let field = try expression()
        guard case .member = field.form else {
            throw ExpressionError(field.offset, "has() asks for a field, such as has(self.spec)")
        }
        try expect(")")
        return Expression(.binary(.unequal, field, Expression(.null, at: offset)), at: offset)
    }

    private mutating func entries() throws(ExpressionError) -> [Expression.Entry] {
        var entries: [Expression.Entry] = []
        while !take("}") {
            let key = try expression()
            try expect(":")
            entries.append(Expression.Entry(key: key, value: try expression()))
            if !take(",") {
                try expect("}")
                break
            }
        }
        return entries
    }
}

extension Expression {
    /// Parses a text.
    ///
    /// - Parameter scope: the names that it may read; the place of a name is its slot.
    /// - Throws: where the text is no expression, and why.
    package static func parse(_ text: String, scope: [String]) throws(ExpressionError) -> Expression {
        try ExpressionParser.parse(text, scope: scope)
    }
}
