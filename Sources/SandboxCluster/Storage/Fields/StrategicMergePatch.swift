import KubernetesObjects

/// Strategic merge patch: a merge patch that knows the keys of the lists of the built-in kinds.
///
/// https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
enum StrategicMergePatch {
    static func apply(_ patch: JSONValue, to target: JSONValue, _ schema: MergeSchema) throws(StatusError) -> JSONValue
    {
        guard case .object(let changes) = patch else { return patch }
        var result = target.object ?? JSONObject()
        switch changes["$patch"]?.string {
        case nil, "merge": break
        case "replace": return .object(withoutDirectives(changes))
        case "delete": return .object(JSONObject())
        case let other?: throw .badRequest("unknown patch type: \(other)")
        }
        if let retained = changes["$retainKeys"]?.array {
            let names = Set(retained.compactMap(\.string))
            result = JSONObject(result.members.filter { names.contains($0.key) })
        }
        for change in changes.members where !change.key.hasPrefix("$") {
            if change.value.isNull {
                result[change.key] = nil
            } else if let elements = change.value.array {
                result[change.key] = try merge(elements, into: result[change.key]?.array, schema.member(change.key))
            } else if change.value.object?["$patch"]?.string == "delete" {
                result[change.key] = nil
            } else {
                result[change.key] = try apply(change.value, to: result[change.key] ?? .null, schema.member(change.key))
            }
        }
        for change in changes.members {
            if let name = suffix(change.key, "$deleteFromPrimitiveList/"), let elements = result[name]?.array {
                let removed = change.value.array ?? []
                result[name] = .array(elements.filter { !removed.contains($0) })
            } else if let name = suffix(change.key, "$setElementOrder/"), let elements = result[name]?.array {
                result[name] = .array(order(elements, change.value.array ?? [], schema.member(name)))
            }
        }
        return .object(result)
    }

    private static func suffix(_ text: String, _ prefix: String) -> String? {
        text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
    }

    private static func merge(
        _ changes: [JSONValue],
        into elements: [JSONValue]?,
        _ schema: MergeSchema
    ) throws(StatusError) -> JSONValue {
        if schema.mergesScalars, changes.allSatisfy({ $0.object == nil }) {
            let old = elements ?? []
            return .array(old + changes.filter { !old.contains($0) })
        }
        guard let key = schema.patchMergeKey, changes.allSatisfy({ $0.object != nil }) else {
            return .array(changes)
        }
        var result = elements ?? []
        if changes.contains(where: { $0["$patch"]?.string == "replace" }) {
            return .array(changes.filter { $0["$patch"] == nil })
        }
        for change in changes {
            guard let name = change[key] else {
                throw .badRequest("map: \(change.prettyPrinted()) does not contain declared merge key: \(key)")
            }
            let place = result.firstIndex { $0[key] == name }
            if change["$patch"]?.string == "delete" {
                result.removeAll { $0[key] == name }
            } else if let place {
                result[place] = try apply(change, to: result[place], schema.element)
            } else {
                result.append(try apply(change, to: .null, schema.element))
            }
        }
        return .array(result)
    }

    /// Brings the elements that `order` names into its order; all others keep their places.
    private static func order(_ elements: [JSONValue], _ order: [JSONValue], _ schema: MergeSchema) -> [JSONValue] {
        func name(_ element: JSONValue) -> JSONValue? { schema.patchMergeKey.map { element[$0] } ?? element }
        let wanted = order.map(name)
        let places = elements.indices.filter { wanted.contains(name(elements[$0])) }
        let sorted = places.sorted { left, right in
            let first = wanted.firstIndex(of: name(elements[left])) ?? 0
            let second = wanted.firstIndex(of: name(elements[right])) ?? 0
            return (first, left) < (second, right)
        }
        var result = elements
        for (place, source) in zip(places, sorted) { result[place] = elements[source] }
        return result
    }

    private static func withoutDirectives(_ object: JSONObject) -> JSONObject {
        JSONObject(object.members.filter { !$0.key.hasPrefix("$") })
    }
}
