internal import Archive
internal import KubernetesObjects
internal import Synchronization

/// Makes the contents of created objects again when they are sent: a plan of a large snapshot holds no bytes of it.
///
/// Reading and scrubbing are pure, so that what is sent is what the plan was made of.
struct PlanContents: Sendable {
    typealias Read = @Sendable (SnapshotEntry) throws(LifeboatError) -> JSONValue

    private let entries: [SnapshotEntry]
    private let planner: RestorePlanner
    private let read: Read

    init(entries: [SnapshotEntry], planner: RestorePlanner, read: @escaping Read) {
        self.entries = entries
        self.planner = planner
        self.read = read
    }

    /// The step with what is sent.
    func filled(_ step: RestorePlan.Step) throws(LifeboatError) -> RestorePlan.Step {
        guard step.body.isEmpty, let entry = step.entry else { return step }
        let source = entries[Int(entry)]
        guard case .step(let made) = planner.candidate(for: try read(source), stored: source.resource.groupResource)
        else {
            throw LifeboatError(.internalError, "\(step.identity) cannot be made again as it was planned")
        }
        var step = step
        (step.body, step.status, step.managedFields) = (made.body, made.status, made.managedFields)
        return step
    }
}

/// How many bytes of contents a plan keeps in memory, so that a small restore reads each object once.
final class KeptContents: Sendable {
    private let left: Mutex<Int>

    init(bytes: Int) { left = Mutex(bytes) }

    /// Takes the contents out of a step that there is no room for.
    func settle(_ step: inout RestorePlan.Step, entry: Int) {
        guard step.verdict == .create else { return }
        let size = step.body.capacity + (step.status?.capacity ?? 0) + (step.managedFields?.capacity ?? 0)
        let isKept = left.withLock { left in
            guard left >= size else { return false }
            left -= size
            return true
        }
        guard !isKept else { return }
        step.dropContents(entry: entry)
    }
}
