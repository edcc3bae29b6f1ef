internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies

/// The order of a plan's steps as a graph: waves by kind, within them owners and what specs refer to first, and the user's rules on top.
/// Steps of one place go in parallel. Pure.
struct PlanOrder {
    struct Place: Comparable {
        var wave: RestoreWave
        var depth: Int

        static func < (left: Place, right: Place) -> Bool { (left.wave, left.depth) < (right.wave, right.depth) }
    }

    private let steps: [RestorePlan.Step]
    private let rules: [OrderRule]
    private let index: PlanIndex
    private var places: [Place]
    /// What each step comes after, without the references that would make a circle.
    private var before: [Int: [Int]] = [:]
    /// Steps that come after others, each after those.
    private var sequence: [Int] = []
    private var isVisited: [Bool]

    private init(_ steps: [RestorePlan.Step], _ index: PlanIndex, _ rules: [OrderRule]) {
        self.steps = steps
        self.rules = rules
        self.index = index
        places = steps.map { Place(wave: $0.wave, depth: 0) }
        isVisited = [Bool](repeating: false, count: steps.count)
    }

    /// The place of each step.
    ///
    /// - Throws: `policy.invalid` when the rules contradict each other or the owners.
    static func places(
        of steps: [RestorePlan.Step],
        _ index: PlanIndex,
        rules: [OrderRule]
    ) throws(LifeboatError) -> [Place] {
        var order = PlanOrder(steps, index, rules)
        return try order.find()
    }

    private mutating func find() throws(LifeboatError) -> [Place] {
        for position in steps.indices { visit(position, []) }
        propagate()
        // Each round settles at least one rule for good, if they can be settled at all.
        for _ in 0...rules.count {
            guard applyRules() else { return places }
            propagate()
        }
        throw LifeboatError(
            .policyInvalid,
            "the rules of order contradict each other, so that no order fulfils them all",
            remedy: "look for resources that come before and after each other in “order” of the restore policy"
        )
    }

    private mutating func visit(_ position: Int, _ path: Set<Int>) {
        let step = steps[position]
        guard !isVisited[position], !step.owners.isEmpty || !step.references.isEmpty else { return }
        isVisited[position] = true
        let path = path.union([position])
        var found: [Int] = []
        for owner in step.owners {
            if let owner = index.position(of: owner, of: step), !path.contains(owner) { found.append(owner) }
        }
        for reference in step.references {
            // What comes in a later wave for good reasons does not come earlier for a reference.
            guard let other = index[reference], !path.contains(other), steps[other].wave <= step.wave else { continue }
            found.append(other)
        }
        for other in found { visit(other, path) }
        guard !found.isEmpty else { return }
        before[position] = found
        sequence.append(position)
    }

    private mutating func propagate() {
        for position in sequence {
            for other in before[position] ?? [] { move(position, after: places[other]) }
        }
    }

    @discardableResult
    private mutating func move(_ position: Int, after place: Place) -> Bool {
        guard places[position] <= place else { return false }
        places[position] = Place(wave: place.wave, depth: place.depth + 1)
        return true
    }

    /// - Returns: whether a step was moved.
    private mutating func applyRules() -> Bool {
        var hasMoved = false
        for rule in rules {
            let first = steps.indices.filter { matches(rule.first, $0) }
            guard let last = first.map({ places[$0] }).max() else { continue }
            let excluded = Set(first)
            for position in steps.indices where matches(rule.then, position) && !excluded.contains(position) {
                if move(position, after: last) { hasMoved = true }
            }
        }
        return hasMoved
    }

    private func matches(_ patterns: [NamePattern], _ position: Int) -> Bool {
        RestoreState.isSent(steps[position]) && patterns.matches("\(steps[position].resource.groupResource)")
    }
}
