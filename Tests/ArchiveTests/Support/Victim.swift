import KubernetesObjects
import Testing

@testable import Archive

/// Some honest snapshots, enough for a collection to put their packs together.
struct Victim {
    let collected: CollectedRepository
    var snapshots: [(snapshot: Snapshot, contents: [String: String])] = []

    init(keepsParity: Bool = false) throws {
        collected = try CollectedRepository(keepsParity: keepsParity)
        var objects = Fixture.objects(12)
        for round in 0..<9 {
            objects[round].version += 1000
            objects[round].text = "round \(round)"
            snapshots.append((try collected.backup(objects), Fixture.expected(objects)))
        }
    }

    /// Reads everything again, as somebody who has opened the repository anew.
    func expectUnharmed(_ credential: RepositoryCredential = .passphrase(Fixture.passphrase)) throws {
        let repository = try collected.open(nil, credential)
        for (snapshot, contents) in snapshots { #expect(try Fixture.contents(repository, snapshot) == contents) }
    }

    /// A check names nothing that is the victim's.
    func expectUnblamed() throws {
        let report = try collected.open().check(.data)
        let named = Set(report.problems.flatMap(\.snapshots))
        #expect(named.isDisjoint(with: snapshots.map(\.snapshot.id)), "\(report.problems)")
        #expect(Set(report.proved).isSuperset(of: snapshots.map(\.snapshot.id)))
    }
}
