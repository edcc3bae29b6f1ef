import KubernetesObjects
import Policies

extension RuleEvaluator {
    /// Functions that look into the cluster, or into the snapshot that it is compared with.
    func lookup(_ function: ExpressionFunction, _ arguments: [RuleValue]) throws(UnreadableKind) -> RuleValue {
        let inventory = context.inventory
        let (first, second) = (arguments[0], arguments.count > 1 ? arguments[1] : .null)
        func named(_ index: Int) -> GroupKind { kind(arguments[index].text ?? "") }
        switch function {
        case .get:
            guard let name = arguments[2].text else { return .null }
            return RuleValue(try inventory.object(named(0), namespace: second.text, name: name))
        case .list: return try list(inventory, named(0), arguments)
        case .snapshotList:
            return try context.reference.map { reference throws(UnreadableKind) in
                try list(reference, named(0), arguments)
            } ?? .list([])
        case .snapshot: return try sameObject(as: first, in: context.reference)
        case .current: return try sameObject(as: first, in: inventory)
        case .kindExists: return .bool(inventory.kinds.contains(named(0)))
        case .selecting:
            let labels = third(arguments).stringMap
            let objects = try objects(named(0), second)
            return .array(objects.filter { Self.selects(Self.selector(of: $0), labels) }, isSecret: false)
        case .selected:
            guard let selector = third(arguments).nonNull else { return .array([], isSecret: false) }
            let objects = try objects(named(0), second)
            return .array(objects.filter { Self.selects(selector, $0.labels) }, isSecret: false)
        case .selects: return .bool(Self.selects(first.asJSON, second.asJSON.stringMap))
        case .hasReadyEndpoint:
            guard let service = first.json else { return .null }
            return .bool(try inventory.hasReadyEndpoint(service))
        case .defaultClass:
            let found = try inventory.objects(named(0))
                .first { object in
                    object.annotations.contains { $0.key.hasSuffix("is-default-class") && $0.value == "true" }
                }
            return RuleValue(found)
        default: return try flag(first.text ?? "")
        }
    }

    private func third(_ arguments: [RuleValue]) -> JSONValue { arguments[2].asJSON }

    private func list(_ inventory: ObjectInventory, _ kind: GroupKind, _ arguments: [RuleValue]) throws(UnreadableKind)
        -> RuleValue
    {
        guard arguments.count > 1, let namespace = arguments[1].text, !namespace.isEmpty else {
            return .array(try inventory.objects(kind), isSecret: false)
        }
        return .array(try inventory.objects(kind, namespace: namespace), isSecret: false)
    }

    private func objects(_ kind: GroupKind, _ namespace: RuleValue) throws(UnreadableKind) -> [JSONValue] {
        guard let name = namespace.text, !name.isEmpty else { return try context.inventory.objects(kind) }
        return try context.inventory.objects(kind, namespace: name)
    }

    private func sameObject(as value: RuleValue, in inventory: ObjectInventory?) throws(UnreadableKind) -> RuleValue {
        guard let inventory, let identity = value.json.flatMap({ ObjectIdentity(of: $0) }) else { return .null }
        return RuleValue(
            try inventory.object(
                identity.groupVersionKind.groupKind,
                namespace: identity.namespace,
                name: identity.name
            )
        )
    }

    /// The selector of a Service, workload, budget or network policy.
    private static func selector(of object: JSONValue) -> JSONValue {
        object["spec", "selector"] ?? object["spec", "podSelector"] ?? .null
    }

    /// A LabelSelector, or the plain map of labels of a Service. A missing one selects nothing; an empty one everything.
    private static func selects(_ selector: JSONValue, _ labels: [String: String]) -> Bool {
        guard let members = selector.object else { return false }
        if members["matchLabels"] == nil, members["matchExpressions"] == nil {
            return selector.stringMap.allSatisfy { labels[$0.key] == $0.value }
        }
        return (try? LabelSelector(of: selector))?.matches(labels) ?? false
    }

    /// The value of an option of the API server, `true` for one without a value, null when it is not given.
    ///
    /// Managed control planes do not show it, so that whoever asks for it there has no answer.
    private func flag(_ name: String) throws(UnreadableKind) -> RuleValue {
        guard let options = try context.inventory.serverOptions() else {
            throw UnreadableKind(
                kind: .pod,
                reason: "the command line of kube-apiserver is not visible in this cluster"
            )
        }
        return RuleValue(options[name.hasPrefix("--") ? name : "--\(name)"])
    }
}

extension RuleValue {
    /// The value as a tree, for functions that take objects; what comes from a Secret stays inside them.
    fileprivate var asJSON: JSONValue {
        switch self {
        case .object(let object, _): .object(object)
        case .map(let members):
            .object(JSONObject(members.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: $0.value.asJSON) }))
        case .string(let text), .secret(let text): .string(text)
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .list(let elements): .array(elements.map(\.asJSON))
        case .array(let elements, _): .array(elements)
        case .null, .double: .null
        }
    }
}

extension JSONValue {
    fileprivate var nonNull: JSONValue? { isNull ? nil : self }
}
