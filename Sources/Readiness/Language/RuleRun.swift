import KubernetesObjects
import Policies

/// Answers a check that is written in the check language.
struct RuleRun {
    let rule: ReadinessRule
    let context: CheckContext

    /// - Throws: a kind that it needs and that could not be read.
    func examine() throws(UnreadableKind) -> Examination {
        var result = Examination()
        let evaluator = RuleEvaluator(rule, context)
        for subject in try subjects() {
            evaluator.turn(to: subject.value)
            do throws(RuleFailure) {
                try judge(subject, evaluator, &result)
            } catch {
                switch error {
                case .unreadable(let kind): throw kind
                case .wrong(let problem):
                    let place = subject.identity.map { " for \($0)" } ?? ""
                    return .unknown("the check has no answer\(place): \(describe(problem, evaluator.failing))")
                }
            }
        }
        return result
    }

    /// Whether there is nothing of the kinds that it is about.
    var hasNoSubjects: Bool {
        get throws(UnreadableKind) { try subjects().isEmpty }
    }

    private struct Subject {
        let value: RuleValue
        let identity: ObjectIdentity?
    }

    private func subjects() throws(UnreadableKind) -> [Subject] {
        // A rule that looks from the snapshot's side is only asked when there is one.
        let inventory = rule.side == .snapshot ? context.reference ?? context.inventory : context.inventory
        var subjects: [Subject] = []
        for subject in rule.subjects {
            switch subject {
            case .cluster: subjects.append(Subject(value: context.clusterFacts, identity: nil))
            case .kind(let kind):
                subjects += try inventory.objects(kind)
                    .map { Subject(value: RuleValue($0), identity: ObjectIdentity(of: $0)) }
            case .workload:
                subjects += try inventory.workloads()
                    .map { Subject(value: RuleValue($0.object), identity: $0.identity) }
            case .component:
                let components = rule.side == .snapshot ? context.referenceComponents : context.components
                subjects += components.filter { $0.signature.section == context.check.section }
                    .map { Subject(value: $0.value, identity: nil) }
            }
        }
        return subjects
    }

    private func judge(_ subject: Subject, _ evaluator: RuleEvaluator, _ result: inout Examination) throws(RuleFailure)
    {
        guard let over = rule.over else {
            if let condition = rule.condition, !(try evaluator.isTrue(condition)) { return }
            return try demand(subject, path: "", evaluator, &result)
        }
        let list = try evaluator.value(of: over)
        guard let elements = list.isNull ? [] : list.elements else {
            throw evaluator.wrong(over.expression, "\(list.kind) has no elements")
        }
        let base = over.expression.pathBelowSubject
        for (index, element) in elements.enumerated() {
            evaluator.turn(toElement: element)
            if let condition = rule.condition, !(try evaluator.isTrue(condition)) { continue }
            // Where the subject is no object, such as a component, the finding is about the element when that is one.
            if subject.identity == nil, let identity = element.json.flatMap({ ObjectIdentity(of: $0) }) {
                try demand(Subject(value: subject.value, identity: identity), path: "", evaluator, &result)
                continue
            }
            let own = element.member("path")?.text ?? ""
            let path = own.hasPrefix("/") ? own : base.map { "\($0)/\(index)" } ?? ""
            try demand(subject, path: path, evaluator, &result)
        }
    }

    private func demand(_ subject: Subject, path: String, _ evaluator: RuleEvaluator, _ result: inout Examination)
        throws(RuleFailure)
    {
        result.examined += 1
        for (index, requirement) in rule.requirements.enumerated() where !(try evaluator.isTrue(requirement.that)) {
            var message = context.check.title
            if let say = requirement.say {
                switch try evaluator.value(of: say) {
                case .string(let text): message = text
                case .secret: message = RuleValue.hidden
                default: break
                }
            }
            result.findings.append(
                Finding(
                    requirement.isWarning ? .warning : .failure,
                    subject.identity,
                    message,
                    path: path + requirement.path,
                    aspect: "\(index)"
                )
            )
        }
    }

    /// Where the error is in the check's file.
    private func describe(_ problem: ExpressionError, _ rule: RuleExpression?) -> String {
        guard let rule else { return problem.message }
        return "\(rule.location(of: problem)): \(problem.message)\n\(problem.excerpt(of: rule.text))"
    }
}

extension Expression {
    /// The JSON pointer of `self.a.b`; nil for anything else.
    fileprivate var pathBelowSubject: String? {
        switch form {
        case .variable(ReadinessRule.subjectSlot): ""
        case .member(let part, let name): part.pathBelowSubject.map { $0 + JSONPointer([name]).description }
        default: nil
        }
    }
}
