/// An expression of a readiness check, parsed: the subset of CEL that docs/check-language.md describes.
///
/// Names are resolved to slots when the text is parsed, so that an unknown name is an error of the policy and not of a run.
package struct Expression: Equatable, Sendable {
    /// Where it starts in its text, in bytes.
    package let offset: Int
    package let form: Form

    package init(_ form: Form, at offset: Int) {
        self.form = form
        self.offset = offset
    }

    package indirect enum Form: Equatable, Sendable {
        case null
        case bool(Bool)
        case int(Int)
        case double(Double)
        case string(String)
        case list([Expression])
        case map([Entry])
        /// The value of a name, by its place in the scope.
        case variable(Int)
        case member(Expression, String)
        case index(Expression, Expression)
        case not(Expression)
        case negative(Expression)
        case binary(ExpressionOperator, Expression, Expression)
        case conditional(Expression, then: Expression, otherwise: Expression)
        case call(ExpressionFunction, [Expression])
        case macro(ExpressionMacro, over: Expression, slot: Int, [Expression])
    }

    package struct Entry: Equatable, Sendable {
        package let key: Expression
        package let value: Expression
    }
}

/// The operators between two values, weakest first.
package enum ExpressionOperator: String, Sendable {
    case or = "||"
    case and = "&&"
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case isIn = "in"
    case plus = "+"
    case minus = "-"
    case times = "*"
    case divided = "/"
    case remainder = "%"

    /// How tightly it binds, as the grammar of CEL has it.
    var precedence: Int {
        switch self {
        case .or: 1
        case .and: 2
        case .equal, .unequal, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn: 3
        case .plus, .minus: 4
        case .times, .divided, .remainder: 5
        }
    }
}

/// What is said about the elements of a list, each under a name of its own.
package enum ExpressionMacro: String, CaseIterable, Sendable {
    case all
    case exists
    case existsOne = "exists_one"
    case filter
    case map
}

extension Expression {
    /// The slots that it reads; those that its own macros set are left out.
    package var slots: Set<Int> {
        var found: Set<Int> = []
        visit { expression in
            if case .variable(let slot) = expression.form { found.insert(slot) }
        }
        var own: Set<Int> = []
        visit { expression in
            if case .macro(_, _, let slot, _) = expression.form { own.insert(slot) }
        }
        return found.subtracting(own)
    }

    /// Shows every part of it, itself first.
    package func visit(_ look: (Expression) -> Void) {
        look(self)
        switch form {
        case .null, .bool, .int, .double, .string, .variable: break
        case .list(let parts), .call(_, let parts): for part in parts { part.visit(look) }
        case .map(let entries):
            for entry in entries {
                entry.key.visit(look)
                entry.value.visit(look)
            }
        case .member(let part, _), .not(let part), .negative(let part): part.visit(look)
        case .index(let left, let right), .binary(_, let left, let right):
            left.visit(look)
            right.visit(look)
        case .conditional(let condition, let then, let otherwise):
            condition.visit(look)
            then.visit(look)
            otherwise.visit(look)
        case .macro(_, let list, _, let parts):
            list.visit(look)
            for part in parts { part.visit(look) }
        }
    }
}
