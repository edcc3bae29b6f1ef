internal import Synchronization

/// The steps of a plan while several tasks decide on them: each is changed where it is, because there are many.
final class SharedSteps: Sendable {
    private let steps: Mutex<[RestorePlan.Step]>

    /// Leaves nothing behind, so that there are not two of each.
    init(taking steps: inout [RestorePlan.Step]) {
        let taken = steps
        steps = []
        self.steps = Mutex(taken)
    }

    subscript(index: Int) -> RestorePlan.Step {
        get { steps.withLock { $0[index] } }
        set { steps.withLock { $0[index] = newValue } }
    }

    func append(_ step: RestorePlan.Step) { steps.withLock { $0.append(step) } }

    /// The steps, which are gone from here then.
    func end() -> [RestorePlan.Step] {
        steps.withLock { steps in
            defer { steps = [] }
            return steps
        }
    }
}
