import KubernetesObjects
import Policies

extension RuleEvaluator {
    func call(_ function: ExpressionFunction, _ arguments: [RuleValue], _ expression: Expression) throws(RuleFailure)
        -> RuleValue
    {
        let first = arguments.first ?? .null
        switch function {
        case .size, .string, .int, .double, .default, .sum, .min, .max, .sort, .distinct, .flatten, .keys:
            return try valueFunction(function, arguments, expression)
        case .startsWith, .endsWith, .contains, .matches, .findAll, .glob, .lowerAscii, .upperAscii, .trim, .split,
            .join,
            .replace, .substring:
            return try textFunction(function, arguments, expression)
        case .quantity, .duration, .time, .semver, .cidrContains, .cidrsOverlap, .url, .json, .yaml, .base64, .sha:
            return formatFunction(function, arguments)
        case .annotation:
            return first.member("metadata")?.member("annotations")?.member(arguments[1].text ?? "") ?? .null
        case .label: return first.member("metadata")?.member("labels")?.member(arguments[1].text ?? "") ?? .null
        case .condition: return RuleValue(first.json?.condition(arguments[1].text ?? ""))
        case .ready: return first.json.map { .bool(ObjectReadiness.problem(of: $0) == nil) } ?? .null
        case .readiness: return first.json.map { .string(ObjectReadiness.problem(of: $0) ?? "") } ?? .null
        case .completed: return first.json.map { .bool(ObjectReadiness.isCompleted($0)) } ?? .null
        case .identity: return RuleValue(first.json.flatMap { ObjectIdentity(of: $0) }?.description)
        case .get, .list, .snapshot, .snapshotList, .current, .kindExists, .selecting, .selected, .selects,
            .hasReadyEndpoint, .defaultClass, .flag:
            do throws(UnreadableKind) {
                return try lookup(function, arguments)
            } catch {
                throw .unreadable(error)
            }
        case .workloads, .pods, .podSpec, .podLabels, .containers, .podRefs, .replicas, .image, .schedules,
            .allowsEviction, .components, .isPartOf:
            do throws(UnreadableKind) {
                return try workloadFunction(function, arguments)
            } catch {
                throw .unreadable(error)
            }
        case .cert, .certs, .covers, .registryHosts, .probe: return credentialFunction(function, arguments)
        }
    }

    private func valueFunction(_ function: ExpressionFunction, _ arguments: [RuleValue], _ expression: Expression)
        throws(RuleFailure) -> RuleValue
    {
        let first = arguments[0]
        switch function {
        case .size:
            switch first {
            case .null: return .int(0)
            case .string(let text), .secret(let text): return .int(text.unicodeScalars.count)
            case .list(let elements): return .int(elements.count)
            case .array(let elements, _): return .int(elements.count)
            case .map(let members): return .int(members.count)
            case .object(let object, _): return .int(object.count)
            default: throw wrong(expression, "\(first.kind) has no size")
            }
        case .string:
            switch first {
            case .null: return .null
            case .string, .secret: return first
            case .bool(let value): return .string("\(value)")
            case .int(let value): return .string("\(value)")
            case .double(let value):
                return .string(value.rounded() == value && abs(value) < 1e15 ? "\(Int(value))" : "\(value)")
            default: throw wrong(expression, "\(first.kind) is no text; join() makes one of a list")
            }
        case .int:
            switch first {
            case .null, .int: return first
            case .double(let value):
                guard let number = Int(exactly: value.rounded(.towardZero)) else {
                    throw wrong(expression, "this does not fit 64 bits")
                }
                return .int(number)
            case .string(let text), .secret(let text): return RuleValue(Int(text))
            default: throw wrong(expression, "\(first.kind) is no number")
            }
        case .double:
            switch first {
            case .null, .double: return first
            case .int(let value): return .double(Double(value))
            case .string(let text), .secret(let text): return Double(text).map { .double($0) } ?? .null
            default: throw wrong(expression, "\(first.kind) is no number")
            }
        case .default: return first.isNull ? arguments[1] : first
        case .keys:
            switch first {
            case .null: return .list([])
            case .map, .object: return .list(first.elements ?? [])
            default: throw wrong(expression, "\(first.kind) has no keys")
            }
        default: break
        }
        // The others take a list; min and max also take their values one by one.
        let elements: [RuleValue]? = arguments.count > 1 ? arguments : first.isNull ? [] : first.elements
        guard let elements else { throw wrong(expression, "\(first.kind) has no elements") }
        switch function {
        case .flatten: return .list(elements.flatMap { $0.isNull ? [] : $0.elements ?? [$0] } as [RuleValue])
        case .distinct:
            var found: [RuleValue] = []
            var texts: Set<String> = []
            for element in elements {
                if case .string(let text) = element {
                    if texts.insert(text).inserted { found.append(element) }
                } else if !found.contains(element) {
                    found.append(element)
                }
            }
            return .list(found)
        case .sort:
            let texts = elements.compactMap(\.text)
            if texts.count == elements.count {
                return elements.contains(where: \.isSecret) ? .null : RuleValue(texts.sorted())
            }
            return .list(try numbers(elements, expression).sorted { ($0.number ?? 0) < ($1.number ?? 0) })
        case .min: return try numbers(elements, expression).min { ($0.number ?? 0) < ($1.number ?? 0) } ?? .null
        case .max: return try numbers(elements, expression).max { ($0.number ?? 0) < ($1.number ?? 0) } ?? .null
        default:
            let numbers = try numbers(elements, expression)
            var whole = 0
            for case .int(let number) in numbers {
                let (sum, overflow) = whole.addingReportingOverflow(number)
                guard !overflow else { throw wrong(expression, "the sum does not fit 64 bits") }
                whole = sum
            }
            let hasFractions = numbers.contains { if case .double = $0 { true } else { false } }
            return hasFractions ? .double(numbers.reduce(0) { $0 + ($1.number ?? 0) }) : .int(whole)
        }
    }

    /// The numbers of a list; null is left out, as a missing field adds nothing.
    private func numbers(_ elements: [RuleValue], _ expression: Expression) throws(RuleFailure) -> [RuleValue] {
        var numbers: [RuleValue] = []
        for element in elements where !element.isNull {
            guard element.number != nil else { throw wrong(expression, "\(element.kind) is no number") }
            numbers.append(element)
        }
        return numbers
    }
}
