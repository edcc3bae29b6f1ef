internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies

/// Decides on each object. Pure: everything that it needs comes in.
struct RestorePlanner {
    let policy: RestorePolicy
    let discovery: Discovery
    let rules: RebuildRules
    let transform: RestoreTransform
    /// Kinds whose definitions are restored by this plan, so that the target will serve them.
    let definedKinds: Set<GroupKind>
    let existing: [OwnerKey: JSONValue]

    /// The step for one object of the snapshot.
    func step(_ object: JSONValue, resource: GroupResource) -> RestoreStep {
        let kind = GroupVersionKind(apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? "")
        let wave = RestoreOrder.wave(of: kind.groupKind)
        func decided(_ object: JSONValue, _ verdict: Verdict, sends: Bool = false, existing: JSONValue? = nil)
            -> RestoreStep
        {
            let identity =
                ObjectIdentity(of: object)
                ?? ObjectIdentity(
                    groupVersionKind: kind,
                    namespace: nil,
                    name: object["metadata", "name"]?.string ?? ""
                )
            let hasOwners = object["metadata", "ownerReferences"]?.array?.isEmpty == false
            return RestoreStep(
                identity: identity,
                verdict: verdict,
                wave: wave,
                depth: 0,
                body: sends && !hasOwners && existing == nil ? object.encoded() : nil,
                object: sends && (hasOwners || existing != nil) ? object : nil,
                existing: existing,
                status: sends && policy.includesStatus(of: resource) ? status(of: object) : nil
            )
        }
        if let skip = rules.skip(object) { return decided(object, .skip(rule: skip.rule, reason: skip.reason)) }
        guard let version = servedVersion(kind) else {
            return decided(
                object,
                .skip(
                    rule: "kind-not-served",
                    reason: "the target does not serve \(kind), nor is its definition in the snapshot (C91)"
                )
            )
        }
        var desired: JSONValue
        do {
            desired = try transform.apply(to: object, resource: resource)
        } catch {
            return decided(object, .skip(rule: "patch-failed", reason: error.message))
        }
        desired["apiVersion"] = .string(version)
        guard let identity = ObjectIdentity(of: desired) else {
            return decided(object, .skip(rule: "no-identity", reason: "the object has no name"))
        }
        guard let present = existing[OwnerKey(identity)] else { return decided(desired, .create, sends: true) }
        let (verdict, merged) = verdict(desired, present)
        if case .update = verdict { return decided(merged, verdict, sends: true, existing: present) }
        return decided(desired, verdict)
    }

    private func status(of object: JSONValue) -> JSONValue? { object["status"] }

    /// The apiVersion to send: the snapshot's where it is served, else another served one of the same group and kind (C111).
    private func servedVersion(_ kind: GroupVersionKind) -> String? {
        if discovery.resource(for: kind) != nil || definedKinds.contains(kind.groupKind) { return kind.apiVersion }
        return discovery.resources(for: kind.groupKind).first?.groupVersionKind.apiVersion
    }

    /// What to do with an object that exists, and what to send for it.
    private func verdict(_ desired: JSONValue, _ present: JSONValue) -> (Verdict, JSONValue) {
        switch desired["kind"]?.string {
        case "Namespace", "ServiceAccount":
            // Both are made by the cluster itself, so what is missing is added and nothing is a conflict (C65, C100).
            let merged = adding(desired, to: present)
            let paths = ObjectDifference.paths(present, merged)
            return (paths.isEmpty ? .unchanged : .update(.merge, paths: paths), merged)
        default: break
        }
        let (left, right) = (ObjectScrubber.comparable(present), ObjectScrubber.comparable(desired))
        guard left != right else { return (.unchanged, desired) }
        let paths = ObjectDifference.paths(left, right)
        switch policy.conflict {
        case .skip, .fail: return (.conflict(paths: paths), desired)
        case .merge: return (.update(.merge, paths: paths), desired)
        case .apply: return (.update(.apply, paths: paths), desired)
        case .replace: return (.update(.replace, paths: paths), desired)
        case .recreate: return (.update(.recreate, paths: paths), desired)
        }
    }

    /// The present object with the labels, annotations and secrets of the desired one added.
    private func adding(_ desired: JSONValue, to present: JSONValue) -> JSONValue {
        var merged = present
        for map in ["labels", "annotations"] {
            for member in desired["metadata", map]?.object?.members ?? []
            where merged["metadata", map, member.key] == nil {
                merged["metadata", map, member.key] = member.value
            }
        }
        for list in ["secrets", "imagePullSecrets"] {
            let there = merged[list]?.array ?? []
            let missing = (desired[list]?.array ?? []).filter { !there.contains($0) }
            if !missing.isEmpty { merged[list] = .array(there + missing) }
        }
        return merged
    }
}
