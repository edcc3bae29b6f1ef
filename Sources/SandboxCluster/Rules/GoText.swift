import KubernetesObjects

/// Values as Go prints them, which is how the API server quotes structures in its messages.
enum GoText {
    static func map(_ labels: JSONValue?) -> String {
        guard let labels, !labels.isNull else { return "map[string]string(nil)" }
        let members = labels.stringMap.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
        return "map[string]string{\(members.joined(separator: ", "))}"
    }

    static func selector(_ selector: JSONValue?) -> String {
        let expressions = selector?.elements("matchExpressions").map { expression in
            let values = expression.elements("values").compactMap(\.string).map { "\"\($0)\"" }
            let list = values.isEmpty ? "[]string(nil)" : "[]string{\(values.joined(separator: ", "))}"
            return "v1.LabelSelectorRequirement{Key:\"\(expression.text("key"))\", "
                + "Operator:\"\(expression.text("operator"))\", Values:\(list)}"
        }
        let list = expressions.map { $0.isEmpty ? "(nil)" : "{\($0.joined(separator: ", "))}" } ?? "(nil)"
        return "v1.LabelSelector{MatchLabels:\(map(selector?["matchLabels"])), "
            + "MatchExpressions:[]v1.LabelSelectorRequirement\(list)}"
    }

    static func roleReference(_ reference: JSONValue?) -> String {
        "rbac.RoleRef{APIGroup:\"\(reference?.text("apiGroup") ?? "")\", Kind:\"\(reference?.text("kind") ?? "")\", "
            + "Name:\"\(reference?.text("name") ?? "")\"}"
    }
}
