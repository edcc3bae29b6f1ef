import KubernetesObjects

/// A set of fields of an object, as `fieldsV1` of managedFields writes it.
///
/// A key is `f:NAME` (a member), `k:{…}` (the element of a list that has these keys) or `v:…` (a scalar of a set).
struct FieldTree: Equatable, Sendable {
    /// Whether the place itself belongs to the set (`.` when it has children too).
    var isOwned = false
    var children: [String: FieldTree] = [:]

    var isEmpty: Bool { !isOwned && children.isEmpty }

    init(isOwned: Bool = false, children: [String: FieldTree] = [:]) {
        self.isOwned = isOwned
        self.children = children
    }

    /// Reads `fieldsV1`.
    init(fieldsV1: JSONValue) {
        let members = fieldsV1.object?.members ?? []
        isOwned = members.isEmpty || members.contains { $0.key == "." }
        for member in members where member.key != "." { children[member.key] = FieldTree(fieldsV1: member.value) }
    }

    /// The whole set, whose root is no field.
    init(root fieldsV1: JSONValue) {
        self.init(fieldsV1: fieldsV1)
        isOwned = false
    }

    var fieldsV1: JSONValue {
        var members: [JSONObject.Member] = []
        if isOwned, !children.isEmpty { members.append(JSONObject.Member(key: ".", value: .object(JSONObject()))) }
        for (key, child) in children.sorted(by: { $0.key < $1.key }) {
            members.append(JSONObject.Member(key: key, value: child.fieldsV1))
        }
        return .object(JSONObject(members))
    }

    func union(_ other: FieldTree) -> FieldTree {
        FieldTree(isOwned: isOwned || other.isOwned, children: children.merging(other.children) { $0.union($1) })
    }

    func subtracting(_ other: FieldTree) -> FieldTree {
        var result = FieldTree(isOwned: isOwned && !other.isOwned)
        for (key, child) in children {
            let rest = other.children[key].map(child.subtracting) ?? child
            if !rest.isEmpty { result.children[key] = rest }
        }
        return result
    }

    func intersection(_ other: FieldTree) -> FieldTree {
        var result = FieldTree(isOwned: isOwned && other.isOwned)
        for (key, child) in children {
            guard let common = other.children[key].map(child.intersection), !common.isEmpty else { continue }
            result.children[key] = common
        }
        return result
    }

    /// The paths of the fields, as messages name them: `.spec.containers[name="web"].image`.
    var paths: [String] {
        var paths: [String] = []
        collect("", into: &paths)
        return paths.sorted()
    }

    private func collect(_ prefix: String, into paths: inout [String]) {
        if isOwned { paths.append(prefix) }
        for (key, child) in children { child.collect(prefix + Self.text(key), into: &paths) }
    }

    private static func text(_ key: String) -> String {
        let rest = String(key.dropFirst(2))
        switch key.prefix(2) {
        case "k:":
            let members = (try? JSONValue(parsing: rest))?.object?.members ?? []
            let parts = members.map { "\($0.key)=\(String(decoding: $0.value.encoded(), as: UTF8.self))" }
            return "[" + parts.joined(separator: ",") + "]"
        case "v:": return "[=\(rest)]"
        default: return ".\(rest)"
        }
    }
}

extension FieldTree {
    /// All fields of a value. `ownsMaps` puts the maps themselves into the set, as an Update does it and an Apply not.
    init(of value: JSONValue, _ schema: MergeSchema, ownsMaps: Bool) {
        switch value {
        case .object(let object) where !object.isEmpty && !schema.isAtomicMap:
            isOwned = ownsMaps && !Self.isStructure(schema)
            for member in object.members where !member.value.isNull {
                children["f:" + member.key] = FieldTree(of: member.value, schema.member(member.key), ownsMaps: ownsMaps)
            }
        case .array(let elements) where !elements.isEmpty:
            guard let keys = ListElements.keys(elements, schema) else {
                isOwned = true
                return
            }
            isOwned = ownsMaps
            for (key, element) in zip(keys, elements) {
                var child =
                    schema.list == .set
                    ? FieldTree(isOwned: true) : FieldTree(of: element, schema.element, ownsMaps: ownsMaps)
                child.isOwned = true
                children[key] = child
            }
        default: isOwned = true
        }
    }

    /// Parts that every object of a kind has, which therefore no manager adds.
    private static func isStructure(_ schema: MergeSchema) -> Bool {
        switch schema {
        case .builtIn(let path): path.last.map(["metadata", "spec", "status", "strategy", "template"].contains) ?? true
        case .customRoot: true
        case .custom: false
        }
    }

    /// What differs between two values: the fields that `new` adds or changes, and those that it no longer has.
    static func difference(
        _ old: JSONValue,
        _ new: JSONValue,
        _ schema: MergeSchema
    ) -> (changed: FieldTree, removed: FieldTree) {
        guard old != new else { return (FieldTree(), FieldTree()) }
        switch (old, new) {
        case (.object(let before), .object(let after)) where !schema.isAtomicMap && !before.isEmpty && !after.isEmpty:
            return compare(
                before.members.filter { !$0.value.isNull }.map { ("f:" + $0.key, $0.value, schema.member($0.key)) },
                after.members.filter { !$0.value.isNull }.map { ("f:" + $0.key, $0.value, schema.member($0.key)) }
            )
        case (.array(let before), .array(let after)) where !before.isEmpty && !after.isEmpty:
            guard let oldKeys = ListElements.keys(before, schema), let newKeys = ListElements.keys(after, schema) else {
                break
            }
            return compare(
                zip(oldKeys, before).map { ($0, $1, schema.element) },
                zip(newKeys, after).map { ($0, $1, schema.element) }
            )
        default: break
        }
        return (FieldTree(of: new, schema, ownsMaps: true), FieldTree())
    }

    private static func compare(
        _ old: [(key: String, value: JSONValue, schema: MergeSchema)],
        _ new: [(key: String, value: JSONValue, schema: MergeSchema)]
    ) -> (FieldTree, FieldTree) {
        var (changed, removed) = (FieldTree(), FieldTree())
        let before = Dictionary(old.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        let after = Set(new.map(\.key))
        for (key, value, schema) in new {
            guard let earlier = before[key] else {
                var added = FieldTree(of: value, schema, ownsMaps: true)
                if key.hasPrefix("k:") { added.isOwned = true }
                changed.children[key] = added
                continue
            }
            let (more, less) = difference(earlier, value, schema)
            if !more.isEmpty { changed.children[key] = more }
            if !less.isEmpty { removed.children[key] = less }
        }
        for (key, value, schema) in old where !after.contains(key) {
            var tree = FieldTree(of: value, schema, ownsMaps: true)
            tree.isOwned = true
            removed.children[key] = tree
        }
        return (changed, removed)
    }
}
