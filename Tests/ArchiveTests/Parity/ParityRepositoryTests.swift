import KubernetesObjects
import Testing

@testable import Archive

/// A repository that keeps parity, and what disks do to it.
@Suite struct `A repository with parity` {
    @Test func `stores it with every pack, and a copy of every manifest, and says so`() throws {
        let kept = try LargePacks(keepsParity: true, objects: 400, rounds: 3)
        #expect(try kept.collected.open().configuration.keepsParity)
        for pack in kept.packs { #expect(kept.store.contents[ParityStore.name(pack)] != nil) }
        for name in kept.store.contents.keys where name.hasPrefix("s/") {
            #expect(kept.store.contents[name] == kept.store.contents[SecondCopy.name(name)])
        }
        try kept.expectWhole("new")
        #expect(try kept.repair().isUntouched)
        #expect(try !CollectedRepository().open().configuration.keepsParity)
    }

    @Test func `is read as if nothing had happened, and mended, where a disk has lost sectors anywhere in a pack`()
        async throws
    {
        let kept = try LargePacks(keepsParity: true, objects: 400, rounds: 3)
        let original = kept.store.contents
        var mended = 0
        for pack in kept.packs {
            let bytes = try #require(original[pack])
            for start in Set(stride(from: 0, to: bytes.count, by: max(4096, bytes.count / 6)) + [bytes.count - 1]) {
                await Task.yield()
                kept.store.replaceAll(original)
                var damaged = bytes
                for position in start..<min(start + 4096, bytes.count) { damaged[position] = 0 }
                guard damaged != bytes else { continue }
                kept.store.replace(pack, damaged)
                for (snapshot, contents) in kept.snapshots {
                    #expect(try Fixture.contents(kept.collected.open(), snapshot) == contents, "\(pack) at \(start)")
                }
                let found = try kept.collected.open().check(.data).problems.first { $0.path == pack }
                #expect(found?.problem.hasSuffix("; its parity mends it") == true, "\(String(describing: found))")
                let report = try kept.repair()
                #expect(report.isWhole, "\(report)")
                #expect(report.packs.map(\.lost) == [0])
                #expect(kept.store.contents[ParityStore.name(pack)] == nil)
                try kept.expectWhole("\(pack) at \(start)")
                mended += 1
            }
        }
        print("sectors lost and mended: \(mended)")
        #expect(mended >= kept.packs.count)
    }

    @Test func `is read and mended where packs were cut short, also far from where the cut is`() async throws {
        let collected = try CollectedRepository(keepsParity: true)
        let random = Fixture.environment(seed: 5)
        var objects = Fixture.objects(250)
        for index in objects.indices { objects[index].text = Hexadecimal.encode(random.random(4000)) }
        let snapshot = try collected.backup(objects)
        let packs = try collected.store.list("p/").filter { $0.size > 600_000 }
        #expect(!packs.isEmpty)
        for pack in packs {
            let bytes = try #require(try collected.store.get(pack.name))
            for cut in [1, 4096, bytes.count / 12] {
                await Task.yield()
                collected.store.replace(pack.name, Array(bytes.dropLast(cut)))
                #expect(try Fixture.contents(collected.open(), snapshot) == Fixture.expected(objects), "cut by \(cut)")
                #expect(try !collected.open().check(.structure).ok)
                try collected.backup(objects)
                collected.store.replace(pack.name, bytes)
            }
            collected.store.replace(pack.name, Array(bytes.dropLast(bytes.count / 12)))
            let environment = try collected.open().environment
            let report = try Repository.repair(
                collected.store,
                credential: .passphrase(Fixture.passphrase),
                environment: environment,
                isDryRun: false
            )
            #expect(report.isWhole && report.packs.map(\.lost) == [0], "\(report)")
        }
        #expect(try collected.open().check(.data).ok)
    }

    @Test func `is not taken away from a pack that is gone and needed, so that a repair brings it back`() throws {
        let collected = try CollectedRepository(keepsParity: true)
        var objects = Fixture.objects(30)
        let first = try collected.backup(objects)
        objects[4].content = Fixture.environment(seed: 9).random(5000)
        for index in objects.indices { objects[index].version += 1000 }
        let second = try collected.backup(objects)
        let blobs = try collected.open().blobs
        _ = try blobs.loadAll()
        let chunks = BlobType.chunk.rawValue
        var pack = ""
        blobs.forEachLocation { location, name in if location.kinds >> 4 == chunks { pack = name } }
        let bytes = try #require(try collected.store.get(pack))
        #expect(bytes.count < 8192)
        collected.store.replace(pack, nil)
        try collected.open().forget([first])
        let report = try collected.collect()
        #expect(report.blobsMissing == 1 && report.manifestsDeleted == 1)
        #expect(collected.store.contents[ParityStore.name(pack)] != nil)
        let environment = try collected.open().environment
        let repaired = try Repository.repair(
            collected.store,
            credential: .passphrase(Fixture.passphrase),
            environment: environment,
            isDryRun: false
        )
        #expect(repaired.restored == [pack] && repaired.isWhole)
        #expect(try collected.store.get(pack) == bytes)
        #expect(try Fixture.contents(collected.open(), second) == Fixture.expected(objects))
        #expect(try collected.open().check(.data).ok)
    }

    @Test func `does not bring back a lost manifest that was given up, and goes on collecting`() throws {
        let kept = try LargePacks(keepsParity: true, objects: 400, rounds: 3)
        let last = try #require(kept.snapshots.last).snapshot
        kept.store.replace(last.name, nil)
        let lost = try kept.collected.open().lostSnapshots()
        #expect(lost == [last.id])
        #expect(throws: LifeboatError.self) { try kept.collected.collect() }
        try kept.collected.open().forget(lost: lost)
        // Something to collect, so that records are put in order.
        try kept.collected.open().forget([kept.snapshots[0].snapshot])
        for _ in 0..<3 {
            try kept.collected.collect()
            kept.collected.advance(hours: 48)
        }
        #expect(kept.store.contents[SecondCopy.name(last.name)] == nil)
        #expect(try kept.repair().restored.isEmpty)
        #expect(kept.store.contents[last.name] == nil)
        #expect(try kept.collected.open().check(.data).ok)
    }

    @Test func `tells which of two copies is damaged, and renews it where nobody reads it`() throws {
        let kept = try LargePacks(keepsParity: true, objects: 400, rounds: 3)
        let original = kept.store.contents
        let name = kept.snapshots[0].snapshot.name
        let key = try #require(original.keys.sorted().first { $0.hasPrefix("keys/mt-") })
        for damaged in [name, SecondCopy.name(name), key, SecondCopy.name(key)] {
            kept.store.replaceAll(original)
            var bytes = try #require(original[damaged])
            bytes[40] ^= 4
            kept.store.replace(damaged, bytes)
            let report = try kept.collected.open().check(.storage)
            // The copy of a key object is what a repair takes, and no more.
            #expect(report.ok == (damaged != key), "\(damaged): \(report.problems)")
            #expect(report.notices.map(\.path) == [damaged])
            _ = try kept.repair()
            let after = try kept.collected.open().check(.storage)
            // A manifest is never replaced while others may be reading the repository.
            #expect(after.ok && after.notices.map(\.path) == (damaged == name ? [name] : []), "\(damaged)")
        }
    }

    @Test func `gets back what is deleted singly, but for packs of more than two units`() async throws {
        let kept = try LargePacks(keepsParity: true, objects: 400, rounds: 3)
        let original = kept.store.contents
        var restored = 0
        for name in original.keys.sorted() where ["p/", "s/", "parity/", "copies/s/"].contains(where: name.hasPrefix) {
            await Task.yield()
            kept.store.replaceAll(original)
            kept.store.replace(name, nil)
            let found = try kept.collected.open().check(.structure)
            if name.hasPrefix("parity/") {
                #expect(found.ok && found.unprotected == 1)
                #expect(try kept.repair().parity == [name])
            } else if name.hasPrefix("copies/") {
                // The manifest itself is there.
                #expect(found.ok && found.unprotected == 1)
                #expect(try kept.repair().parity == [name])
            } else {
                #expect(!found.ok, "\(name)")
                if name.hasPrefix("s/") {
                    let error = #expect(throws: LifeboatError.self) { try kept.collected.collect() }
                    #expect(error?.code == .repositoryDamaged)
                }
                let report = try kept.repair()
                if let size = original[name]?.count, name.hasPrefix("p/"), size > 8192 {
                    #expect(!report.isWhole)
                    continue
                }
                #expect(report.restored == [name])
            }
            #expect(kept.store.contents[name] == original[name], "\(name)")
            try kept.expectWhole(name)
            restored += 1
        }
        #expect(restored > 6)
    }

    @Test func `is collected with its packs, and none is left over`() throws {
        let kept = try LargePacks(keepsParity: true, objects: 400, rounds: 3)
        var objects = kept.objects
        for index in objects.indices {
            objects[index].version += 5000
            objects[index].text = "all is new"
        }
        let last = try kept.collected.backup(objects)
        try kept.collected.open().forget(kept.snapshots.map(\.snapshot))
        // Of a writer that was stopped between a pack and its parity while the pack was collected.
        let orphan = ParityStore.name(PackName.name([UInt8](repeating: 9, count: 32)))
        kept.store.replace(orphan, [1])
        #expect(try kept.collected.collect().packsDeleted > 0)
        kept.collected.advance(hours: 48)
        _ = try kept.collected.collect()
        let parities = kept.store.contents.keys.filter { $0.hasPrefix(ParityStore.prefix) }
        #expect(Set(parities) == Set(kept.packs.map(ParityStore.name)))
        let copies = kept.store.contents.keys.filter { $0.hasPrefix("copies/s/") }
        let manifests = kept.store.contents.keys.filter { $0.hasPrefix("s/") }
        #expect(Set(copies) == Set(manifests.map(SecondCopy.name)))
        let repository = try kept.collected.open()
        #expect(try repository.check(.data).ok)
        #expect(try Fixture.contents(repository, last) == Fixture.expected(objects))
    }

    @Test func `is told of where the parity itself is damaged, and makes it anew`() throws {
        let kept = try LargePacks(keepsParity: true, objects: 400, rounds: 3)
        let name = ParityStore.name(try #require(kept.packs.last))
        var bytes = try #require(kept.store.contents[name])
        bytes[bytes.count - 1] ^= 1
        kept.store.replace(name, bytes)
        #expect(try kept.collected.open().check(.structure).ok)
        #expect(try kept.collected.open().check(.storage).problems.map(\.path) == [name])
        #expect(try kept.repair().parity == [name])
        try kept.expectWhole("parity")
    }
}
