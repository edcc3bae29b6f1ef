internal import Archive
internal import Drills
internal import KubernetesObjects

extension DrillRun {
    /// Writes down that the snapshot of a drill that passed is good, so that a retention keeps the last one that is.
    ///
    /// - Returns: why it could not be written, which says nothing about the drill; nil when all is well.
    func recordProof(_ report: DrillReport) -> LifeboatError? {
        guard report.verdict.isPassed, let id = report.document["recoveryPoint", "snapshotId"]?.string else {
            return nil
        }
        do throws(LifeboatError) {
            try repository.recordVerification(of: [id], .drill)
            return nil
        } catch { return error }
    }
}
