import KubernetesObjects

/// Where the steps are that others name as their owners or refer to; most steps of a plan are named by none.
struct PlanIndex: Sendable {
    private let positions: [ObjectKey: Int]

    init(_ steps: [RestorePlan.Step]) {
        var named = Self.owners(of: steps)
        for step in steps { named.formUnion(step.references) }
        var positions: [ObjectKey: Int] = [:]
        if !named.isEmpty {
            for (position, step) in steps.enumerated() {
                let key = step.key
                if named.contains(key), positions[key] == nil { positions[key] = position }
            }
        }
        self.positions = positions
    }

    subscript(key: ObjectKey) -> Int? { positions[key] }

    /// An owner is in the same namespace as what it owns, or in none.
    func position(of owner: OwnerReference, of step: RestorePlan.Step) -> Int? {
        let identity = step.identity
        return positions[Self.key(owner, identity.namespace)] ?? positions[Self.key(owner, nil)]
    }

    static func key(_ owner: OwnerReference, _ namespace: String?) -> ObjectKey {
        ObjectKey(owner.groupVersionKind.groupKind, namespace: namespace, name: owner.name)
    }

    /// The objects whose uids others need, each as it is named in its namespace and in none.
    static func owners(of steps: [RestorePlan.Step]) -> Set<ObjectKey> {
        var keys: Set<ObjectKey> = []
        for step in steps {
            for owner in step.owners {
                keys.insert(key(owner, step.identity.namespace))
                keys.insert(key(owner, nil))
            }
        }
        return keys
    }
}
