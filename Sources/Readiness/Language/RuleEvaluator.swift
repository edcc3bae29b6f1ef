import KubernetesObjects
import Policies

/// Computes the values of expressions for one check.
///
/// A missing field is null, null goes through members, and a condition that is null is not true. A wrong type is an error, never
/// a guess, and the number of steps is bounded, so that no check can stand still.
final class RuleEvaluator {
    let context: CheckContext
    private let bindings: [ReadinessRule.Binding]
    /// The slots that a binding's value depends on; those of the subject and the element decide when it is computed anew.
    private let levels: [Level]
    private var slots: [RuleValue]
    private var isComputed: [Bool]
    private var steps = 0
    private var kinds: [String: GroupKind] = [:]
    private var patterns: [String: Regex<AnyRegexOutput>] = [:]
    /// The expression of the check in which the first error was found, for its message.
    private(set) var failing: RuleExpression?
    /// More than any check needs for one subject, and less than a minute.
    static let mostSteps = 20_000_000

    /// How often a binding has to be computed.
    private enum Level: Comparable {
        case once
        case subject
        case element
    }

    init(_ rule: ReadinessRule, _ context: CheckContext) {
        self.context = context
        bindings = rule.bindings
        var levels: [Level] = []
        for binding in rule.bindings {
            var level = Level.once
            for slot in binding.value.expression.slots {
                switch slot {
                case ReadinessRule.subjectSlot: level = max(level, .subject)
                case ReadinessRule.elementSlot: level = max(level, .element)
                case ReadinessRule.names.count..<ReadinessRule.firstMacroSlot:
                    level = max(level, levels[slot - ReadinessRule.names.count])
                default: break
                }
            }
            levels.append(level)
        }
        self.levels = levels
        slots = [RuleValue](repeating: .null, count: ReadinessRule.firstMacroSlot + 128)
        isComputed = [Bool](repeating: false, count: rule.bindings.count)
        slots[ReadinessRule.nowSlot] = .int(Int(context.now.secondsSince1970))
        slots[ReadinessRule.parametersSlot] = RuleValue(context.check.parameters)
        slots[ReadinessRule.clusterSlot] = context.clusterFacts
    }

    /// Turns to the next subject.
    func turn(to subject: RuleValue) {
        slots[ReadinessRule.subjectSlot] = subject
        slots[ReadinessRule.elementSlot] = .null
        for index in levels.indices where levels[index] > .once { isComputed[index] = false }
        steps = 0
    }

    /// Turns to the next element of the subject.
    func turn(toElement element: RuleValue) {
        slots[ReadinessRule.elementSlot] = element
        for index in levels.indices where levels[index] == .element { isComputed[index] = false }
    }

    func value(of rule: RuleExpression) throws(RuleFailure) -> RuleValue {
        do throws(RuleFailure) {
            return try value(of: rule.expression)
        } catch {
            if failing == nil { failing = rule }
            throw error
        }
    }

    func isTrue(_ rule: RuleExpression) throws(RuleFailure) -> Bool {
        do throws(RuleFailure) {
            return try isTrue(rule.expression)
        } catch {
            if failing == nil { failing = rule }
            throw error
        }
    }

    /// Whether a condition holds; null does not.
    func isTrue(_ expression: Expression) throws(RuleFailure) -> Bool {
        switch try value(of: expression) {
        case .bool(let value): return value
        case .null: return false
        case let other: throw wrong(expression, "this must be true or false, but is \(other.kind)")
        }
    }

    func value(of expression: Expression) throws(RuleFailure) -> RuleValue {
        steps += 1
        guard steps < Self.mostSteps else { throw wrong(expression, "this takes more than \(Self.mostSteps) steps") }
        switch expression.form {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .double(let value): return .double(value)
        case .string(let value): return .string(value)
        case .variable(let slot): return try variable(slot)
        case .list(let parts):
            var elements: [RuleValue] = []
            for part in parts { elements.append(try value(of: part)) }
            return .list(elements)
        case .map(let entries):
            var members: [String: RuleValue] = [:]
            for entry in entries {
                guard case .string(let key) = try value(of: entry.key) else {
                    throw wrong(entry.key, "the key of a map must be a text")
                }
                members[key] = try value(of: entry.value)
            }
            return .map(members)
        case .member(let part, let name):
            let whole = try value(of: part)
            guard let member = whole.member(name) else {
                throw wrong(expression, "\(whole.kind) has no field “\(name)”")
            }
            return member
        case .index(let part, let index): return try element(of: try value(of: part), try value(of: index), expression)
        case .not(let part): return .bool(!(try isTrue(part)))
        case .negative(let part):
            switch try value(of: part) {
            case .int(let number) where number != .min: return .int(-number)
            case .double(let number): return .double(-number)
            case .null: return .null
            case let other: throw wrong(expression, "\(other.kind) has no negative")
            }
        case .binary(let sign, let left, let right): return try binary(sign, left, right, expression)
        case .conditional(let condition, let then, let otherwise):
            return try value(of: try isTrue(condition) ? then : otherwise)
        case .macro(let macro, let list, let slot, let parts):
            return try run(macro, over: try value(of: list), slot, parts, expression)
        case .call(let function, let parts):
            var arguments: [RuleValue] = []
            for part in parts { arguments.append(try value(of: part)) }
            return try call(function, arguments, expression)
        }
    }

    func wrong(_ expression: Expression, _ message: String) -> RuleFailure {
        .wrong(ExpressionError(expression.offset, message))
    }

    /// The kind that a text names, as `Kind` or `group/Kind`.
    func kind(_ text: String) -> GroupKind {
        if let known = kinds[text] { return known }
        let parts = text.split(separator: "/", maxSplits: 1)
        let kind = GroupKind(
            group: parts.count == 2 ? String(parts[0]) : "",
            kind: String(parts.last ?? "")
        )
        kinds[text] = kind
        return kind
    }

    /// The built form of a pattern; those in a check were tried when it was read.
    func pattern(_ text: String, _ expression: Expression) throws(RuleFailure) -> Regex<AnyRegexOutput> {
        if let known = patterns[text] { return known }
        guard let regex = try? ExpressionPattern.regex(text) else {
            throw wrong(expression, "this is not a regular expression")
        }
        patterns[text] = regex
        return regex
    }

    private func variable(_ slot: Int) throws(RuleFailure) -> RuleValue {
        let index = slot - ReadinessRule.names.count
        if isComputed.indices.contains(index), !isComputed[index] {
            slots[slot] = try value(of: bindings[index].value)
            isComputed[index] = true
        }
        return slots[slot]
    }

    private func element(of whole: RuleValue, _ index: RuleValue, _ expression: Expression) throws(RuleFailure)
        -> RuleValue
    {
        switch (whole, index) {
        case (.null, _), (_, .null): return .null
        case (.list(let elements), .int(let index)):
            return elements.indices.contains(index) ? elements[index] : .null
        case (.array(let elements, let isSecret), .int(let index)):
            return elements.indices.contains(index) ? RuleValue(elements[index], isSecret: isSecret) : .null
        case (.map, .string(let name)), (.object, .string(let name)), (.map, .secret(let name)),
            (.object, .secret(let name)):
            return whole.member(name) ?? .null
        default: throw wrong(expression, "\(whole.kind) has no element by \(index.kind)")
        }
    }

    // MARK: Macros

    private func run(
        _ macro: ExpressionMacro,
        over list: RuleValue,
        _ slot: Int,
        _ parts: [Expression],
        _ expression: Expression
    ) throws(RuleFailure) -> RuleValue {
        guard let elements = list.isNull ? [] : list.elements else {
            throw wrong(expression, "\(list.kind) has no elements")
        }
        // A binding that is computed within a macro may use the same slot.
        let outer = slots[slot]
        defer { slots[slot] = outer }
        var found: [RuleValue] = []
        var count = 0
        for element in elements {
            slots[slot] = element
            switch macro {
            case .all: if !(try isTrue(parts[0])) { return .bool(false) }
            case .exists: if try isTrue(parts[0]) { return .bool(true) }
            case .existsOne: if try isTrue(parts[0]) { count += 1 }
            case .filter: if try isTrue(parts[0]) { found.append(element) }
            case .map:
                if parts.count == 1 {
                    found.append(try value(of: parts[0]))
                } else if try isTrue(parts[0]) {
                    found.append(try value(of: parts[1]))
                }
            }
        }
        switch macro {
        case .all: return .bool(true)
        case .exists: return .bool(false)
        case .existsOne: return .bool(count == 1)
        case .filter, .map: return .list(found)
        }
    }
}
