/// Why a field may differ because another API server wrote it: one that spells numbers and empty lists in its own way, or an older one.
package enum VersionDifference {
    /// The reason of every field that an older Kubernetes dropped.
    package static let dropped = "the cluster's Kubernetes is older than the snapshot's and has no such field"

    /// The reason for a difference at `path`; nil when no version explains it.
    package static func reason(
        at path: String,
        of kind: GroupKind,
        old: JSONValue,
        new: JSONValue,
        _ context: SkipContext
    ) -> String? {
        guard let pointer = try? JSONPointer(parsing: path) else { return nil }
        let (before, after) = (pointer.value(in: old), pointer.value(in: new))
        if let first = before?.double, let second = after?.double, first == second {
            return "the API server writes the same number in its own way"
        }
        // Types that are compiled into the API server leave empty fields out (Go's omitempty); custom resources keep them.
        guard kind.isBuiltIn else { return nil }
        if isLeftOut(before, after, pointer) { return "the API server leaves empty fields out" }
        // A server drops unknown fields of its own types silently before 1.25, and with a warning since.
        if context.isClusterOlder, before != nil, after == nil, isContent(path) { return dropped }
        return nil
    }

    /// Maps from string to string. An empty one says nothing, while an empty structure does: `emptyDir: {}`, `podSelector: {}`.
    private static let maps: Set<String> = [
        "parameters", "nodeSelector", "labels", "annotations", "matchLabels", "data", "binaryData", "stringData",
        "limits",
        "requests",
    ]

    private static func isLeftOut(_ before: JSONValue?, _ after: JSONValue?, _ path: JSONPointer) -> Bool {
        // An element of a list counts even when it is empty: a network policy with one empty rule allows everything.
        guard let field = path.tokens.last, Int(field) == nil else { return false }
        return isEmpty(before, field) && isEmpty(after, field)
    }

    private static func isEmpty(_ value: JSONValue?, _ field: String) -> Bool {
        switch value {
        case nil, .null: true
        case .array(let elements): elements.isEmpty
        case .object(let object): object.isEmpty && maps.contains(field)
        case .string(let text): text.isEmpty
        default: false
        }
    }

    /// Whether the field may be unknown to a release: metadata and the data of ConfigMaps and Secrets are as old as Kubernetes.
    private static func isContent(_ path: String) -> Bool {
        !path.hasPrefix("/metadata") && !path.hasPrefix("/data") && !path.hasPrefix("/stringData")
    }
}
