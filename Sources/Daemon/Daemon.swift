package import KubernetesObjects
package import Logging
package import Policies
import ServiceLifecycle
import Synchronization

/// Runs the scheduled backups and drills until it is told to stop.
///
/// All decisions are `ScheduleState`'s; this type carries them out: it waits, starts and cancels runs, keeps the history and
/// the figures that `/metrics` shows.
package final class Daemon: Service {
    private enum Event {
        case wake
        case finished(RunRecord)
        case reload(PolicySet)
        case stop
    }

    /// What the HTTP endpoints show.
    package struct Status: Sendable {
        package var isReady = false
        package var isStopping = false
        /// The loop should have looked at the time by then; long after it, the daemon is stuck.
        package var wakesAt: Timestamp?
        package var jobs: [JobID: ScheduleState.JobState] = [:]
        package var running: PlannedRun?
        package var metrics: DaemonMetrics

        package init(metrics: DaemonMetrics) { self.metrics = metrics }
    }

    private let policies: PolicySet
    private let actions: DaemonActions
    private let history: RunHistory
    private let clock: DaemonClock
    private let options: ScheduleOptions
    private let logger: Logger
    private let status: Mutex<Status>
    private let events: AsyncStream<Event>
    private let queue: AsyncStream<Event>.Continuation

    package init(
        policies: PolicySet,
        actions: DaemonActions,
        history: RunHistory,
        clock: DaemonClock,
        version: String,
        options: ScheduleOptions = ScheduleOptions(),
        logger: Logger
    ) {
        self.policies = policies
        self.actions = actions
        self.history = history
        self.clock = clock
        self.options = options
        self.logger = logger
        status = Mutex(Status(metrics: DaemonMetrics(version: version)))
        (events, queue) = AsyncStream.makeStream(of: Event.self)
    }

    /// Takes other policies without a restart; a run that is under way goes on.
    package func reload(_ policies: PolicySet) { queue.yield(.reload(policies)) }

    package var currentStatus: Status { status.withLock { $0 } }
    package var now: Timestamp { clock.now() }

    /// Runs until a graceful shutdown or a cancellation.
    ///
    /// - Throws: what loading the history throws; failing runs never end the daemon.
    package func run() async throws {
        let records = try await history.load()
        var loop = Loop(daemon: self, policies: policies)
        status.withLock { status in
            for record in records.sorted(by: { $0.startedAt < $1.startedAt }) { status.metrics.restore(record) }
            status.metrics.setObjectives(of: policies)
        }
        await withGracefulShutdownHandler {
            await loop.run(records: records)
        } onGracefulShutdown: {
            self.queue.yield(.stop)
        }
    }

    /// The part of the daemon that lives as long as `run`.
    private struct Loop {
        let daemon: Daemon
        var policies: PolicySet
        var state: ScheduleState
        var sleeper: Task<Void, Never>?
        var runner: Task<Void, Never>?
        var unsaved: [RunRecord] = []

        init(daemon: Daemon, policies: PolicySet) {
            self.daemon = daemon
            self.policies = policies
            state = ScheduleState(options: daemon.options)
        }

        mutating func run(records: [RunRecord]) async {
            var isDone = await perform(
                state.begin(policies.scheduledJobs, history: records, now: daemon.clock.now())
            )
            daemon.status.withLock { $0.isReady = true }
            daemon.logger.info("the daemon is ready", metadata: ["jobs": "\(state.jobs.count)"])
            // A cancelled task ends the stream; what runs is then cancelled too.
            var iterator = daemon.events.makeAsyncIterator()
            while !isDone, let event = await iterator.next() {
                isDone = await perform(take(event, now: daemon.clock.now()))
            }
            sleeper?.cancel()
            runner?.cancel()
            await save()
            daemon.status.withLock { $0.isReady = false }
            daemon.logger.info("the daemon has stopped")
        }

        private mutating func take(_ event: Event, now: Timestamp) -> [ScheduleState.Action] {
            switch event {
            case .wake: return state.tick(now: now)
            case .reload(let policies):
                self.policies = policies
                daemon.status.withLock { $0.metrics.setObjectives(of: policies) }
                return state.reload(policies.scheduledJobs, now: now)
            case .finished(let record):
                runner = nil
                daemon.log(record)
                return [.record(record)] + state.runFinished(record.outcome, now: now)
            case .stop:
                daemon.status.withLock { $0.isStopping = true }
                daemon.logger.info("the daemon was told to stop", metadata: daemon.metadata(of: state.running))
                return state.stop(now: now)
            }
        }

        /// Carries the actions out; true when the daemon is done.
        private mutating func perform(_ actions: [ScheduleState.Action]) async -> Bool {
            for action in actions {
                switch action {
                case .start(let run): start(run)
                case .record(let record):
                    daemon.status.withLock { $0.metrics.apply(record) }
                    unsaved.append(record)
                    await save()
                case .sleep(let moment): sleep(until: moment)
                case .cancel(let run):
                    daemon.logger.notice("cancelling the run", metadata: daemon.metadata(of: run))
                    runner?.cancel()
                case .finish:
                    publish(wakesAt: nil)
                    return true
                }
            }
            return false
        }

        private mutating func start(_ run: PlannedRun) {
            daemon.logger.info("starting a run", metadata: daemon.metadata(of: run))
            let (daemon, policies) = (daemon, policies)
            runner = Task {
                let record = await daemon.perform(run, policies)
                daemon.queue.yield(.finished(record))
            }
        }

        private mutating func sleep(until moment: Timestamp?) {
            sleeper?.cancel()
            publish(wakesAt: moment)
            guard let moment else { return }
            let (clock, queue) = (daemon.clock, daemon.queue)
            sleeper = Task {
                do { try await clock.sleep(moment) } catch { return }
                if !Task.isCancelled { queue.yield(.wake) }
            }
        }

        private func publish(wakesAt: Timestamp?) {
            daemon.status.withLock { status in
                status.wakesAt = wakesAt
                status.jobs = state.jobs
                status.running = state.running
            }
        }

        /// Keeps the records; what cannot be kept now is kept with the next one.
        private mutating func save() async {
            while let record = unsaved.first {
                do {
                    try await daemon.history.append(record)
                    unsaved.removeFirst()
                } catch {
                    daemon.status.withLock { $0.metrics.countHistoryFailure() }
                    daemon.logger.error(
                        "the history could not be written; it is tried again after the next run",
                        metadata: ["cause": "\(error)", "records": "\(unsaved.count)"]
                    )
                    return
                }
            }
        }
    }
}

extension Daemon {
    /// Makes one run and says how it ended.
    private func perform(_ run: PlannedRun, _ policies: PolicySet) async -> RunRecord {
        let start = clock.now()
        do {
            switch run.job.kind {
            case .backup:
                guard let policy = policies.backup(named: run.job.name) else { throw Self.unknown(run.job) }
                let backup = try await actions.runBackup(policy)
                await refreshFigures()
                return record(run, from: start, backup.outcome, backup: backup)
            case .drill:
                guard let policy = policies.drill(named: run.job.name) else { throw Self.unknown(run.job) }
                let drill = try await actions.runDrill(policy)
                return record(run, from: start, drill.outcome, drill: drill)
            }
        } catch {
            let failure = error as? LifeboatError
            let isCancelled = Task.isCancelled || error is CancellationError || failure?.code == .cancelled
            return record(run, from: start, isCancelled ? .cancelled : .failed, error: error)
        }
    }

    private static func unknown(_ job: JobID) -> LifeboatError {
        LifeboatError(.internalError, "the policy of \(job) is gone")
    }

    private func refreshFigures() async {
        guard let read = actions.repositoryFigures else { return }
        do {
            let figures = try await read()
            status.withLock { $0.metrics.repository = figures }
        } catch {
            logger.warning("the sizes of the repository could not be read", metadata: ["cause": "\(error)"])
        }
    }

    private func record(
        _ run: PlannedRun,
        from start: Timestamp,
        _ outcome: RunOutcome,
        error: (any Error)? = nil,
        backup: BackupRecord? = nil,
        drill: DrillRecord? = nil
    ) -> RunRecord {
        let failure = error as? LifeboatError
        return RunRecord(
            run: run,
            startedAt: start,
            endedAt: clock.now(),
            outcome: outcome,
            errorCode: error.map { _ in (failure?.code ?? .internalError).rawValue },
            message: error.map { failure?.message ?? "\($0)" },
            backup: backup,
            drill: drill
        )
    }

    private func log(_ record: RunRecord) {
        var metadata = metadata(of: record.run)
        metadata["outcome"] = "\(record.outcome.rawValue)"
        metadata["seconds"] = "\(record.endedAt - record.startedAt)"
        metadata["snapshot"] = (record.backup?.snapshot ?? record.drill?.snapshot).map { "\($0)" }
        metadata["verdict"] = record.drill.map { "\($0.verdict.rawValue)" }
        metadata["code"] = record.errorCode.map { "\($0)" }
        metadata["cause"] = record.message.map { "\($0)" }
        logger.log(level: record.outcome == .succeeded ? .info : .error, "a run has ended", metadata: metadata)
    }

    private func metadata(of run: PlannedRun?) -> Logger.Metadata {
        guard let run else { return [:] }
        return [
            "job": "\(run.job)", "scheduledFor": "\(run.scheduledFor)", "attempt": "\(run.attempt)",
            "catchUp": "\(run.isCatchUp)",
        ]
    }
}
