import Daemon
import KubernetesObjects
import Logging
import Policies
import Synchronization

func moment(_ text: String) throws -> Timestamp { try Timestamp(parsing: text) }

/// A clock that stands still until a test moves it.
final class ManualClock: Sendable {
    private struct Sleeper {
        let until: Timestamp
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Timestamp
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var next = 0
    }

    private let state: Mutex<State>

    init(_ now: Timestamp) { state = Mutex(State(now: now)) }

    var now: Timestamp { state.withLock { $0.now } }

    var clock: DaemonClock {
        DaemonClock(now: { self.now }, sleep: { try await self.sleep(until: $0) })
    }

    /// The earliest moment that somebody waits for.
    var nextWake: Timestamp? { state.withLock { $0.sleepers.values.map(\.until).min() } }

    func advance(to moment: Timestamp) {
        let due = state.withLock { state in
            state.now = max(state.now, moment)
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due
        }
        for sleeper in due.values { sleeper.continuation.resume() }
    }

    private func sleep(until: Timestamp) async throws {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let answer: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    if until <= state.now { return .success(()) }
                    state.sleepers[id] = Sleeper(until: until, continuation: continuation)
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.cancelled.insert(id) }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }
}

/// A history in memory that outlives a daemon, and lets a test wait for records.
final class MemoryHistory: Sendable {
    private struct State {
        var records: [RunRecord] = []
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// The records of real runs.
    var runs: [RunRecord] { state.withLock { $0.records.filter { $0.outcome != .registered } } }
    var all: [RunRecord] { state.withLock { $0.records } }

    var history: RunHistory { RunHistory(load: { self.all }, append: { self.append($0) }) }

    func append(_ record: RunRecord) {
        let ready = state.withLock { state in
            state.records.append(record)
            let count = state.records.count
            let ready = state.waiters.filter { $0.count <= count }
            state.waiters.removeAll { $0.count <= count }
            return ready
        }
        for waiter in ready { waiter.continuation.resume() }
    }

    /// Returns when the history holds this many records, registrations included.
    func wait(for count: Int) async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.records.count >= count { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isReady { continuation.resume() }
        }
    }
}

extension Logger {
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

extension BackupRecord {
    static let sample = BackupRecord(
        snapshot: "abcd",
        objects: 120,
        objectsChanged: 3,
        bytesRead: 4096,
        bytesAdded: 512
    )
}

extension DrillRecord {
    static let sample = DrillRecord(
        report: "reports/1.json",
        snapshot: "abcd",
        verdict: .pass,
        recoveryTimeSeconds: 42.5,
        recoveryPointSeconds: 3600,
        checks: [
            .init(id: "dr.nonce", severity: "critical", isPassed: true),
            .init(id: "a.b", severity: "minor", isPassed: nil),
        ]
    )
}
