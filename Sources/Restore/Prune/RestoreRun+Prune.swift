internal import Archive
internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies

extension RestoreRun {
    /// - Parameter entries: all of the snapshot.
    func pruneScope(_ entries: [SnapshotEntry], _ draft: PlanDraft) throws(LifeboatError) -> PruneScope? {
        guard policy.prune != .none, !policy.isUndo else { return nil }
        return try PruneScope(
            reader.details,
            policy,
            snapshot: entries.map { ObjectKey($0.identity) },
            planned: draft.plan.steps.map(\.key)
        )
    }

    /// The served resources of which objects can be extra.
    func prunedResources(_ planner: RestorePlanner) -> [APIResource] {
        guard let scope = planner.pruneScope else { return [] }
        return planner.kinds.served.filter {
            $0.verbs.contains("list") && $0.verbs.contains("delete")
                && scope.includes($0.groupResource, isNamespaced: $0.isNamespaced)
        }
    }

    /// What happens to an object of the cluster that the plan does not have; nil when it stays without a word.
    func extraStep(
        _ page: ListPage,
        _ item: ListPage.Item,
        _ key: ObjectKey,
        _ resource: APIResource,
        _ planner: RestorePlanner
    ) throws -> RestorePlan.Step? {
        guard let scope = planner.pruneScope,
            scope.includes(resource.groupResource, isNamespaced: resource.isNamespaced)
        else { return nil }
        let object = try JSONValue(parsing: page.bytes.span, range: item.range, leavesOutManagedFields: true)
        guard let verdict = scope.verdict(object, key, resource.groupResource, planner.context) else { return nil }
        let identity = ObjectIdentity(
            groupVersionKind: resource.groupVersionKind,
            namespace: item.namespace,
            name: item.name
        )
        let wave = RestoreWave.wave(of: key.groupKind)
        var step = RestorePlan.Step(identity: identity, resource: resource, wave: wave, verdict: verdict)
        step.existing = RestorePlan.ExistingObject(uid: item.uid, resourceVersion: item.resourceVersion)
        return step
    }

    /// Puts the objects that a restore had created into the plan of its undo. Those that are not there any more are taken out again
    /// when the cluster is looked at.
    func addDeletions(_ entries: [SnapshotEntry], _ draft: inout PlanDraft, _ kinds: TargetKinds) throws {
        guard policy.isUndo else { return }
        for entry in entries where entry.resource.groupResource == RestoreRecord.resource {
            for identity in RestoreRecord(of: try reader.object(entry)).created {
                guard let resource = kinds.resource(for: identity.groupVersionKind) else { continue }
                let key = ObjectKey(identity)
                let verdict =
                    policy.prune == .none
                    ? RestorePlan.Verdict.skip(.createdByRestore) : PruneScope.verdict(key, policy.prune)
                draft.plan.steps.append(
                    RestorePlan.Step(
                        identity: identity,
                        resource: resource,
                        wave: RestoreWave.wave(of: key.groupKind),
                        verdict: verdict
                    )
                )
            }
        }
    }
}
