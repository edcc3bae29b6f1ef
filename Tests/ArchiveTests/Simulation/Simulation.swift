import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

/// A repository with a past, and processes that use it at the same time.
final class Simulation: Sendable {
    /// The past: two snapshots, of which the first may be forgotten, and what is in them.
    struct Past: Sendable {
        let contents: [String: [UInt8]]
        let repository: Repository
        let first: Snapshot
        let second: Snapshot

        init(isForgotten: Bool) throws {
            let store = MemoryStore()
            repository = try Repository.create(
                in: store,
                passphrase: Fixture.passphrase,
                environment: Simulation.environment(seed: 1)
            )
            first = try Fixture.backup(repository, Simulation.objects(1)).snapshot
            second = try Fixture.backup(repository, Simulation.objects(2), at: 10).snapshot
            _ = try Fixture.contents(repository, first)
            if isForgotten { try repository.forget([first]) }
            contents = store.contents
        }
    }

    /// What a process does.
    enum Work: Hashable {
        /// Backs up version n of the objects; version 1 is what the first snapshot has, so that its blobs would do.
        case backup(Int)
        case collect
        case forgetFirst, forgetSecond
        case read
    }

    static func objects(_ version: Int) -> [SampleObject] {
        Fixture.objects(9)
            .enumerated()
            .map { index, object in
                var object = object
                // Some are files.
                if index % 2 == 0 { object.content = Fixture.bytes(50, seed: UInt64(index)) }
                // A third stays the same in all versions.
                guard index % 3 != 0 else { return object }
                if index % 4 == 0 { object.content = Fixture.bytes(60, seed: UInt64(100 * index + version)) }
                object.version += version * 1000
                object.text = "version \(version)"
                return object
            }
    }

    let past: Past
    let base: MemoryStore
    let ledger: Ledger
    let scheduler = Scheduler()
    private let expected: Mutex<[String: Int]>
    private let failures = Mutex<[String]>([])
    private let counters = Mutex<[String: Int]>([:])

    init(_ past: Past, _ works: [Work]) throws {
        self.past = past
        base = MemoryStore(past.contents)
        ledger = try Ledger(past.over(base), base)
        expected = Mutex([past.first.id: 1, past.second.id: 2])
        for (index, work) in works.enumerated() {
            scheduler.start("\(work) \(index)") { [self] process in run(work, process) }
        }
    }

    var problems: [String] { ledger.problems + failures.withLock { $0 } }
    /// How often each thing happened.
    var events: [String: Int] { counters.withLock { $0 } }

    private func happened(_ event: String) { counters.withLock { $0[event, default: 0] += 1 } }

    private func run(_ work: Work, _ process: Int) {
        let store = SimulatedStore(base, scheduler, process, ledger)
        let repository = past.over(store, seed: UInt64(process) + 100)
        do throws(LifeboatError) {
            switch work {
            case .backup(let version): try backUp(repository, version, process)
            case .collect:
                let report = try repository.collect(Self.rules)
                if report.packsRewritten > 0 { happened("rewrote") }
                if report.packsDeleted > 0 { happened("deleted") }
            case .forgetFirst:
                ledger.forgetting([past.first])
                try repository.forget([past.first])
            case .forgetSecond:
                ledger.forgetting([past.second])
                try repository.forget([past.second])
            case .read:
                for snapshot in try repository.snapshots() { try read(snapshot, repository) }
            }
        } catch {
            happened("\(work): \(error.code.rawValue)")
            // Faults are planned; damage and errors of the program are not.
            if error.code.isOfStore || error.code == .repositoryBusy { return }
            failures.withLock { $0.append("\(work): \(error.message)") }
        }
    }

    /// What was forgotten, or turned out to be too late, while it was read may be gone; nothing else may.
    private func read(_ snapshot: Snapshot, _ repository: Repository) throws(LifeboatError) {
        do throws(LifeboatError) {
            _ = try Fixture.contents(repository, snapshot)
            happened("read")
        } catch {
            guard error.code.isOfStore || ledger.promises(snapshot) else { return happened("read what went away") }
            throw error
        }
    }

    private func backUp(_ repository: Repository, _ version: Int, _ process: Int) throws(LifeboatError) {
        for attempt in 1...4 {
            do throws(LifeboatError) {
                let time = Int64(100 + process * 10 + attempt)
                let result = try Fixture.backup(repository, Self.objects(version), at: time)
                expected.withLock { $0[result.snapshot.id] = version }
                ledger.committed(result.snapshot)
                happened("committed")
                return
            } catch {
                guard error.code == .repositoryBusy, attempt < 4 else { throw error }
                happened("began again")
            }
        }
    }

    /// Index segments are written after every other backup and by every collection.
    static func environment(seed: UInt64) -> ArchiveEnvironment {
        var environment = Fixture.environment(seed: seed)
        environment.indexRules = IndexRules(packsOfMaintainer: 1, packsOfWriter: 2, fullSegment: 40)
        return environment
    }

    /// Without grace, and without sparing what running backups have written: the protocol must be safe without either.
    static var rules: CollectionRules {
        var rules = CollectionRules()
        rules.graceSeconds = 0
        rules.spareSeconds = 0
        rules.smallPacks = 3
        return rules
    }

    /// After everything: a backup and two collections need no manual step, everything can be read, and no garbage is left.
    func verifyEnd() throws {
        let repository = past.over(base, seed: 999)
        let last = try Fixture.backup(repository, Self.objects(7), at: 5000)
        expected.withLock { $0[last.snapshot.id] = 7 }
        _ = try repository.collect(Self.rules)
        _ = try repository.collect(Self.rules)
        let opened = past.over(base, seed: 1000)
        for snapshot in try opened.snapshots() {
            let version = expected.withLock { $0[snapshot.id] }
            let contents = try Fixture.contents(opened, snapshot)
            // A writer that died after its manifest was stored could not tell what it had written.
            if let version, contents != Fixture.expected(Self.objects(version)) {
                failures.withLock { $0.append("snapshot \(snapshot.shortID) is not what was backed up") }
            }
        }
        let report = try opened.check(.data)
        if !report.ok { failures.withLock { $0.append("check: \(report.problems)") } }
        var live = try LiveBlobs(opened, condemned: [])
        for entry in try opened.committed() { try live.mark(entry.manifest.root, of: entry.snapshot.name) }
        let garbage = live.table.liveCounts(packs: live.packs.count).count { $0 == 0 }
        if garbage > 0 { failures.withLock { $0.append("\(garbage) packs are needed by nobody and still there") } }
    }
}

extension Simulation.Past {
    /// The repository over another store, without opening its keys again.
    func over(_ store: any ObjectStore, seed: UInt64 = 50) -> Repository {
        let environment = Simulation.environment(seed: seed)
        return Repository(
            store,
            environment,
            Repository.keyStore(store, environment),
            repository.ring,
            sessionKeys: repository.blobs.sessionKeys
        )
    }
}
