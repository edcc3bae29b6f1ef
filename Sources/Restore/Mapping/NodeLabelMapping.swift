import KubernetesObjects

/// Other labels of nodes: `topology.kubernetes.io/zone=eu-1a` becomes `topology.kubernetes.io/zone=us-1b`, wherever Pods and volumes ask
/// for nodes.
enum NodeLabelMapping {
    /// - Parameter mapping: from `key=value` to `key=value`.
    static func apply(_ mapping: [String: String], _ object: inout JSONValue, _ kind: GroupKind) {
        let rules = mapping.sorted { $0.key < $1.key }.compactMap { old, new -> Rule? in
            guard let old = old.splitOnce("="), let new = new.splitOnce("=") else { return nil }
            return Rule(key: old.0, value: old.1, newKey: new.0, newValue: new.1)
        }
        if let path = PodSpecPath.of(kind) {
            object.change(FieldPath("\(path)/nodeSelector")) { selector(&$0, rules) }
            let affinity = "\(path)/affinity/nodeAffinity"
            let terms = "requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/*"
            let preferred = "preferredDuringSchedulingIgnoredDuringExecution/*/preference"
            for place in ["\(affinity)/\(terms)", "\(affinity)/\(preferred)"] {
                object.change(FieldPath("\(place)/matchExpressions/*")) { expression(&$0, rules) }
            }
        }
        switch (kind.group, kind.kind) {
        case ("", "PersistentVolume"):
            object.change("spec/nodeAffinity/required/nodeSelectorTerms/*/matchExpressions/*") {
                expression(&$0, rules)
            }
        case ("storage.k8s.io", "StorageClass"):
            object.change("allowedTopologies/*/matchLabelExpressions/*") { expression(&$0, rules) }
        default: break
        }
    }

    private struct Rule {
        let key: String
        let value: String
        let newKey: String
        let newValue: String
    }

    private static func selector(_ labels: inout JSONValue, _ rules: [Rule]) {
        let old = labels
        for rule in rules where old[rule.key]?.string == rule.value {
            if rule.newKey != rule.key { labels[rule.key] = nil }
            labels[rule.newKey] = .string(rule.newValue)
        }
    }

    /// The key of an expression changes only when all of its values do, because the others would be asked of the wrong label.
    private static func expression(_ expression: inout JSONValue, _ rules: [Rule]) {
        guard let values = expression["values"]?.array?.compactMap(\.string) else { return }
        let mine = rules.filter { $0.key == expression["key"]?.string }
        let mapped = values.map { value in mine.first { $0.value == value } }
        let keys = Set(zip(values, mapped).map { $1?.newKey ?? expression["key"]?.string ?? "" })
        guard keys.count == 1, let key = keys.first else { return }
        expression["key"] = .string(key)
        expression["values"] = .array(zip(values, mapped).map { .string($1?.newValue ?? $0) })
    }
}
