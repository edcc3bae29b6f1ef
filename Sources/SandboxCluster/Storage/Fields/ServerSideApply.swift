import KubernetesObjects

/// Server-side apply: merges what a manager wants into an object and keeps who owns which field.
///
/// https://kubernetes.io/docs/reference/using-api/server-side-apply/
struct ServerSideApply: Sendable {
    let resource: ServedResource
    let schema: MergeSchema
    let manager: String
    let isForced: Bool
    var subresource = ""
    let now: Timestamp

    /// The object after the apply, with its managedFields; `live` is nil when there is none yet.
    ///
    /// - Throws: 409 with a cause for each field that another manager owns with another value.
    func apply(_ configuration: JSONValue, to live: JSONValue?) throws(StatusError) -> JSONValue {
        var wanted = ManagedFields.owned(configuration)
        if resource.hasStatus, subresource != "status" { wanted["status"] = nil }
        wanted = Self.withoutNulls(wanted)
        var entries = live.map(ManagedFields.entries) ?? []
        var own = ManagedFieldsEntry(
            manager: manager,
            operation: "Apply",
            apiVersion: resource.groupVersion,
            subresource: subresource,
            time: now.description
        )
        let index = entries.firstIndex { $0.isSame(as: own) }
        let previous = index.map { entries[$0] }
        if let index { entries.remove(at: index) }

        own.fields = FieldTree(of: wanted, schema, ownsMaps: false)
        own.fields.isOwned = false
        let before = live.map(ManagedFields.owned) ?? .object(JSONObject())
        let merged = Self.merge(wanted, into: before, schema)
        let changed = FieldTree.difference(before, merged, schema).changed.intersection(own.fields)
        try resolve(changed, &entries)

        var result = merged
        if let previous {
            var others = own.fields
            for entry in entries { others = others.union(entry.fields) }
            let dropped = previous.fields.subtracting(own.fields)
            result = FieldRemoval.remove(dropped, keeping: others, from: merged, schema) ?? .object(JSONObject())
            let removed = FieldTree.difference(merged, result, schema).removed
            for index in entries.indices { entries[index].fields = entries[index].fields.subtracting(removed) }
            if previous.fields == own.fields, previous.apiVersion == own.apiVersion, result == before {
                own.time = previous.time
            }
        }
        entries.append(own)
        return assemble(result, configuration, live, entries)
    }

    /// Puts back the members that no manager owns.
    private func assemble(
        _ result: JSONValue,
        _ configuration: JSONValue,
        _ live: JSONValue?,
        _ entries: [ManagedFieldsEntry]
    ) -> JSONValue {
        let source = live ?? configuration
        var object = JSONObject()
        object["kind"] = source["kind"]
        object["apiVersion"] = source["apiVersion"]
        var metadata = source["metadata"]?.object ?? JSONObject()
        let owned = ManagedFields.owned(source)["metadata"]?.object ?? JSONObject()
        for member in owned.members { metadata[member.key] = nil }
        for member in result["metadata"]?.object?.members ?? [] { metadata[member.key] = member.value }
        object["metadata"] = .object(metadata)
        for member in result.object?.members ?? [] where member.key != "metadata" { object[member.key] = member.value }
        var value = JSONValue.object(object)
        ManagedFields.set(entries, on: &value)
        return value
    }

    private func resolve(_ changed: FieldTree, _ entries: inout [ManagedFieldsEntry]) throws(StatusError) {
        var conflicts: [(manager: String, path: String)] = []
        for index in entries.indices {
            let common = entries[index].fields.intersection(changed)
            guard !common.isEmpty else { continue }
            if isForced {
                entries[index].fields = entries[index].fields.subtracting(common)
            } else {
                let text = Self.description(entries[index])
                conflicts.append(contentsOf: common.paths.map { (text, $0) })
            }
        }
        guard !conflicts.isEmpty else { return }
        throw Self.conflict(conflicts)
    }

    private static func description(_ entry: ManagedFieldsEntry) -> String {
        let subresource = entry.subresource.isEmpty ? "" : " with subresource \"\(entry.subresource)\""
        let version = entry.operation == "Update" ? " using \(entry.apiVersion)" : ""
        return "conflict with \"\(entry.manager)\"\(subresource)\(version)"
    }

    private static func conflict(_ conflicts: [(manager: String, path: String)]) -> StatusError {
        var groups: [(manager: String, paths: [String])] = []
        for conflict in conflicts {
            if groups.last?.manager == conflict.manager {
                groups[groups.count - 1].paths.append(conflict.path)
            } else {
                groups.append((conflict.manager, [conflict.path]))
            }
        }
        let isSingle = conflicts.count == 1
        let lines = groups.map { group in
            group.paths.count == 1
                ? "\(group.manager): \(group.paths[0])"
                : "conflicts" + group.manager.dropFirst("conflict".count) + ":\n"
                    + group.paths.map { "- \($0)" }.joined(separator: "\n")
        }
        return StatusError(
            code: 409,
            reason: "Conflict",
            message: "Apply failed with \(conflicts.count) conflict\(isSingle ? "" : "s"): "
                + lines.joined(separator: "\n"),
            causes: conflicts.map {
                StatusError.Cause(reason: "FieldManagerConflict", message: $0.manager, field: $0.path)
            }
        )
    }

    /// A null in a configuration means that the manager has no wish.
    private static func withoutNulls(_ value: JSONValue) -> JSONValue {
        guard case .object(let object) = value else { return value }
        return .object(
            JSONObject(
                object.members.compactMap { member in
                    member.value.isNull
                        ? nil : JSONObject.Member(key: member.key, value: withoutNulls(member.value))
                }
            )
        )
    }

    /// The live value with all that is wanted; lists by keys keep their order, new elements go to the end.
    static func merge(_ wanted: JSONValue, into live: JSONValue, _ schema: MergeSchema) -> JSONValue {
        switch (wanted, live) {
        case (.object(let wish), .object(var object)) where !schema.isAtomicMap:
            for member in wish.members {
                object[member.key] =
                    object[member.key].map { merge(member.value, into: $0, schema.member(member.key)) } ?? member.value
            }
            return .object(object)
        case (.array(let wish), .array(var elements)):
            guard let wishKeys = ListElements.keys(wish, schema), let keys = ListElements.keys(elements, schema) else {
                return wanted
            }
            var places = Dictionary(zip(keys, elements.indices), uniquingKeysWith: { first, _ in first })
            for (key, element) in zip(wishKeys, wish) {
                if let place = places[key] {
                    elements[place] = merge(element, into: elements[place], schema.element)
                } else {
                    places[key] = elements.count
                    elements.append(element)
                }
            }
            return .array(elements)
        default: return wanted
        }
    }
}
