internal import Dispatch
internal import Glibc
internal import KubernetesObjects

/// Turns SIGINT and SIGTERM into the cancellation of a task, so that a backup or restore stops in good order.
enum Interruption {
    /// Runs `work` in a task that the first signal cancels; the second signal ends the process at once.
    static func watch(_ work: @escaping () async throws -> Void) async throws {
        let box = UncheckedWork(work)
        let task = Task { try await box.work() }
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if task.isCancelled { ProcessEnd.exit(.cancelled) }
                Terminal.message("lifeboat: stopping; send the signal again to stop at once")
                task.cancel()
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        try await task.value
    }

    // The parsed command runs in this one task only; ArgumentParser's types are not marked Sendable.
    private struct UncheckedWork: @unchecked Sendable {
        let work: () async throws -> Void

        init(_ work: @escaping () async throws -> Void) { self.work = work }
    }
}
