package import KubernetesObjects
package import Policies

/// Compares what is to be restored with what the cluster has under the same name.
package struct ExistingComparison: Sendable {
    package let rule: ConflictRule
    /// Whether fields that only the cluster has count as well.
    package let isExact: Bool

    package init(rule: ConflictRule, isExact: Bool = false) {
        self.rule = rule
        self.isExact = isExact
    }

    package init(_ policy: RestorePolicy, _ resource: GroupResource) {
        self.init(rule: policy.conflict(of: resource), isExact: policy.isUndo)
    }

    /// What is to be done, and the body to send: the whole object or a merge patch.
    package struct Outcome: Sendable {
        package let verdict: RestorePlan.Verdict
        package let body: JSONValue?
    }

    /// The paths at which the cluster lacks or contradicts the wanted object.
    ///
    /// Fields that only the cluster has do not count: they are defaults, or belong to somebody else.
    package static func differences(wanted: JSONValue, existing: JSONValue, _ kind: GroupKind) -> [String] {
        let (new, old) = (ServerOwnedFields.comparable(wanted), ServerOwnedFields.comparable(existing))
        guard new != old else { return [] }
        return ObjectDifference.paths(new, old).filter { path in
            // JSON pointers of our own making always parse.
            guard let pointer = try? JSONPointer(parsing: path), pointer.value(in: new) != nil else { return false }
            guard !isEmpty(pointer.value(in: new)) || pointer.value(in: old) != nil else { return false }
            // The objects of a typed list carry neither apiVersion nor kind.
            return path != "/apiVersion" && path != "/kind" && !isExplained(path, kind, new, old)
        }
    }

    /// An address or port of a Service that is still wanted after scrubbing was written by a user, so nothing explains another one.
    private static func isExplained(_ path: String, _ kind: GroupKind, _ new: JSONValue, _ old: JSONValue) -> Bool {
        if kind.group.isEmpty, kind.kind == "Service", !path.hasPrefix("/spec/ipFamil") { return false }
        return ExplainedDifference.reason(at: path, of: kind, old: new, new: old) != nil
    }

    /// An empty map or list and an absent one mean the same.
    private static func isEmpty(_ value: JSONValue?) -> Bool {
        switch value {
        case .object(let object): object.isEmpty
        case .array(let elements): elements.isEmpty
        case .null: true
        default: false
        }
    }

    /// Every path at which the two differ, but for what the API server writes.
    private static func exactDifferences(_ wanted: JSONValue, _ existing: JSONValue) -> [String] {
        ObjectDifference.paths(ServerOwnedFields.comparable(wanted), ServerOwnedFields.comparable(existing))
            .filter { $0 != "/apiVersion" && $0 != "/kind" }
    }

    package func verdict(wanted: JSONValue, existing: JSONValue, _ key: ObjectKey) -> Outcome {
        if isExact {
            let paths = Self.exactDifferences(wanted, existing)
            guard !paths.isEmpty else { return Outcome(verdict: .unchanged, body: nil) }
            // What was recreated is recreated once more to be what it was.
            let isFixed = ImmutableFields.first(in: paths, of: key.groupKind, existing: existing) != nil
            return Outcome(verdict: isFixed ? .recreate(paths: paths) : .update(paths: paths), body: wanted)
        }
        let wanted = ResealedSecret.comparable(wanted, existing)
        if Self.isMerged(key.groupKind) {
            return merged(wanted, existing, key)
        }
        let paths = Self.differences(wanted: wanted, existing: existing, key.groupKind)
        guard !paths.isEmpty else { return Outcome(verdict: .unchanged, body: nil) }
        if rule == .skip || rule == .fail { return Outcome(verdict: .conflict(paths: paths), body: nil) }
        if rule == .recreate { return Outcome(verdict: .recreate(paths: paths), body: wanted) }
        if let field = ImmutableFields.first(in: paths, of: key.groupKind, existing: existing) {
            return Outcome(verdict: .needsRecreate(field: field), body: nil)
        }
        switch rule {
        case .merge: return Outcome(verdict: .update(paths: paths), body: Self.additions(wanted, to: existing))
        case .replace:
            let body = RetainedFields.added(to: wanted, from: existing, key.groupKind)
            return Outcome(verdict: .update(paths: paths), body: body)
        default: return Outcome(verdict: .update(paths: paths), body: wanted)
        }
    }

    static func isMerged(_ kind: GroupKind) -> Bool {
        kind.group.isEmpty && ["Namespace", "ServiceAccount"].contains(kind.kind)
    }

    /// Namespaces and service accounts exist before anything is restored into them, so they are always merged: what is missing is
    /// added, and what differs is set only when the policy says so.
    private func merged(_ wanted: JSONValue, _ existing: JSONValue, _ key: ObjectKey) -> Outcome {
        let mayOverwrite = [.merge, .apply, .replace, .recreate].contains(rule)
        var patch: JSONValue = [:]
        var paths: [String] = []
        for map in ["labels", "annotations"] {
            for member in wanted["metadata", map]?.object?.members ?? [] {
                let present = existing["metadata", map, member.key]
                guard present == nil || mayOverwrite && present != member.value else { continue }
                patch["metadata", map, member.key] = member.value
                paths.append(JSONPointer(["metadata", map, member.key]).description)
            }
        }
        for list in ["imagePullSecrets", "secrets"] {
            let present = existing[list]?.array ?? []
            let missing = (wanted[list]?.array ?? []).filter { !present.contains($0) }
            guard !missing.isEmpty else { continue }
            patch[list] = .array(present + missing)
            paths.append("/\(list)")
        }
        if let mounts = wanted["automountServiceAccountToken"], existing["automountServiceAccountToken"] != mounts {
            patch["automountServiceAccountToken"] = mounts
            paths.append("/automountServiceAccountToken")
        }
        guard !paths.isEmpty else { return Outcome(verdict: .unchanged, body: nil) }
        return Outcome(verdict: .update(paths: paths), body: patch)
    }

    /// A merge patch with everything that `wanted` says, and without removing what it does not say.
    static func additions(_ wanted: JSONValue, to existing: JSONValue) -> JSONValue {
        var wanted = wanted
        // Owners of the old cluster's uids are linked when they are known, by the create only.
        wanted["metadata", "ownerReferences"] = nil
        for member in ["apiVersion", "kind"] { wanted[member] = nil }
        return changes(wanted, existing) ?? [:]
    }

    private static func changes(_ wanted: JSONValue, _ existing: JSONValue?) -> JSONValue? {
        guard wanted != existing else { return nil }
        guard case .object(let members) = wanted, case .object(let present) = existing else { return wanted }
        var patch = JSONObject()
        for member in members.members {
            if let change = changes(member.value, present[member.key]) { patch[member.key] = change }
        }
        return patch.isEmpty ? nil : .object(patch)
    }
}
