import KubernetesObjects

/// Whether a webhook wants to see a request: its rules, its namespaceSelector and its objectSelector.
enum AdmissionMatch {
    static func matches(
        _ hook: JSONValue,
        _ object: JSONValue?,
        _ old: JSONValue?,
        _ context: WriteContext,
        _ storage: ClusterStorage
    ) -> Bool {
        guard matchesRules(hook, context) else { return false }
        if let selector = hook["objectSelector"], let parsed = try? LabelSelector(of: selector) {
            let candidates = [object, old].compactMap { $0 }
            guard candidates.contains(where: { parsed.matches($0.labels) }) else { return false }
        }
        guard let selector = hook["namespaceSelector"], let parsed = try? LabelSelector(of: selector),
            !parsed.requirements.isEmpty
        else { return true }
        if context.groupResource == .namespaces { return parsed.matches((object ?? old)?.labels ?? [:]) }
        guard !context.namespace.isEmpty else { return true }
        let labels = storage.read { transaction in
            transaction.object(ObjectKey(.namespaces, name: context.namespace))?.labels ?? [:]
        }
        return parsed.matches(labels)
    }

    static func matchesRules(_ hook: JSONValue, _ context: WriteContext) -> Bool {
        hook.elements("rules").contains { rule in
            func contains(_ field: String, _ value: String) -> Bool {
                rule.elements(field).contains { $0.string == "*" || $0.string == value }
            }
            let scope = rule.text("scope")
            let isNamespaced = context.resource.isNamespaced
            guard scope != "Cluster" || !isNamespaced, scope != "Namespaced" || isNamespaced else { return false }
            return contains("operations", context.operation.rawValue) && contains("apiGroups", context.resource.group)
                && contains("apiVersions", context.resource.version) && matchesResource(rule, context)
        }
    }

    private static func matchesResource(_ rule: JSONValue, _ context: WriteContext) -> Bool {
        let (resource, subresource) = (context.resource.resource, context.subresource)
        return rule.elements("resources").compactMap(\.string).contains { pattern in
            let parts = pattern.split(separator: "/", maxSplits: 1).map(String.init)
            guard let first = parts.first, first == "*" || first == resource else { return false }
            if parts.count == 1 { return subresource.isEmpty }
            return parts[1] == "*" || parts[1] == subresource
        }
    }
}
