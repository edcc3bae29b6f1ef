import KubernetesObjects

extension PolicyNode {
    /// Reads the spec of a ReadinessCheck; the document's name is the check's id.
    func readinessCheck(named name: String, at location: SourceLocation) -> ReadinessCheck? {
        fields { fields in
            let section = Self.section(fields)
            let parameters = fields.optional("parameters")
            if let parameters, !parameters.isMapping { parameters.report("must be a mapping") }
            let severity: ReadinessCheck.Severity? = fields.required("severity")?.choice()
            let needs = fields.optional("needs")?.elements?.compactMap { $0.choice() as ReadinessCheck.Need? } ?? []
            var check = ReadinessCheck(
                id: name,
                section: section,
                severity: severity ?? .info,
                title: fields.requiredString("title"),
                why: fields.requiredString("why"),
                remedy: fields.requiredString("remedy"),
                documentation: fields.string("documentation"),
                needs: Set(needs),
                test: .builtin(""),
                parameters: parameters?.json ?? [:],
                location: location
            )
            let (builtin, each) = (fields.string("builtin"), fields.optional("each"))
            let rule = fields.readinessRule(each: each)
            switch (builtin, each) {
            case (let builtin?, nil): check.test = .builtin(builtin)
            case (nil, .some): check.test = .rule(rule)
            case (nil, nil):
                fields.report("a check says for “each” of which objects what must be true, or names a “builtin”")
            case (.some, .some): fields.report("a check has either “each” or a “builtin”, not both")
            }
            // A rule whose subjects come from the snapshot cannot be asked without one.
            if rule.side == .snapshot { check.needs.insert(.snapshot) }
            return check
        }
    }

    /// The row or area; nil for `row: all`.
    private static func section(_ fields: PolicyFields) -> ReadinessSection? {
        let (row, area) = (fields.optional("row"), fields.optional("area"))
        guard let node = row ?? area, row == nil || area == nil else {
            fields.report("a check belongs to one “row” of the checklist or to one “area”")
            return nil
        }
        if row != nil, node.isText("all") { return nil }
        let sections = row != nil ? ReadinessSection.rows : ReadinessSection.areas
        guard let text = node.string else { return nil }
        if let section = sections.first(where: { $0.rawValue == text }) { return section }
        let names = sections.map(\.rawValue)
        let meant = EditDistance.suggestion(for: text, among: names).map { "; did you mean “\($0)”?" } ?? ""
        node.report("“\(text)” is not one of \(names.joined(separator: ", "))\(meant)")
        return nil
    }
}

extension PolicyFields {
    /// The fields of a check in the check language.
    func readinessRule(each: PolicyNode?) -> ReadinessRule {
        var scope = ReadinessRule.names
        var bindings: [ReadinessRule.Binding] = []
        for (name, node) in optional("let")?.orderedMembers ?? [] {
            if scope.contains(name) { node.report("the name “\(name)” is taken") }
            if bindings.count == ReadinessRule.mostBindings {
                node.report("a check has at most \(ReadinessRule.mostBindings) names")
                break
            }
            // Later expressions may use the name; its own error is enough.
            let value = node.expression(scope: scope) ?? .placeholder
            bindings.append(ReadinessRule.Binding(name: name, value: value))
            scope.append(name)
        }
        let must = each == nil ? optional("must") : required("must")
        let entries = must?.elements
        if let must, entries?.isEmpty == true { must.report("must hold at least one requirement") }
        let requirements = entries?.compactMap { $0.requirement(scope: scope) } ?? []
        return ReadinessRule(
            subjects: each?.subjects ?? [],
            side: choice("from", default: .target),
            over: optional("over")?.expression(scope: scope),
            bindings: bindings,
            condition: optional("where")?.expression(scope: scope),
            requirements: requirements
        )
    }
}

extension PolicyNode {
    /// A kind, or a list of them.
    fileprivate var subjects: [ReadinessRule.Subject] {
        let nodes = isScalar ? [self] : elements ?? []
        return nodes.compactMap { node in
            guard let text = node.string else { return nil }
            switch text {
            case "cluster": return .cluster
            case "Workload": return .workload
            case "Component": return .component
            default:
                let parts = text.split(separator: "/", omittingEmptySubsequences: false)
                guard let kind = parts.last, kind.first?.isUppercase == true, parts.count <= 2 else {
                    node.report("“\(text)” is no kind; write Kind, group/Kind, Workload, Component or cluster")
                    return nil
                }
                return .kind(GroupKind(group: parts.count == 2 ? String(parts[0]) : "", kind: String(kind)))
            }
        }
    }

    fileprivate func requirement(scope: [String]) -> ReadinessRule.Requirement? {
        fields { fields -> ReadinessRule.Requirement? in
            let that = fields.required("that")?.expression(scope: scope)
            let say = fields.optional("say")?.expression(scope: scope)
            let level: RequirementLevel = fields.choice("level", default: .fail)
            let path = fields.string("path") ?? ""
            if !path.isEmpty, !path.hasPrefix("/") {
                fields.report("the path “\(path)” must start with /, for example /spec/replicas")
            }
            guard let that else { return nil }
            return ReadinessRule.Requirement(that: that, say: say, isWarning: level == .warn, path: path)
        } ?? nil
    }

    /// The expression that the text is; an error is reported at its own line and column with a caret under it.
    func expression(scope: [String]) -> RuleExpression? {
        guard let text = scalarText else { return nil }
        let lines = textLines(text)
        do throws(ExpressionError) {
            return try RuleExpression(text, scope: scope, lines: lines)
        } catch {
            let place = RuleExpression.location(of: error, in: text, lines: lines)
            problems.add(place, "\(path): \(error.message)\n\(error.excerpt(of: text))")
            return nil
        }
    }
}

private enum RequirementLevel: String, CaseIterable {
    case fail
    case warn
}
