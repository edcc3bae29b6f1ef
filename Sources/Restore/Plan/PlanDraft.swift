internal import KubernetesAPI
package import KubernetesObjects
package import Policies

/// A plan in the making: candidates come in, and at the end owners are settled and steps ordered.
package struct PlanDraft: Sendable {
    package var plan = RestorePlan()
    private var unserved: [GroupVersionKind: Int] = [:]

    package init() {}

    package mutating func add(_ candidate: RestorePlanner.Candidate) {
        switch candidate {
        case .step(let step): plan.steps.append(step)
        case .unserved(let kind): unserved[kind, default: 0] += 1
        case .refused(let refused): plan.refused.append(refused)
        case .notSelected: break
        }
    }

    /// Makes the namespaces that objects need and the snapshot does not have.
    package mutating func addMissingNamespaces(_ planner: RestorePlanner) {
        var needed: Set<String> = []
        var present: Set<String> = []
        for step in plan.steps {
            if step.wave == .namespaces {
                present.insert(step.identity.name)
            } else if case .create = step.verdict, let namespace = step.identity.namespace {
                needed.insert(namespace)
            }
        }
        for name in needed.subtracting(present).sorted() {
            if let step = planner.bareNamespace(name) { plan.steps.append(step) }
        }
    }

    /// Owners that no step restores: they have to be looked for in the cluster.
    package func ownersOutside() -> Set<ObjectKey> {
        let index = PlanIndex(plan.steps)
        var outside: Set<ObjectKey> = []
        for step in plan.steps where Self.isWritten(step) {
            for owner in step.owners {
                guard let found = index.position(of: owner, of: step) else {
                    outside.insert(PlanIndex.key(owner, step.identity.namespace))
                    outside.insert(PlanIndex.key(owner, nil))
                    continue
                }
                if !Self.isWritten(plan.steps[found]) { outside.insert(plan.steps[found].key) }
            }
        }
        return outside
    }

    /// Ends the draft, which has nothing left then: a plan is too large to be there twice.
    ///
    /// - Parameter livingOwners: uids of objects of the cluster.
    /// - Throws: `policy.invalid` when the rules of order contradict each other.
    package mutating func finish(
        policy: RestorePolicy,
        livingOwners: [ObjectKey: String]
    ) throws(LifeboatError) -> RestorePlan {
        plan.unserved = unserved.sorted { $0.key.apiVersion + $0.key.kind < $1.key.apiVersion + $1.key.kind }
            .map {
                RestorePlan.UnservedKind(
                    groupVersionKind: $0.key,
                    objects: $0.value,
                    reason: "the cluster does not serve the kind, and the snapshot has no definition of it",
                    remedy: APIConversion.replacement(of: $0.key.groupKind)
                        ?? "restore or install the definition of the kind, then run the restore again"
                )
            }
        plan.ownerUIDs = livingOwners
        let index = PlanIndex(plan.steps)
        leaveOutOwned(index)
        dropMissingOwners(livingOwners, index)
        for (position, place) in try PlanOrder.places(of: plan.steps, index, rules: policy.order).enumerated() {
            (plan.steps[position].wave, plan.steps[position].depth) = (place.wave, place.depth)
        }
        plan.isRefused = plan.conflicts.contains { policy.conflict(of: $0.resource.groupResource) == .fail }
        plan.order()
        defer { plan = RestorePlan() }
        return plan
    }

    // MARK: Owners

    private static func isWritten(_ step: RestorePlan.Step) -> Bool {
        if case .skip = step.verdict { false } else { true }
    }

    /// What belongs to an object that comes again under another name is left to it.
    private mutating func leaveOutOwned(_ index: PlanIndex) {
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for position in plan.steps.indices where plan.steps[position].verdict == .create {
                let step = plan.steps[position]
                let isLeftOut = step.owners.contains { owner in
                    guard let found = index.position(of: owner, of: step),
                        case .skip(let rule) = plan.steps[found].verdict
                    else { return false }
                    return SkipRule.withOwned.contains(rule) || rule == .leftOutOwner
                }
                guard isLeftOut else { continue }
                plan.steps[position].verdict = .skip(.leftOutOwner)
                plan.steps[position].body = []
                hasChanged = true
            }
        }
    }

    private mutating func dropMissingOwners(_ living: [ObjectKey: String], _ index: PlanIndex) {
        for position in plan.steps.indices where !plan.steps[position].owners.isEmpty {
            let step = plan.steps[position]
            guard Self.isWritten(step) else { continue }
            for owner in step.owners {
                let isRestored = index.position(of: owner, of: step).map { Self.isWritten(plan.steps[$0]) } ?? false
                let isLiving =
                    living[PlanIndex.key(owner, step.identity.namespace)] != nil
                    || living[PlanIndex.key(owner, nil)] != nil
                guard !isRestored, !isLiving else { continue }
                plan.steps[position].owners.removeAll { $0 == owner }
                if step.verdict == .create {
                    plan.steps[position].notes.append(
                        "its owner \(owner.groupVersionKind.groupKind) \(owner.name) does not exist: the reference is dropped"
                    )
                }
            }
        }
    }
}
