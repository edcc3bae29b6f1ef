package import KubernetesObjects

/// What a restore will do with each object of a snapshot, before it does anything.
package struct RestorePlan: Sendable {
    /// What happens to one object.
    package enum Verdict: Sendable, Equatable {
        case create
        /// The cluster's object is changed at these paths.
        case update(paths: [String])
        case unchanged
        /// The cluster makes it by itself.
        case skip(SkipRule)
        /// The cluster has another content, and the policy leaves it alone.
        case conflict(paths: [String])
        /// The cluster has another content in a field that cannot be changed.
        case needsRecreate(field: String)
        /// Deleted and created again.
        case recreate(paths: [String])
        /// The snapshot does not have it, and deleting such objects was asked for.
        case delete

        /// `create`, `update`, `unchanged`, `skip`, `conflict` or `delete`, as results count them.
        package var name: String {
            switch self {
            case .create: "create"
            case .update, .recreate: "update"
            case .unchanged: "unchanged"
            case .skip: "skip"
            case .conflict, .needsRecreate: "conflict"
            case .delete: "delete"
            }
        }
    }

    /// A kind of the snapshot that the cluster does not serve in any version.
    package struct UnservedKind: Sendable, Equatable {
        package let groupVersionKind: GroupVersionKind
        package let objects: Int
        package let reason: String
        package let remedy: String
    }

    /// An object that cannot be planned, such as one that a patch does not fit.
    package struct Refused: Sendable, Equatable {
        package let identity: ObjectIdentity
        package let error: LifeboatError
    }

    /// In the order in which they are carried out.
    package var steps: [Step] = []
    package var unserved: [UnservedKind] = []
    package var refused: [Refused] = []
    /// Parts of the snapshot that cannot be read, where the rest was asked for.
    package var lost: [RestoreFailure] = []
    /// Uids of objects of the cluster that own restored ones.
    package var ownerUIDs: [ObjectKey: String] = [:]
    package var warnings: [String] = []
    /// The uid of the namespace kube-system, which no two clusters share; empty when it may not be read.
    package var clusterUID = ""
    /// What stands in the way of it.
    package var obstacles: [RestoreObstacle] = []
    /// How long it took to make the plan.
    package var durationSeconds = 0.0
    /// Where the contents of steps come from that do not hold them.
    var contents: PlanContents?
    /// Whether the policy says to stop at the first conflict, and there is one.
    package var isRefused = false

    package init() {}

    package func count(_ name: String) -> Int { steps.count { $0.verdict.name == name } }

    package var skipped: [Step] {
        steps.filter { if case .skip = $0.verdict { true } else { false } }
    }
    package var conflicts: [Step] { steps.filter { $0.verdict.name == "conflict" } }

    package var deletions: [Step] { steps.filter { $0.verdict == .delete } }

    /// The steps of a wave, which stand together, the level of what owns others before that of what is owned; without deletions.
    func steps(of wave: RestoreWave) -> ArraySlice<Step> {
        let end = steps.firstIndex { $0.verdict == .delete } ?? steps.endIndex
        let first = steps[..<end].firstIndex { $0.wave == wave } ?? end
        let last = steps[first..<end].firstIndex { $0.wave != wave } ?? end
        return steps[first..<last]
    }

    /// The step with what is sent.
    func filled(_ step: Step) throws(LifeboatError) -> Step { try contents?.filled(step) ?? step }

    /// Puts the steps in the order in which they are carried out: deletions last, and among them what needs others first.
    mutating func order() {
        func rank(_ step: Step) -> (Int, Int, Int) {
            step.verdict == .delete ? (1, -step.wave.rawValue, 0) : (0, step.wave.rawValue, step.depth)
        }
        steps.sort { left, right in
            rank(left) != rank(right) ? rank(left) < rank(right) : left.identity < right.identity
        }
    }
}
