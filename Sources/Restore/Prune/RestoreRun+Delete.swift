package import KubernetesObjects

extension RestoreRun {
    /// Deletes what the plan says, when all else has succeeded: a cluster that is not whole loses nothing.
    func delete(
        _ plan: RestorePlan,
        _ state: inout RestoreState,
        _ progress: (@Sendable (RestoreProgress) -> Void)?
    ) async throws {
        let deletions = plan.deletions
        guard !deletions.isEmpty else { return }
        guard state.result.isComplete else {
            state.result.notes.append("nothing was deleted, because \(state.result.failed.count) objects failed")
            return
        }
        for wave in RestoreWave.allCases.reversed() {
            let steps = deletions.filter { $0.wave == wave }
            try await sendLevel(steps[...], wave, &state, [], isLast: true, progress)
        }
        state.giveUp()
    }

    /// Deleting is asked for twice: with the option that puts deletions into the plan, and with their number.
    ///
    /// - Throws: `restore.refused` when the number is another.
    package func confirm(_ plan: RestorePlan, _ confirmed: Int) throws(LifeboatError) {
        let deletions = plan.deletions
        guard deletions.count != confirmed else { return }
        let first = deletions.first.map { ", the first is \($0.identity)" } ?? ""
        throw LifeboatError(
            .restoreRefused,
            "the plan deletes \(deletions.count) objects\(first), and \(confirmed) deletions were confirmed",
            remedy: "look at them with --dry-run, then confirm with --confirm-deletions \(deletions.count)"
        )
    }
}
