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
        let index = PlanDraft.index(plan.steps)
        var outside: Set<ObjectKey> = []
        for step in plan.steps where Self.isWritten(step) {
            for owner in step.owners where Self.find(owner, of: step, index) == nil {
                outside.insert(Self.key(owner, step.identity.namespace))
                outside.insert(Self.key(owner, nil))
            }
            for owner in step.owners {
                if let found = Self.find(owner, of: step, index), !Self.isWritten(plan.steps[found]) {
                    outside.insert(plan.steps[found].key)
                }
            }
        }
        return outside
    }

    /// - Parameter livingOwners: uids of objects of the cluster.
    /// - Throws: `policy.invalid` when the rules of order contradict each other.
    package consuming func finish(
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
        leaveOutOwned()
        dropMissingOwners(livingOwners)
        var order = PlanOrder(plan.steps, rules: policy.order)
        for (position, place) in try order.find().enumerated() {
            (plan.steps[position].wave, plan.steps[position].depth) = (place.wave, place.depth)
        }
        plan.isRefused = plan.conflicts.contains { policy.conflict(of: $0.resource.groupResource) == .fail }
        plan.order()
        return plan
    }

    // MARK: Owners

    private static func isWritten(_ step: RestorePlan.Step) -> Bool {
        if case .skip = step.verdict { false } else { true }
    }

    static func key(_ owner: OwnerReference, _ namespace: String?) -> ObjectKey {
        ObjectKey(owner.groupVersionKind.groupKind, namespace: namespace, name: owner.name)
    }

    private static func index(_ steps: [RestorePlan.Step]) -> [ObjectKey: Int] {
        Dictionary(steps.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// An owner is in the same namespace as what it owns, or in none.
    static func find(_ owner: OwnerReference, of step: RestorePlan.Step, _ index: [ObjectKey: Int]) -> Int? {
        index[key(owner, step.identity.namespace)] ?? index[key(owner, nil)]
    }

    /// What belongs to an object that comes again under another name is left to it.
    private mutating func leaveOutOwned() {
        let index = Self.index(plan.steps)
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for position in plan.steps.indices where plan.steps[position].verdict == .create {
                let step = plan.steps[position]
                let isLeftOut = step.owners.contains { owner in
                    guard let found = Self.find(owner, of: step, index),
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

    private mutating func dropMissingOwners(_ living: [ObjectKey: String]) {
        let index = Self.index(plan.steps)
        for position in plan.steps.indices where !plan.steps[position].owners.isEmpty {
            let step = plan.steps[position]
            guard Self.isWritten(step) else { continue }
            for owner in step.owners {
                let isRestored = Self.find(owner, of: step, index).map { Self.isWritten(plan.steps[$0]) } ?? false
                let isLiving =
                    living[Self.key(owner, step.identity.namespace)] != nil || living[Self.key(owner, nil)] != nil
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
