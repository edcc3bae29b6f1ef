import KubernetesObjects

/// The names that the elements of an associative list have in field sets.
enum ListElements {
    /// One key for each element; nil when the list is replaced as a whole.
    static func keys(_ elements: [JSONValue], _ schema: MergeSchema) -> [String]? {
        switch schema.list {
        case .atomic: return nil
        case .set: return elements.map { "v:" + String(decoding: $0.encoded(sortedKeys: true), as: UTF8.self) }
        case .map(let names):
            var keys: [String] = []
            for element in elements {
                guard let key = key(element, names, schema) else { return nil }
                keys.append(key)
            }
            return keys
        }
    }

    private static func key(_ element: JSONValue, _ names: [String], _ schema: MergeSchema) -> String? {
        guard let object = element.object else { return nil }
        let members = names.sorted().compactMap { name in
            (object[name] ?? schema.keyDefault(name)).map { JSONObject.Member(key: name, value: $0) }
        }
        guard !members.isEmpty else { return nil }
        return "k:" + String(decoding: JSONValue.object(JSONObject(members)).encoded(), as: UTF8.self)
    }
}
