import Foundation
import KubernetesObjects
import Testing

@testable import Archive

/// A month of a repository: a backup every six hours, of which some are killed; what is old is forgotten and collected every day.
/// LIFEBOAT_TEST_DAYS makes it longer; the space that is taken is looked at from 90 days on.
@Suite struct `A long history of backups` {
    private static let backupsOfDay = 4
    private static let days = Int(ProcessInfo.processInfo.environment["LIFEBOAT_TEST_DAYS"] ?? "") ?? 30

    /// The same numbers in every run.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
    }

    private struct Taken {
        let snapshot: Snapshot
        let objects: [SampleObject]
        let day: Int
    }

    /// A week of all, and eight weeks of the first of each week.
    private static func isKept(_ taken: Taken, _ isFirstOfWeek: Bool, on day: Int) -> Bool {
        day - taken.day < 7 || isFirstOfWeek && day - taken.day < 56
    }

    @Test func `is restored right every day, whatever was killed, and takes no more space in the end`() async throws {
        let repository = try CollectedRepository()
        var random = Generator(state: 41)
        var objects = Fixture.objects(100)
        var taken: [Taken] = []
        var (kills, forgotten, collections, size) = (0, 0, 0, 0)
        /// Now and then the process dies at one of its first writes; then the next one does the work.
        func survivingKills(_ body: (any ObjectStore) throws -> Void) throws {
            if random.next() % 8 == 0 {
                let dying = DyingStore(repository.store, at: Int(random.next() % 4), before: random.next() % 2 == 0)
                do { try body(dying) } catch { #expect(dying.hasDied, "\(error)") }
                guard dying.hasDied else { return }
                kills += 1
            }
            try body(repository.store)
        }
        for day in 0..<Self.days {
            await Task.yield()
            for _ in 0..<Self.backupsOfDay {
                for _ in 0..<2 {
                    let index = Int(random.next() % UInt64(objects.count))
                    objects[index].version += 1000
                    objects[index].text = "of day \(day), \(random.next())"
                }
                try survivingKills { store in
                    let snapshot = try Fixture.backup(
                        repository.open(store, seed: random.next()),
                        objects,
                        at: repository.now - 1_800_000_000
                    )
                    .snapshot
                    // One whose process died after its last write is there, too, and is told apart by its id.
                    taken.append(Taken(snapshot: snapshot, objects: objects, day: day))
                }
                repository.advance(hours: Int64(24 / Self.backupsOfDay))
            }
            var weeks: Set<Int> = []
            let kept = taken.filter { Self.isKept($0, weeks.insert($0.day / 7).inserted, on: day) }
            let names = Set(kept.map(\.snapshot.id))
            try survivingKills { store in
                let opened = try repository.open(store, seed: random.next())
                let old = try opened.snapshots()
                    .filter {
                        !names.contains($0.id) && $0.takenAt < Timestamp(secondsSince1970: repository.now - 86_400)
                    }
                forgotten += old.count
                try opened.forget(old)
            }
            taken = kept
            try survivingKills { store in _ = try repository.open(store, seed: random.next()).collect(CollectionRules())
            }
            collections += 1

            let opened = try repository.open(seed: random.next())
            let listed = Set(try opened.snapshots().map(\.id))
            #expect(names.isSubset(of: listed), "day \(day) has lost a snapshot")
            for one in [taken[taken.count - 1], taken[Int(random.next() % UInt64(taken.count))]] {
                #expect(try Fixture.contents(opened, one.snapshot) == Fixture.expected(one.objects), "day \(day)")
            }
            if day % 30 == 29 {
                let report = try opened.check(.data)
                #expect(report.problems == [], "day \(day)")
            }
            if day == Self.days / 3 { size = try repository.size() }
        }
        #expect(
            kills > Self.days / 4 && forgotten > Self.days * 2,
            "\(kills) kills, \(forgotten) forgotten, \(collections) collections"
        )
        // As many snapshots are kept from the eighth week on.
        guard Self.days >= 90 else { return }
        let end = try repository.size()
        #expect(end < size * 2, "\(end) bytes in the end, \(size) after a third")
        #expect(try repository.store.list("").count < 600)
    }
}
