/// JSON merge patch (RFC 7386).
package enum MergePatch {
    /// Applies `patch`: null removes a member, objects merge, everything else replaces.
    package static func apply(_ patch: JSONValue, to target: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var result = target.object ?? JSONObject()
        for change in changes.members {
            result[change.key] = change.value.isNull ? nil : apply(change.value, to: result[change.key] ?? .null)
        }
        return .object(result)
    }

    /// The smallest merge patch that turns `old` into `new`; nil when they are equal.
    ///
    /// A null that should stay in `new` cannot be expressed; Kubernetes objects carry none that matter.
    package static func difference(from old: JSONValue, to new: JSONValue) -> JSONValue? {
        guard old != new else { return nil }
        guard case .object(let before) = old, case .object(let after) = new else { return new }
        var patch = JSONObject()
        for member in before.members where after[member.key] == nil { patch[member.key] = .null }
        for member in after.members {
            guard let earlier = before[member.key] else {
                patch[member.key] = member.value
                continue
            }
            if let change = difference(from: earlier, to: member.value) { patch[member.key] = change }
        }
        return .object(patch)
    }
}
