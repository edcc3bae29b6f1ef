/// Strategic merge patch, as `kubectl patch` sends it by default: lists of built-in kinds are merged by the field that names their elements
/// (https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/#notes-on-the-strategic-merge-patch).
package enum StrategicMergePatch {
    /// The field by which the elements of a list are the same; lists that are not here are replaced.
    private static let keys: [String: [String]] = [
        "containers": ["name"], "initContainers": ["name"], "ephemeralContainers": ["name"], "volumes": ["name"],
        "env": ["name"], "imagePullSecrets": ["name"], "secrets": ["name"], "webhooks": ["name"],
        "resourceClaims": ["name"],
        "schedulingGates": ["name"], "matchConditions": ["name"],
        // Of a container by its own port, of a Service by the one that it serves.
        "ports": ["containerPort", "port"],
        "volumeMounts": ["mountPath"], "volumeDevices": ["devicePath"], "hostAliases": ["ip"],
        "topologySpreadConstraints": ["topologyKey"], "conditions": ["type"], "taints": ["key"],
        "ownerReferences": ["uid"],
    ]
    /// Lists of texts that are joined.
    private static let joined: Set<String> = ["finalizers"]

    private static let directive = "$patch"
    private static let deleted = "$deleteFromPrimitiveList/"
    private static let order = "$setElementOrder/"
    private static let retained = "$retainKeys"

    /// - Throws: `object.invalid-patch` for a directive that does not exist or an element that does not say which one it is.
    package static func apply(_ patch: JSONValue, to object: JSONValue) throws(LifeboatError) -> JSONValue {
        guard case .object(let changes) = patch else { throw invalid("it is no map") }
        switch patch[directive]?.string {
        case nil: break
        case "replace": return .object(without(changes))
        case "delete": return [:]
        case "merge": break
        case .some(let other): throw invalid("“\(other)” is no directive; there are merge, replace and delete")
        }
        var result = object.object ?? JSONObject()
        if let kept = patch[retained]?.array?.compactMap(\.string) {
            for member in result.members where !kept.contains(member.key) { result[member.key] = nil }
        }
        for change in changes.members where !change.key.hasPrefix("$") {
            result[change.key] = try value(change.value, result[change.key], change.key)
        }
        for change in changes.members where change.key.hasPrefix(deleted) {
            let field = String(change.key.dropFirst(deleted.count))
            guard let gone = change.value.array, let present = result[field]?.array else { continue }
            result[field] = .array(present.filter { !gone.contains($0) })
        }
        for change in changes.members where change.key.hasPrefix(order) {
            let field = String(change.key.dropFirst(order.count))
            guard let wanted = change.value.array, let merged = result[field]?.array else { continue }
            result[field] = .array(arranged(merged, by: wanted, before: object[field]?.array ?? [], field))
        }
        return .object(result)
    }

    /// nil removes the field.
    private static func value(
        _ change: JSONValue,
        _ present: JSONValue?,
        _ field: String
    ) throws(LifeboatError) -> JSONValue? {
        switch change {
        case .null: return nil
        case .object:
            if change[directive]?.string == "delete" { return nil }
            // What is new is merged into nothing, so that its own nulls and directives go.
            return try apply(change, to: present?.object == nil ? [:] : present ?? [:])
        case .array(let elements): return .array(try list(elements, present?.array ?? [], field))
        default: return change
        }
    }

    private static func list(
        _ changes: [JSONValue],
        _ present: [JSONValue],
        _ field: String
    ) throws(LifeboatError) -> [JSONValue] {
        if changes.contains(where: { $0[directive]?.string == "replace" && $0.object?.members.count == 1 }) {
            return changes.filter { $0[directive]?.string != "replace" }
        }
        if joined.contains(field) {
            let merged = present + changes.filter { !present.contains($0) }
            return arranged(merged, by: changes, before: present, field)
        }
        guard let candidates = keys[field], changes.allSatisfy({ $0.object != nil }) else { return changes }
        guard let key = candidates.first(where: { key in changes.contains { $0[key] != nil } }) else {
            guard changes.isEmpty else { throw invalid("an element of “\(field)” has no “\(candidates[0])”") }
            return present
        }
        var result = present
        for change in changes {
            guard let name = change[key] else { throw invalid("an element of “\(field)” has no “\(key)”") }
            let position = result.firstIndex { $0[key] == name }
            switch (change[directive]?.string, position) {
            case ("delete", let position?): result.remove(at: position)
            case ("delete", nil): break
            case ("replace", let position?): result[position] = .object(without(change.object ?? JSONObject()))
            case (_, let position?): result[position] = try apply(change, to: result[position])
            case (_, nil): result.append(try apply(change, to: [:]))
            }
        }
        let named = changes.filter { $0[directive]?.string != "delete" }
        return arranged(result, by: named, before: present, field)
    }

    /// The elements that a patch names come in its order and before those that it adds nothing to, unless they had stood behind them.
    private static func arranged(
        _ merged: [JSONValue],
        by patch: [JSONValue],
        before original: [JSONValue],
        _ field: String
    ) -> [JSONValue] {
        func place(_ element: JSONValue, in list: [JSONValue]) -> Int? {
            list.firstIndex { name($0, field) == name(element, field) }
        }
        let named = merged.filter { place($0, in: patch) != nil }
            .sorted { place($0, in: patch) ?? 0 < place($1, in: patch) ?? 0 }
        var (left, right) = (merged.filter { place($0, in: patch) == nil }[...], named[...])
        var result: [JSONValue] = []
        while let other = left.first, let next = right.first {
            let (first, second) = (place(other, in: original), place(next, in: original))
            if let first, let second, first < second {
                result.append(left.removeFirst())
            } else {
                result.append(right.removeFirst())
            }
        }
        return result + left + right
    }

    /// What an element is known by.
    private static func name(_ element: JSONValue, _ field: String) -> JSONValue {
        guard element.object != nil else { return element }
        return (keys[field] ?? []).lazy.compactMap { element[$0] }.first ?? element
    }

    private static func without(_ members: JSONObject) -> JSONObject {
        JSONObject(members.members.filter { $0.key != directive })
    }

    private static func invalid(_ reason: String) -> LifeboatError {
        LifeboatError(.invalidPatch, "the strategic patch cannot be applied: \(reason)", remedy: "correct the patch")
    }
}
