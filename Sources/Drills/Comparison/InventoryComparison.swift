internal import Backup
internal import KubernetesObjects
internal import Readiness

/// Compares what a snapshot holds with what a rebuilt cluster holds, in memory, so that an altered copy can be compared as well.
struct InventoryComparison: Sendable {
    let snapshot: ObjectInventory
    /// The form in which an object must be there: renamed and patched as the restore does; nil when the restore leaves it out.
    let expected: @Sendable (JSONValue) -> JSONValue?
    private let context: SkipContext

    /// - Throws: when a kind of the snapshot cannot be read.
    init(
        snapshot: ObjectInventory,
        isClusterOlder: Bool = false,
        expected: @escaping @Sendable (JSONValue) -> JSONValue?
    ) throws(UnreadableKind) {
        self.snapshot = snapshot
        self.expected = expected
        var context = SkipContext()
        context.isClusterOlder = isClusterOlder
        for kind in snapshot.kinds {
            for object in try snapshot.objects(kind) {
                if let identity = ObjectIdentity(of: object) { context.note(object, ObjectKey(identity)) }
            }
        }
        self.context = context
    }

    /// Compares all kinds, or only those named.
    func compare(with rebuilt: ObjectInventory, only kinds: Set<GroupKind>? = nil) throws(UnreadableKind)
        -> Completeness
    {
        var result = Completeness()
        for kind in snapshot.kinds.sorted(by: { $0.description < $1.description }) where kinds?.contains(kind) ?? true {
            var counts = Completeness.Kind(kind: kind)
            for object in try snapshot.objects(kind) {
                guard let wanted = expected(object) else { continue }
                try compare(object, wanted, with: rebuilt, &counts, &result)
            }
            if counts.inSnapshot > 0 { result.kinds.append(counts) }
        }
        return result
    }

    /// Whether a rebuild brings the object back itself, so that its content is compared whole.
    func isRestored(_ object: JSONValue, _ key: ObjectKey) -> Bool {
        expected(object) != nil && SkipRule.rule(for: object, key, in: context) == nil
    }

    private func compare(
        _ object: JSONValue,
        _ wanted: JSONValue,
        with rebuilt: ObjectInventory,
        _ counts: inout Completeness.Kind,
        _ result: inout Completeness
    ) throws(UnreadableKind) {
        guard let identity = ObjectIdentity(of: wanted) else { return }
        let key = ObjectKey(identity)
        counts.inSnapshot += 1
        guard let live = try rebuilt.object(key.groupKind, namespace: identity.namespace, name: identity.name) else {
            if let rule = SkipRule.rule(for: object, key, in: context) {
                counts.leftOut += 1
                result.leftOut[rule.reason, default: 0] += 1
            } else {
                let isServed = rebuilt.kinds.contains(key.groupKind)
                let reason = isServed ? "the cluster does not have it" : "the cluster does not serve its kind"
                result.differences.append(
                    Completeness.Difference(identity: identity, paths: [], isMissing: true, reason: reason)
                )
            }
            return
        }
        counts.restored += 1
        let all = LiveDifference.paths(old: wanted, new: live, key, context)
        let dropped = all.filter { $0.explanation == VersionDifference.dropped }.map(\.path)
        if !dropped.isEmpty { result.dropped.append((identity, dropped)) }
        let paths = all.filter { $0.explanation == nil }.map(\.path)
        if paths.isEmpty {
            counts.equal += 1
        } else {
            let reason = "\(paths.count) of its fields differ"
            result.differences.append(
                Completeness.Difference(identity: identity, paths: paths, isMissing: false, reason: reason)
            )
        }
    }
}
