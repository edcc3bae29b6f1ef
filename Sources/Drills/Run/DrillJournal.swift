internal import KubernetesObjects
internal import Synchronization

/// The state of a drill, kept where the end of the drill finds it however the drill ended.
final class DrillJournal: Sendable {
    private let storage = Mutex(DrillState())
    private let environment: DrillEnvironment
    private let progress: (@Sendable (DrillProgress) -> Void)?

    init(_ environment: DrillEnvironment, progress: (@Sendable (DrillProgress) -> Void)?) {
        self.environment = environment
        self.progress = progress
    }

    var state: DrillState { storage.withLock { $0 } }

    func update(_ change: (inout DrillState) -> Void) { storage.withLock { change(&$0) } }

    /// Runs a part of the drill and takes its time. The body gives its result and a line that says what was done.
    func step<Value: Sendable>(
        _ id: String,
        _ title: String,
        isRecovery: Bool = true,
        _ body: () async throws(LifeboatError) -> (Value, String)
    ) async throws(LifeboatError) -> Value {
        progress?(DrillProgress(step: id, title: title))
        let (startedAt, start) = (environment.now(), environment.elapsed())
        func record(_ status: DrillStep.Status, _ detail: String) {
            let step = DrillStep(
                id: id,
                title: title,
                startedAt: startedAt,
                endedAt: environment.now(),
                seconds: environment.elapsed() - start,
                status: status,
                detail: detail,
                isRecovery: isRecovery
            )
            update { $0.steps.append(step) }
        }
        do throws(LifeboatError) {
            let (value, detail) = try await body()
            record(.ok, detail)
            return value
        } catch {
            record(error.code == .clusterTimeout ? .timeout : .failed, error.message)
            throw error
        }
    }
}

/// How far a drill is.
package struct DrillProgress: Sendable, Equatable {
    package let step: String
    package let title: String
}
