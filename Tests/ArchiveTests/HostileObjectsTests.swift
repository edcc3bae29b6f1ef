import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

/// What somebody can do who may put objects into the store: names, junk, and what nobody else can read.
@Suite struct `A hostile object` {
    @Test func `who takes the last number of another writer ends nobody's chain of snapshots`() throws {
        let victim = try Victim()
        let writer = try #require(victim.snapshots.last).snapshot.writer
        for sequence: UInt64 in [.max, (1 << 48) - 1, 1 << 30] {
            let junk = ManifestName.name(writer: writer, sequence: sequence, digest: [UInt8](repeating: 1, count: 32))
            victim.collected.store.replace(junk, [1, 2, 3])
            let next = try victim.collected.backup(Fixture.objects(12))
            let after = try victim.collected.backup(Fixture.objects(11))
            #expect(after.sequence == next.sequence + 1 && next.sequence < 20)
            try victim.expectUnharmed()
            // No writer comes to such a number, so it is no reason to doubt what is the latest.
            #expect(try victim.collected.open().snapshot("latest") == after)
            victim.collected.store.replace(junk, nil)
            #expect(try victim.collected.open().check(.data).ok)
        }
    }

    @Test func `who stores key bundles of his own keeps nobody out`() throws {
        let victim = try Victim()
        let dear = AgeRecipient.passphrase(SecretBytes(Fixture.passphrase), workFactor: 1)
        let random = Fixture.environment(seed: 5).random
        let file = try AgeFile.encrypt([1, 2, 3], to: [dear], random: random)
        let text = String(decoding: file, as: UTF8.self)
        #expect(AgeFile.passphraseWorkFactor(of: file) == 1)
        for version in 2...9 {
            // As many as there were bundles tried before, and some that ask for memory that nobody has.
            let bytes = version < 6 ? [1, 2, 3] : Array(text.replacing(" 1\n", with: " 22\n").utf8)
            victim.collected.store.replace(KeyObjectName.rootBundle(version), bytes)
        }
        try victim.expectUnharmed()
        let error = #expect(throws: LifeboatError.self) {
            try victim.collected.open(nil, .passphrase(Array("another".utf8)))
        }
        #expect(error?.code == .repositoryWrongKey)
    }

    @Test func `who takes the last versions of keys stops neither a revocation nor a change of the passphrase`() throws
    {
        let victim = try Victim()
        let identity = try victim.collected.open().addWriter(name: "thief")
        let root = try victim.collected.open(seed: 8)
        let thief = try victim.collected.open(nil, .identity(identity))
        let id = try #require(thief.ring.writer).id
        for version in [2, 3, Int.max - 1, .max] {
            victim.collected.store.replace(KeyObjectName.revocation(id, version), [1, 2, 3])
            victim.collected.store.replace(KeyObjectName.rootBundle(version), [1, 2, 3])
        }
        try root.revokeWriter(id, lastSequence: 5)
        try root.revokeWriter(id, lastSequence: nil)
        let other = Array("another passphrase".utf8)
        try root.changePassphrase(to: other)
        for version in [2, 3, Int.max - 1, .max] {
            victim.collected.store.replace(KeyObjectName.revocation(id, version), nil)
            victim.collected.store.replace(KeyObjectName.rootBundle(version), nil)
        }
        // Nothing is missing where the root has never been.
        #expect(try victim.collected.open(nil, .passphrase(other)).check(.structure).ok)
        #expect(
            try victim.collected.open(nil, .passphrase(other)).publicKeys().revocations[id]?.lastSequence == .some(nil)
        )
        #expect(throws: LifeboatError.self) { try victim.collected.open() }
        try victim.expectUnharmed(.passphrase(other))
    }

    @Test func `that is no list of recipients brings nobody back, and stops backups only where it may be one`() throws {
        let victim = try Victim()
        // One that follows the last may have left somebody out; what to do is said.
        victim.collected.store.replace(KeyObjectName.recipients(2), [1])
        let stopped = #expect(throws: LifeboatError.self) { try victim.collected.backup(Fixture.objects(8)) }
        #expect(stopped?.code == .repositoryDamaged && stopped?.remedy.contains("delete it") == true)
        try victim.expectUnharmed()
        victim.collected.store.replace(KeyObjectName.recipients(2), nil)
        let junk = KeyObjectName.recipients(99)
        for name in [junk, SecondCopy.name(junk)] {
            victim.collected.store.replace(name, [1])
        }
        let next = try victim.collected.backup(Fixture.objects(8))
        let random = Fixture.environment(seed: 99).random
        let reader = try DataIdentity(random: { random($0) }, name: "new", access: .data)
        try victim.collected.open(seed: 40).addRecipient(reader.recipient.text, name: "new", rewraps: true)
        let theirs = try victim.collected.open(nil, .identity(Array(reader.text.utf8)))
        #expect(try Fixture.contents(theirs, next) == Fixture.expected(Fixture.objects(8)))
        try victim.collected.open(seed: 41).removeRecipient(reader.recipient.id)
        // The list without the reader is damaged, and its copy is read.
        let list = KeyObjectName.recipients(try victim.collected.open().ring.publicKeys.recipients.version)
        victim.collected.store.replace(list, [2])
        let last = try victim.collected.backup(Fixture.objects(9))
        let later = try victim.collected.open(nil, .identity(Array(reader.text.utf8)))
        #expect(throws: LifeboatError.self) { try later.reader(last) }
        // Without the copy, the manifest before tells that it was there.
        victim.collected.store.replace(SecondCopy.name(list), [2])
        let error = #expect(throws: LifeboatError.self) { try victim.collected.backup(Fixture.objects(10)) }
        #expect(error?.code == .repositoryDamaged)
    }

    /// A store in which somebody put objects that nobody else may read.
    private struct SealedStore: ObjectStore {
        let base: MemoryStore
        let sealed: Set<String>
        var code = ErrorCode.storeDenied

        var location: String { base.location }
        func put(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool { try base.put(name, bytes) }
        func get(_ name: String, range: Range<Int>?) throws(LifeboatError) -> [UInt8]? {
            if sealed.contains(name) { throw LifeboatError(code, "\(name) is sealed with a key of somebody else") }
            return try base.get(name, range: range)
        }
        func list(_ prefix: String) throws(LifeboatError) -> [StoredObject] { try base.list(prefix) }
        func size(_ name: String) throws(LifeboatError) -> Int? { try base.size(name) }
        func delete(_ name: String) throws(LifeboatError) { try base.delete(name) }
    }

    @Test(arguments: [ErrorCode.storeDenied, .repositoryDamaged], [false, true])
    func `that nobody else can read keeps nobody from all the others`(code: ErrorCode, keepsParity: Bool) throws {
        let victim = try Victim(keepsParity: keepsParity)
        let writer = try #require(victim.snapshots.last).snapshot.writer
        let digest = [UInt8](repeating: 7, count: 32)
        let names = [
            KeyObjectName.rootBundle(9), KeyObjectName.writer(WriterID(truncating: digest)),
            KeyObjectName.recipients(200),
            KeyObjectName.rewrap(9), "keys/dom-\(Hexadecimal.encode(Array(digest.prefix(8)))).hpke",
            ManifestName.name(writer: writer, sequence: 4, digest: digest), PackName.name(digest),
            "v/" + Hexadecimal.encode(digest), SecondCopy.name("g/7/keep"),
        ]
        for name in names { victim.collected.store.replace(name, [1, 2, 3]) }
        let store = SealedStore(base: victim.collected.store, sealed: Set(names), code: code)
        let repository = try victim.collected.open(store)
        for (snapshot, contents) in victim.snapshots { #expect(try Fixture.contents(repository, snapshot) == contents) }
        #expect(try repository.snapshot("latest") == victim.snapshots.last?.snapshot)
        let next = try Fixture.backup(repository, Fixture.objects(9), at: 90_000).snapshot
        let report = try repository.check(.data)
        #expect(
            Set(report.proved).isSuperset(of: (victim.snapshots.map(\.snapshot) + [next]).map(\.id)),
            "\(report.problems)"
        )
        #expect(report.problems.contains { $0.path == PackName.name(digest) })
        // Who knows what that manifest needs: nothing is reclaimed until it is given up.
        #expect(throws: LifeboatError.self) { try repository.collect(CollectedRepository.immediately) }
        if code == .repositoryDamaged {
            _ = try Repository.repair(
                store,
                credential: .passphrase(Fixture.passphrase),
                environment: repository.environment,
                isDryRun: false
            )
        } else {
            // A repair replaces no key that it could not see.
            #expect(throws: LifeboatError.self) {
                try Repository.repair(
                    store,
                    credential: .passphrase(Fixture.passphrase),
                    environment: repository.environment,
                    isDryRun: false
                )
            }
        }
        for name in names { #expect(victim.collected.store.contents[name] == [1, 2, 3] || code != .storeDenied) }
        try repository.forget(lost: [Hexadecimal.encode(digest)])
        #expect(try repository.collect(CollectedRepository.immediately).packsRewritten > 0)
        let sealed = SealedStore(base: victim.collected.store, sealed: [PackName.name(digest)], code: code)
        for name in names where name.hasPrefix("keys/") || name.hasPrefix("copies/") {
            victim.collected.store.replace(name, nil)
        }
        let repaired = try Repository.repair(
            sealed,
            credential: .passphrase(Fixture.passphrase),
            environment: repository.environment,
            isDryRun: false
        )
        #expect(repaired.unrestored[PackName.name(digest)] != nil)
        for name in names { victim.collected.store.replace(name, nil) }
        try victim.expectUnharmed()
        #expect(try victim.collected.open().check(.data).ok)
    }

    @Test
    func `that nobody else can read keeps nobody from all others, however many there are and whatever they are called`()
        throws
    {
        let victim = try Victim()
        // Names that sort before all that are true, and more of them than anybody tries.
        let names = (0..<40).flatMap { number -> [String] in
            let digest = [0, 0, UInt8(number)] + [UInt8](repeating: 0, count: 29)
            return ["keys/dom-\(Hexadecimal.encode(Array(digest.prefix(8)))).hpke", PackName.name(digest)]
        }
        for name in names { victim.collected.store.replace(name, [1, 2, 3]) }
        let store = SealedStore(base: victim.collected.store, sealed: Set(names))
        for _ in 0..<5 {
            let repository = try victim.collected.open(store)
            for (snapshot, contents) in victim.snapshots {
                #expect(try Fixture.contents(repository, snapshot) == contents)
            }
            #expect(try repository.snapshot("latest") == victim.snapshots.last?.snapshot)
        }
        // Where there is no true one, what is sealed with the key of somebody else is told from a right that is missing.
        let records = (0..<3).map { "f/" + Hexadecimal.encode([UInt8](repeating: UInt8($0), count: 32)) }
        for name in records { victim.collected.store.replace(name, [1, 2, 3]) }
        let sealed = SealedStore(base: victim.collected.store, sealed: Set(records), code: .repositoryDamaged)
        #expect(try victim.collected.open(sealed).snapshots().count == victim.snapshots.count)
    }

    @Test func `that says what is forgotten and may not be read stops who would let others go`() throws {
        let victim = try Victim()
        let repository = try victim.collected.open()
        try repository.forget([victim.snapshots[0].snapshot])
        try repository.forget([victim.snapshots[8].snapshot])
        let record = try #require(victim.collected.store.contents.keys.filter { $0.hasPrefix("f/") }.min())
        let store = SealedStore(base: victim.collected.store, sealed: [record, SecondCopy.name(record)])
        let opened = try victim.collected.open(store)
        // What was forgotten is listed, which is said.
        #expect(try opened.snapshots().count == 8)
        #expect(try opened.untrusted().unreadable == [record])
        let error = #expect(throws: LifeboatError.self) { try opened.verifications(needsAll: true) }
        #expect(error?.code == .storeDenied && error?.message.contains(record) == true)
        #expect(try repository.untrusted().unreadable.isEmpty)
    }

    @Test func `that a thief stores to get in the way of his revocation is given up, and he is revoked`() throws {
        let victim = try Victim()
        let identity = try victim.collected.open().addWriter(name: "thief")
        let thief = try victim.collected.open(nil, .identity(identity))
        for number in 0..<4 { _ = try Fixture.backup(thief, Fixture.objects(number + 2), at: Int64(90_000 + number)) }
        let writer = try #require(thief.ring.writer).id
        let digest = [UInt8](repeating: 7, count: 32)
        let junk = ManifestName.name(writer: writer, sequence: 3, digest: digest)
        victim.collected.store.replace(junk, [1])
        let store = SealedStore(base: victim.collected.store, sealed: [junk])
        let root = try victim.collected.open(store)
        let error = #expect(throws: LifeboatError.self) { try root.revokeWriter(writer, lastSequence: 3) }
        #expect(error?.code == .storeDenied && error?.remedy.contains("lifeboat forget 070707070707") == true)
        try root.forget(lost: [Hexadecimal.encode(digest)])
        try root.revokeWriter(writer, lastSequence: 3)
        #expect(try victim.collected.open(store).snapshots().filter { $0.writer == writer }.map(\.sequence).max() == 3)
        try victim.expectUnharmed()
    }

    @Test func `in the place of the newest list of recipients does not bring back who was removed by it`() throws {
        let victim = try Victim()
        let random = Fixture.environment(seed: 99).random
        let readers = try ["removed", "other"].map { name in
            let reader = try DataIdentity(random: { random($0) }, name: name, access: .data)
            try victim.collected.open(seed: UInt64(name.count)).addRecipient(reader.recipient.text, name: name)
            return reader.recipient.id
        }
        try victim.collected.open().removeRecipient(readers[0])
        let list = KeyObjectName.recipients(try victim.collected.open().ring.publicKeys.recipients.version)
        for name in [list, SecondCopy.name(list)] { victim.collected.store.replace(name, [1]) }
        let error = #expect(throws: LifeboatError.self) { try victim.collected.open().removeRecipient(readers[1]) }
        #expect(error?.code == .repositoryDamaged)
        #expect(try victim.collected.open().ring.publicKeys.recipients.version == 3)
    }

    @Test func `beside the keys does not make every backup read all manifests again`() throws {
        let victim = try Victim()
        victim.collected.store.replace("keys/dom-0000000000000000.hpke", [1, 2, 3])
        let disk = FailingDisk(victim.collected.store)
        let repository = try victim.collected.open(disk)
        #expect(try repository.snapshots().count == 9)
        let before = disk.reads.count { $0.hasPrefix("s/") }
        try repository.refreshKeys()
        #expect(try repository.snapshots().count == 9)
        #expect(before > 0 && disk.reads.count { $0.hasPrefix("s/") } == before)
    }

    @Test func `that hides the key bundle is said to be denied, and not damaged`() throws {
        let victim = try Victim()
        let store = SealedStore(
            base: victim.collected.store,
            sealed: [KeyObjectName.rootBundle(1), SecondCopy.name(KeyObjectName.rootBundle(1))]
        )
        let error = #expect(throws: LifeboatError.self) { try victim.collected.open(store) }
        #expect(error?.code == .storeDenied)
    }

    @Test func `denied with all others of its kind is a right that is missing, and nothing is decided without it`()
        throws
    {
        let victim = try Victim()
        let repository = try victim.collected.open()
        try repository.recordVerification(of: victim.snapshots.map(\.snapshot.id), .check)
        for prefix in ["v/", "s/", "p/"] {
            let names = victim.collected.store.contents.keys.filter { $0.hasPrefix(prefix) }
            let store = SealedStore(base: victim.collected.store, sealed: Set(names))
            let opened = try victim.collected.open(store)
            let error = #expect(throws: LifeboatError.self) {
                _ = try opened.verifications(needsAll: true)
                _ = try opened.reader(try opened.snapshot("latest")).readableEntries(opensDocuments: true)
            }
            #expect(error?.code == .storeDenied, "\(prefix)")
        }
    }

    @Test func `that pretends to be a proof neither hides a manifest that is gone nor makes one up`() throws {
        let victim = try Victim()
        victim.collected.advance(hours: 2)
        let repository = try victim.collected.open()
        try repository.recordVerification(of: victim.snapshots.map(\.snapshot.id), .check)
        let gone = try #require(victim.snapshots.last).snapshot
        // By nobody, of a manifest that is there no more and of one that never was; one of the two sorts before the true one.
        for (number, digest) in [gone.digest, [UInt8](repeating: 9, count: 32)].enumerated() {
            for round in 0..<8 {
                var forged = VerificationRecord(
                    repository.configuration.id,
                    at: Timestamp(secondsSince1970: victim.collected.now + Int64(number * 8 + round)),
                    .check
                )
                forged.add(digest, SessionKey(secret: SecretBytes([UInt8](repeating: 3, count: 32))))
                victim.collected.store.replace(forged.name, forged.encoded)
            }
        }
        #expect(try victim.collected.open().check(.structure).ok)
        victim.collected.store.replace(gone.name, nil)
        let report = try victim.collected.open().check(.structure)
        #expect(report.problems.map(\.snapshots) == [[gone.id]], "\(report.problems)")
        #expect(!report.notices.isEmpty)
    }

    @Test func `whose blobs commit to another key is read around`() throws {
        let victim = try Victim()
        let root = try victim.collected.open()
        let writer = try root.beginSnapshot(SnapshotRequest(cluster: Fixture.cluster, policy: "nightly"))
        for object in Fixture.objects(8) { try Fixture.add(object, to: writer) }
        let snapshot = try writer.commit(SnapshotSummary(takenAt: Timestamp(secondsSince1970: 1_800_000_009))).snapshot
        // The keys of its packs are not those that their contexts commit to, and that of the manifest is.
        let opened = try victim.collected.open()
        let reader = try opened.reader(snapshot)
        let entry = try #require(try reader.entries().last)
        let location = try #require(try opened.blobs.locate(entry.id))
        opened.blobs.state.withLock { state in
            let pack = state.packs[Int(location.pack)]
            state.packs[Int(location.pack)].opener = BlobOpener(
                header: pack.header,
                contentCiphers: pack.header.contexts.map { _ in nil },
                contextProblems: Dictionary(
                    uniqueKeysWithValues: pack.header.contexts.indices.map { ($0, "it is another key") }
                ),
                structureCiphers: pack.opener?.structureCiphers ?? [],
                identifiers: writer.keys.identifiers,
                codecs: opened.blobs.codecs
            )
        }
        let error = #expect(throws: LifeboatError.self) { try reader.bytes(entry) }
        #expect(error?.code == .repositoryDamaged && error?.message.contains("another key") == true)
        let (_, lost) = try reader.readableEntries(opensDocuments: true)
        #expect(!lost.isEmpty)
    }
}
