import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `A proof that a snapshot is good` {
    private static func sample() throws -> (collected: CollectedRepository, snapshots: [Snapshot]) {
        let collected = try CollectedRepository()
        var objects = Fixture.objects(40)
        var snapshots: [Snapshot] = []
        for round in 0..<3 {
            objects[round].version += 100
            objects[round].text = "round \(round)"
            snapshots.append(try collected.backup(objects))
        }
        return (collected, snapshots)
    }

    @Test func `is written for snapshots that a check of all data found whole, and for no others`() throws {
        let (collected, snapshots) = try Self.sample()
        #expect(try collected.open().check(.storage).proved == [])
        #expect(try collected.open().check(.data, subset: (1, 2)).proved == [])
        // What the newest alone needs is damaged.
        let repository = try collected.open()
        let root = try #require(try repository.blobs.packName(of: snapshots[2].root))
        let original = try #require(try collected.store.get(root))
        var bytes = original
        bytes[bytes.count / 2] ^= 1
        collected.store.replace(root, bytes)
        let report = try collected.open().check(.data)
        let hurt = Set(report.problems.flatMap(\.snapshots))
        #expect(hurt.contains(snapshots[2].id))
        #expect(Set(report.proved) == Set(snapshots.map(\.id)).subtracting(hurt))
        collected.store.replace(root, original)

        #expect(try collected.open().verifications().isEmpty)
        #expect(try repository.recordVerification(of: report.proved, .check) == report.proved.count)
        let moment = Timestamp(secondsSince1970: collected.now)
        let found = try collected.open().verifications()
        #expect(Set(found.keys) == Set(report.proved))
        #expect(found.values.allSatisfy { $0 == Verification(at: moment, kind: .check) })
        #expect(try collected.open().check(.data).ok)
    }

    @Test func `is renewed after a week, and a drill's counts for more than a check's`() throws {
        let (collected, snapshots) = try Self.sample()
        let ids = [snapshots[0].id]
        #expect(try collected.open().recordVerification(of: ids, .check) == 1)
        collected.advance(hours: 24)
        #expect(try collected.open().recordVerification(of: ids, .check) == 0)
        #expect(try collected.open().recordVerification(of: ids, .drill) == 1)
        #expect(try collected.open().recordVerification(of: ids, .check) == 0)
        #expect(try collected.open().verifications()[ids[0]]?.kind == .drill)
        collected.advance(hours: 24 * 7)
        #expect(try collected.open().recordVerification(of: ids, .check) == 1)
        let last = try collected.open().verifications()[ids[0]]
        #expect(last == Verification(at: Timestamp(secondsSince1970: collected.now), kind: .check))
    }

    @Test func `cannot be made or seen by who cannot read the snapshot, and a forged one is worth nothing`() throws {
        let (collected, snapshots) = try Self.sample()
        let ids = snapshots.map(\.id)
        let root = try collected.open()
        for role in [RepositoryRole.writer, .maintainer] {
            let other = try collected.open(nil, .identity(try root.exportIdentity(role)))
            #expect(try other.recordVerification(of: ids, .check) == 0)
            #expect(try other.verifications().isEmpty)
        }
        let reader = try collected.open(nil, .identity(try root.exportIdentity(.reader)))
        #expect(try reader.recordVerification(of: [ids[0]], .check) == 1)
        let name = try #require(collected.store.contents.keys.first { $0.hasPrefix("v/") })
        let bytes = try #require(try collected.store.get(name))
        let record = try VerificationRecord(bytes, root.configuration.id)
        // The code of one snapshot for another, or for another time.
        let entry = try #require(record.entries.first)
        let session = try #require(try root.chain.load().committed.first { $0.snapshot.id == ids[0] })
        let key = try #require(try root.blobs.sessionKey(of: session.manifest.context))
        #expect(record.isValid(entry, key))
        #expect(!record.isValid((snapshots[1].digest, entry.code), key))
        let later = VerificationRecord(
            root.configuration.id,
            at: Timestamp(secondsSince1970: collected.now + 1),
            .check
        )
        #expect(!later.isValid(entry, key))
        let drill = VerificationRecord(root.configuration.id, at: record.time, .drill)
        #expect(!drill.isValid(entry, key))
        var forged = record.encoded
        forged[forged.count - 64] ^= 1
        collected.store.replace("v/" + Hexadecimal.encode(contentDigest(forged)), forged)
        #expect(try Set(collected.open().verifications().keys) == [ids[0]])
    }

    @Test func `is not written for what a credential does not know`() throws {
        let (collected, snapshots) = try Self.sample()
        let root = try collected.open()
        let reader = try root.exportIdentity(.reader)
        let before = Set(collected.store.contents.keys)
        let writer = try collected.open(nil, .identity(try root.addWriter(name: "other")))
        let secrets = collected.store.contents.filter { $0.key.contains("/dom-") && !before.contains($0.key) }
        #expect(!secrets.isEmpty)
        let other = try Fixture.backup(writer, Fixture.objects(12), at: 100_000).snapshot
        // The secret of its domain is lost.
        for name in secrets.keys { collected.store.replace(name, nil) }
        let report = try collected.open(nil, .identity(reader)).check(.data)
        #expect(Set(report.proved).isSubset(of: snapshots.map(\.id)), "\(report.problems)")
        for (name, bytes) in secrets { collected.store.replace(name, bytes) }
        #expect(try Set(collected.open().check(.data).proved) == Set(snapshots.map(\.id) + [other.id]))
    }

    @Test func `of a time that cannot be is none, and one of the future is not believed`() throws {
        let (collected, snapshots) = try Self.sample()
        let root = try collected.open()
        let session = try #require(try root.chain.load().committed.first { $0.snapshot.id == snapshots[0].id })
        let key = try #require(try root.blobs.sessionKey(of: session.manifest.context))
        for seconds in [Int64.min, Int64.max, collected.now + 100 * 86_400] {
            var record = VerificationRecord(root.configuration.id, at: Timestamp(secondsSince1970: seconds), .drill)
            record.add(snapshots[0].digest, key)
            collected.store.replace(record.name, record.encoded)
        }
        #expect(try collected.open().verifications().isEmpty)
        #expect(try collected.open().check(.data).ok)
        #expect(try collected.open().recordVerification(of: [snapshots[0].id], .check) == 1)
        // Of a later version, and left alone.
        collected.store.replace("v/later", [1])
        let later = Array("LifeboatV".utf8) + [2, 7]
        collected.store.replace("v/" + Hexadecimal.encode(contentDigest(later)), later)
        #expect(try collected.open().check(.data).ok)
        #expect(try collected.open().verifications().count == 1)
    }

    @Test func `is told of when it is damaged, deleted by a repair, and collected with its snapshots`() async throws {
        let (collected, snapshots) = try Self.sample()
        try collected.open().recordVerification(of: [snapshots[0].id], .check)
        let name = try #require(collected.store.contents.keys.first { $0.hasPrefix("v/") })
        let original = try #require(try collected.store.get(name))
        for position in original.indices {
            await Task.yield()
            var bytes = original
            bytes[position] ^= 4
            collected.store.replace(name, bytes)
            #expect(try collected.open().check(.structure).problems.map(\.path) == [name], "byte \(position)")
            #expect(try collected.open().verifications().isEmpty)
        }
        let report = try Repository.repair(
            collected.store,
            credential: .passphrase(Fixture.passphrase),
            environment: try collected.open().environment,
            isDryRun: false
        )
        #expect(report.segments == [name] && report.isWhole)
        #expect(try collected.store.get(name) == nil)

        collected.store.replace(name, original)
        try collected.open().forget([snapshots[0]])
        try collected.collect()
        #expect(try collected.store.get(name) == nil)
        #expect(try collected.open().check(.data).ok)
    }
}
