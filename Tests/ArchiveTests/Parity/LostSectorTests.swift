import KubernetesObjects
import Testing

@testable import Archive

/// What a disk that fails does to a repository: the bytes are not wrong, they cannot be read.
@Suite struct `A sector that cannot be read` {
    @Test func `of a pack with parity is read as if nothing had happened, and mended`() async throws {
        let kept = try LargePacks(keepsParity: true)
        let original = kept.store.contents
        var mended = 0
        for pack in kept.packs {
            let size = try #require(original[pack]).count
            for start in Set(
                stride(from: 0, to: size, by: max(4096, size / 5 / 4096 * 4096)) + [(size - 1) / 4096 * 4096]
            ) {
                await Task.yield()
                kept.store.replaceAll(original)
                kept.disk.lose(start..<min(start + 4096, size), of: pack)
                let repository = try kept.collected.open(kept.disk)
                for (snapshot, contents) in kept.snapshots {
                    #expect(try Fixture.contents(repository, snapshot) == contents, "\(pack) at \(start)")
                }
                let found = try kept.collected.open(kept.disk).check(.data).problems.first { $0.path == pack }
                #expect(found?.problem.hasSuffix("; its parity mends it") == true, "\(String(describing: found))")
                let report = try kept.repair()
                #expect(report.isWhole && report.packs.map(\.lost) == [0], "\(report)")
                try kept.expectWhole("\(pack) at \(start)")
                mended += 1
            }
        }
        print("sectors lost and mended: \(mended), reads that failed: \(kept.disk.fired)")
        #expect(mended >= kept.packs.count && kept.disk.fired > mended)
    }

    @Test func `of a pack without parity takes what is in it, and nothing else`() async throws {
        let kept = try LargePacks(keepsParity: false)
        let original = kept.store.contents
        var saved = 0
        for pack in kept.packs {
            let size = try #require(original[pack]).count
            // In the middle of its blobs; the end tells what is in it.
            let start = size / 2 / 4096 * 4096
            await Task.yield()
            kept.store.replaceAll(original)
            kept.disk.lose(start..<min(start + 4096, size), of: pack)
            let repository = try kept.collected.open(kept.disk)
            let report = try repository.check(.data)
            #expect(report.problems.contains { $0.path == pack }, "\(report.problems)")
            for (snapshot, _) in kept.snapshots {
                do {
                    let (entries, lost) = try repository.reader(snapshot).readableEntries(opensDocuments: true)
                    #expect(lost.allSatisfy { $0.error.code == .repositoryDamaged })
                    #expect(entries.count + lost.reduce(0) { $0 + $1.objects } == kept.objects.count)
                } catch {
                    // Where the first page of a tree is lost, nothing can be read.
                    #expect(error.code == .repositoryDamaged)
                }
            }
            let repaired = try kept.repair()
            guard let found = repaired.packs.first(where: { $0.path == pack }) else {
                // Of a pack of one sector nothing is left, and what cannot be read is not taken away.
                #expect(size <= 4096 && repaired.unrestored[pack] != nil)
                continue
            }
            saved += found.saved
            // From then on it is a damaged repository like any other, and the next backup heals it.
            let healed = try kept.collected.backup(kept.objects)
            let after = try kept.collected.open(kept.disk)
            #expect(try after.check(.data).proved.contains(healed.id))
            #expect(try Fixture.contents(after, healed) == Fixture.expected(kept.objects))
        }
        #expect(saved > 0 && kept.disk.fired > 0)
    }

    @Test func `that could be read again before the end of a repair takes nothing away`() async throws {
        let kept = try LargePacks(keepsParity: false)
        let original = kept.store.contents
        for pack in kept.packs {
            let size = try #require(original[pack]).count
            guard size > 8192 else { continue }
            await Task.yield()
            kept.store.replaceAll(original)
            kept.disk.lose(size / 2 / 4096 * 4096..<size / 2 / 4096 * 4096 + 4096, of: pack)
            kept.disk.recoverAtQuarantine()
            let report = try kept.repair()
            #expect(!report.isWhole && report.packs.isEmpty && report.unrestored[pack] != nil, "\(report)")
            #expect(kept.store.contents[pack] == original[pack])
            try kept.expectWhole(pack)
        }
        #expect(kept.disk.fired > 0)
    }

    @Test func `beside the trailer of a pack takes what is in it, and not all of the pack`() async throws {
        let kept = try LargePacks(keepsParity: false)
        let original = kept.store.contents
        var lostBlobs: [Int] = []
        for pack in kept.packs {
            let size = try #require(original[pack]).count
            let repository = try kept.collected.open()
            _ = try repository.blobs.loadAll()
            let footer = try PackFooter.decode(
                Array(try #require(original[pack]).suffix(PackFooter.byteCount)),
                size: size
            )
            let start = (footer.trailerOffset / 4096 - 1) * 4096
            guard start >= 4096 else { continue }
            await Task.yield()
            kept.disk.lose(start..<start + 4096, of: pack)
            let problems = try kept.collected.open(kept.disk).check(.data).problems
            lostBlobs.append(problems.count { $0.path.hasPrefix("blob ") })
            let (entries, lost) = try kept.collected.open(kept.disk).reader(kept.snapshots[1].snapshot)
                .readableEntries(opensDocuments: true)
            #expect(entries.count + lost.reduce(0) { $0 + $1.objects } == 200)
            #expect(entries.count >= 100, "\(pack): \(lost.map(\.description))")
        }
        #expect(!lostBlobs.isEmpty && lostBlobs.allSatisfy { $0 < 60 }, "\(lostBlobs)")
    }

    @Test func `of any small object keeps nobody from all others`() async throws {
        let kept = try LargePacks(keepsParity: true)
        try kept.collected.open().forget([kept.snapshots[0].snapshot])
        try kept.collected.collect()
        #expect(try kept.collected.open().recordVerification(of: [kept.snapshots[1].snapshot.id], .check) == 1)
        let last = kept.snapshots[1]
        let original = kept.store.contents
        let small = kept.names.filter { !$0.hasPrefix("p/") && !$0.hasPrefix("parity/") }
        for name in small {
            await Task.yield()
            kept.store.replaceAll(original)
            kept.disk.lose(of: name)
            do {
                let repository = try kept.collected.open(kept.disk)
                #expect(try Fixture.contents(repository, last.snapshot) == last.contents, "\(name)")
                _ = try repository.check(.data)
            } catch {
                // Without these nothing is opened or trusted; a repair takes their copies.
                let keys = [KeyObjectName.configuration, KeyObjectName.rootBundle(1), KeyObjectName.writerPrefix]
                #expect(keys.contains(where: name.hasPrefix), "\(name): \(error)")
                #expect([.repositoryDamaged, .snapshotNotFound].contains(error.code))
            }
            let report = try kept.repair()
            // A proof that cannot be read now may be read some day, and protects its snapshot until then.
            if name.hasPrefix("v/") {
                #expect(report.unrestored[name] != nil && kept.store.contents[name] != nil)
            }
            #expect(try Fixture.contents(kept.collected.open(kept.disk), last.snapshot) == last.contents, "\(name)")
        }
        print("small objects that could not be read: \(small.count)")
        #expect(small.count > 15)
    }

    @Test func `is told from a disk that is gone, of which nothing is decided`() throws {
        let kept = try LargePacks(keepsParity: true)
        let repository = try kept.collected.open(kept.disk)
        let original = kept.store.contents
        kept.disk.lose()
        for work in [
            { _ = try repository.check(.data) }, { _ = try kept.repair() },
            { _ = try repository.collect(CollectedRepository.immediately) },
            { _ = try repository.reader(kept.snapshots[0].snapshot).readableEntries(opensDocuments: true) },
        ] as [() throws -> Void] {
            let error = #expect(throws: LifeboatError.self) { try work() }
            #expect(error?.code == .storageUnreadable)
        }
        #expect(kept.store.contents == original)
    }
}
