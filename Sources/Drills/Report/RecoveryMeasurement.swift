internal import Archive
internal import KubernetesObjects

/// The times of a recovery: from the declared loss to the last check, and the age of the data then.
struct RecoveryMeasurement {
    /// nil when the drill did not get to its checks.
    let timeSeconds: Double?
    /// Seconds from the snapshot to the declared loss; nil without a snapshot.
    let pointSeconds: Int64?
    /// The parts of the time, in the order of the work.
    let segments: [(name: String, seconds: Double)]

    init(_ state: DrillState) {
        if let declared = state.declaredAt, let answered = state.answeredAt, answered >= declared {
            timeSeconds = answered - declared
        } else {
            timeSeconds = nil
        }
        if let declared = state.declaredOn, let snapshot = state.snapshot {
            pointSeconds = max(0, declared - snapshot.takenAt)
        } else {
            pointSeconds = nil
        }
        segments = ["provision", "fetch", "plan", "apply", "converge", "validate"].compactMap { name in
            let steps = state.steps.filter { $0.id == name && $0.isRecovery }
            return steps.isEmpty ? nil : (name, steps.reduce(0) { $0 + $1.seconds })
        }
    }
}
