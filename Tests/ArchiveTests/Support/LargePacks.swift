import KubernetesObjects
import Testing

@testable import Archive

/// Some snapshots whose packs have several sectors, on a disk that loses some when it is told to.
struct LargePacks {
    let collected: CollectedRepository
    let disk: FailingDisk
    let objects: [SampleObject]
    let snapshots: [(snapshot: Snapshot, contents: [String: String])]
    var store: MemoryStore { collected.store }
    var names: [String] { store.contents.keys.sorted() }
    var packs: [String] { names.filter { $0.hasPrefix("p/") } }

    init(keepsParity: Bool, objects count: Int = 200, rounds: Int = 2) throws {
        collected = try CollectedRepository(keepsParity: keepsParity)
        disk = FailingDisk(collected.store)
        var objects = Fixture.objects(count)
        // Incompressible.
        for index in objects.indices where index % 40 == 4 {
            objects[index].content = Fixture.environment(seed: UInt64(index)).random(60_000)
        }
        var snapshots: [(Snapshot, [String: String])] = []
        for round in 0..<rounds {
            for index in objects.indices where index % 50 == round {
                objects[index].version += 1000
                objects[index].text = "round \(round)"
            }
            snapshots.append((try collected.backup(objects), Fixture.expected(objects)))
        }
        (self.objects, self.snapshots) = (objects, snapshots)
    }

    func repair() throws(LifeboatError) -> RepairReport {
        try Repository.repair(
            disk,
            credential: .passphrase(Fixture.passphrase),
            environment: try collected.open().environment,
            isDryRun: false
        )
    }

    func expectWhole(_ comment: String) throws {
        let repository = try collected.open(disk)
        let report = try repository.check(.data)
        #expect(report.ok && report.unprotected == 0, "\(comment): \(report.problems)")
        for (snapshot, contents) in snapshots {
            #expect(try Fixture.contents(repository, snapshot) == contents, "\(comment)")
        }
    }
}
