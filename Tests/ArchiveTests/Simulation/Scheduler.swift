import Foundation
import KubernetesObjects
import Synchronization

@testable import Archive

/// What a simulated process is told when it asks to go on.
enum Verdict {
    case go
    /// The process dies before its operation, after it, or is told that it failed although it did not.
    case dieBefore, dieAfter, failAfter
    case dead
}

/// Runs processes one operation at a time, in the order that a chooser says: the same choices make the same run.
final class Scheduler: @unchecked Sendable {
    // Unchecked: the state is guarded by `condition`.
    private final class Process {
        let name: String
        var isWaiting = false
        var isDone = false
        var isDead = false
        var verdict: Verdict?
        var operation = ""

        init(_ name: String) { self.name = name }
    }

    private let condition = NSCondition()
    private var processes: [Process] = []
    /// The operations in the order in which they were let go, for messages.
    private(set) var trace: [String] = []
    private(set) var steps = 0

    /// Starts a process; it stops before its first operation.
    func start(_ name: String, _ body: @escaping @Sendable (Int) -> Void) {
        condition.lock()
        let number = processes.count
        let process = Process(name)
        processes.append(process)
        condition.unlock()
        let thread = Thread { [self] in
            body(number)
            condition.lock()
            processes[number].isDone = true
            condition.broadcast()
            condition.unlock()
        }
        thread.stackSize = 4 << 20
        thread.start()
    }

    /// Called by a process before an operation: waits until it is chosen.
    func wait(_ number: Int, _ operation: String) -> Verdict {
        condition.lock()
        defer { condition.unlock() }
        let process = processes[number]
        if process.isDead { return .dead }
        process.isWaiting = true
        process.operation = operation
        condition.broadcast()
        while process.verdict == nil { condition.wait() }
        let verdict = process.verdict ?? .dead
        process.verdict = nil
        if verdict == .dieBefore || verdict == .dieAfter { process.isDead = true }
        return verdict
    }

    /// Runs all processes to their ends.
    ///
    /// - Parameter choose: is given the numbers of the processes that can go on, and their operations; nil stops the others for ever.
    func run(_ choose: ([(process: Int, operation: String)]) -> (process: Int, verdict: Verdict)?) {
        condition.lock()
        defer { condition.unlock() }
        while true {
            while processes.contains(where: { !$0.isDone && !$0.isWaiting }) { condition.wait() }
            let ready = processes.indices.filter { processes[$0].isWaiting }
            guard !ready.isEmpty else { return }
            let (number, verdict) =
                choose(ready.map { ($0, processes[$0].operation) }) ?? (ready[0], .dieBefore)
            steps += 1
            let process = processes[number]
            trace.append("\(process.name): \(process.operation)\(verdict == .go ? "" : " (\(verdict))")")
            process.isWaiting = false
            process.verdict = verdict
            condition.broadcast()
        }
    }
}

/// The view that one simulated process has of the store.
final class SimulatedStore: ObjectStore {
    let location = "a simulated store"
    private let base: MemoryStore
    private let scheduler: Scheduler
    private let process: Int
    private let ledger: Ledger

    init(_ base: MemoryStore, _ scheduler: Scheduler, _ process: Int, _ ledger: Ledger) {
        self.base = base
        self.scheduler = scheduler
        self.process = process
        self.ledger = ledger
    }

    static let died = LifeboatError(.storageFailed, "the process died")
    static let failed = LifeboatError(.storeUnreachable, "the answer was lost")

    private func step<Value>(
        _ operation: String,
        _ body: () throws(LifeboatError) -> Value
    ) throws(LifeboatError) -> Value {
        let verdict = scheduler.wait(process, operation)
        switch verdict {
        case .go: return try body()
        case .dead, .dieBefore: throw Self.died
        case .dieAfter, .failAfter:
            _ = try body()
            throw verdict == .failAfter ? Self.failed : Self.died
        }
    }

    func put(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool {
        try step("put \(name.prefix(24))") { () throws(LifeboatError) in
            let isNew = try base.put(name, bytes)
            if isNew { ledger.added(name, bytes, base) }
            return isNew
        }
    }

    func list(_ prefix: String) throws(LifeboatError) -> [StoredObject] {
        // Keys do not change here.
        guard !prefix.hasPrefix("keys/") else { return try base.list(prefix) }
        return try step("list \(prefix)") { () throws(LifeboatError) in try base.list(prefix) }
    }

    func delete(_ name: String) throws(LifeboatError) {
        try step("delete \(name.prefix(24))") { () throws(LifeboatError) in
            try base.delete(name)
            ledger.removed(name, base)
        }
    }

    /// Objects never change, so when one is read tells nothing new; only records of collections and index segments come and go.
    func get(_ name: String, range: Range<Int>?) throws(LifeboatError) -> [UInt8]? {
        guard ["g/", "f/", "i/"].contains(where: name.hasPrefix) else { return try base.get(name, range: range) }
        return try step("get \(name.prefix(24))") { () throws(LifeboatError) in try base.get(name, range: range) }
    }

    func size(_ name: String) throws(LifeboatError) -> Int? { try base.size(name) }
}
