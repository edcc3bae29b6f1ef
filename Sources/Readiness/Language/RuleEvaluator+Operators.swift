import KubernetesObjects
import Policies

extension RuleEvaluator {
    func binary(_ sign: ExpressionOperator, _ left: Expression, _ right: Expression, _ expression: Expression)
        throws(RuleFailure) -> RuleValue
    {
        switch sign {
        case .and:
            guard try isTrue(left) else { return .bool(false) }
            return .bool(try isTrue(right))
        case .or:
            if try isTrue(left) { return .bool(true) }
            return .bool(try isTrue(right))
        case .equal: return .bool(try value(of: left) == value(of: right))
        case .unequal: return .bool(try value(of: left) != value(of: right))
        case .isIn: return .bool(try contains(try value(of: left), in: try value(of: right), expression))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            return .bool(try compare(sign, try value(of: left), try value(of: right), expression))
        case .plus, .minus, .times, .divided, .remainder:
            return try compute(sign, try value(of: left), try value(of: right), expression)
        }
    }

    /// Whether a list has the element, or a map the key.
    private func contains(_ value: RuleValue, in whole: RuleValue, _ expression: Expression) throws(RuleFailure)
        -> Bool
    {
        switch whole {
        case .null: return false
        case .list(let elements): return elements.contains(value)
        case .array(let elements, let isSecret):
            return elements.contains { RuleValue($0, isSecret: isSecret) == value }
        case .map(let members): return value.text.map { members[$0] != nil } ?? false
        case .object(let object, _): return value.text.map { object[$0] != nil } ?? false
        default: throw wrong(expression, "\(whole.kind) has no elements")
        }
    }

    /// A comparison with null is false.
    private func compare(_ sign: ExpressionOperator, _ left: RuleValue, _ right: RuleValue, _ expression: Expression)
        throws(RuleFailure) -> Bool
    {
        func holds<Value: Comparable>(_ a: Value, _ b: Value) -> Bool {
            switch sign {
            case .less: a < b
            case .lessOrEqual: a <= b
            case .greater: a > b
            default: a >= b
            }
        }
        switch (left, right) {
        case (.null, _), (_, .null): return false
        case (.int(let a), .int(let b)): return holds(a, b)
        case (.bool(let a), .bool(let b)): return holds(a ? 1 : 0, b ? 1 : 0)
        default:
            if let a = left.number, let b = right.number { return holds(a, b) }
            // Texts are ordered by their Unicode scalars, as CEL orders them.
            if let a = left.text, let b = right.text { return holds(UnicodeOrder(a), UnicodeOrder(b)) }
            throw wrong(expression, "\(left.kind) cannot be compared with \(right.kind)")
        }
    }

    private func compute(_ sign: ExpressionOperator, _ left: RuleValue, _ right: RuleValue, _ expression: Expression)
        throws(RuleFailure) -> RuleValue
    {
        switch (left, right) {
        case (.null, _), (_, .null): return .null
        case (.int(let a), .int(let b)): return .int(try compute(sign, a, b, expression))
        default: break
        }
        if let a = left.number, let b = right.number {
            switch sign {
            case .plus: return .double(a + b)
            case .minus: return .double(a - b)
            case .times: return .double(a * b)
            case .divided: return .double(a / b)
            default: throw wrong(expression, "% takes whole numbers only")
            }
        }
        if sign == .plus {
            switch (left, right) {
            case (.string(let a), .string(let b)): return .string(a + b)
            case (.string(let a), .secret): return .string(a + RuleValue.hidden)
            case (.secret, .string(let b)): return .string(RuleValue.hidden + b)
            case (.secret, .secret): return .string(RuleValue.hidden)
            case (.list, .list), (.list, .array), (.array, .list), (.array, .array):
                return .list((left.elements ?? []) + (right.elements ?? []))
            default: break
            }
        }
        throw wrong(expression, "\(left.kind) \(sign.rawValue) \(right.kind) has no meaning; string() makes a text")
    }

    private func compute(_ sign: ExpressionOperator, _ a: Int, _ b: Int, _ expression: Expression)
        throws(RuleFailure) -> Int
    {
        if b == 0, sign == .divided || sign == .remainder { throw wrong(expression, "this divides by zero") }
        let (result, overflow) =
            switch sign {
            case .plus: a.addingReportingOverflow(b)
            case .minus: a.subtractingReportingOverflow(b)
            case .times: a.multipliedReportingOverflow(by: b)
            case .divided: a.dividedReportingOverflow(by: b)
            default: a.remainderReportingOverflow(dividingBy: b)
            }
        guard !overflow else { throw wrong(expression, "the result does not fit 64 bits") }
        return result
    }
}

/// A text in the order of its Unicode scalars.
private struct UnicodeOrder: Comparable {
    let text: String
    init(_ text: String) { self.text = text }

    static func == (left: UnicodeOrder, right: UnicodeOrder) -> Bool {
        left.text.unicodeScalars.elementsEqual(right.text.unicodeScalars)
    }
    static func < (left: UnicodeOrder, right: UnicodeOrder) -> Bool {
        left.text.unicodeScalars.lexicographicallyPrecedes(right.text.unicodeScalars)
    }
}
