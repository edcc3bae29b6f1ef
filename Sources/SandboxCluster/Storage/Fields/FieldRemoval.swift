import KubernetesObjects

/// Takes the fields out of an object that a manager no longer applies and that no one else wants.
enum FieldRemoval {
    /// The value without the fields of `dropped`, but with all of `keeping`; nil when nothing of it is left.
    static func remove(
        _ dropped: FieldTree,
        keeping: FieldTree?,
        from value: JSONValue,
        _ schema: MergeSchema
    ) -> JSONValue? {
        switch value {
        case .object(let object) where !schema.isAtomicMap:
            var members: [JSONObject.Member] = []
            for member in object.members {
                let key = "f:" + member.key
                guard
                    let rest = rest(
                        dropped.children[key],
                        keeping?.children[key],
                        member.value,
                        schema.member(member.key)
                    )
                else { continue }
                members.append(JSONObject.Member(key: member.key, value: rest))
            }
            return members.isEmpty && !object.isEmpty ? nil : .object(JSONObject(members))
        case .array(let elements):
            guard let keys = ListElements.keys(elements, schema) else { return value }
            let kept = zip(keys, elements).compactMap { key, element in
                rest(dropped.children[key], keeping?.children[key], element, schema.element)
            }
            return kept.isEmpty && !elements.isEmpty ? nil : .array(kept)
        default: return value
        }
    }

    private static func rest(
        _ dropped: FieldTree?,
        _ keeping: FieldTree?,
        _ value: JSONValue,
        _ schema: MergeSchema
    ) -> JSONValue? {
        guard let dropped else { return value }
        if dropped.isOwned, keeping == nil { return nil }
        return remove(dropped, keeping: keeping, from: value, schema)
    }
}
