import KubernetesObjects
import Testing

@testable import Archive

/// What somebody can do who has stolen the identity of a writer, or was given one: snapshots of others stay as they are, for readers,
/// collections, checks and repairs alike.
@Suite struct `A hostile writer` {
    /// A snapshot that is sealed in a session of the thief's choice.
    @discardableResult
    private static func backup(_ repository: Repository, in session: Session, version: Int) throws -> Snapshot {
        let writer = SnapshotWriter(
            repository: repository,
            request: SnapshotRequest(cluster: Fixture.cluster, policy: "nightly"),
            domain: try repository.ring.domain(try #require(repository.ring.writer).domain),
            session: session,
            parent: nil,
            parentTree: ParentTree(),
            collection: try repository.collections.loadTrusted(repository.configuration.id)
        )
        for var object in Fixture.objects(4) {
            object.text = "of a thief \(version)"
            try Fixture.add(object, to: writer)
        }
        return try writer.commit(SnapshotSummary(takenAt: Timestamp(secondsSince1970: 1_800_000_001))).snapshot
    }

    /// A session under an id, whose stanzas hold `wrapped` while its files are sealed with `used`.
    private static func session(_ ring: KeyRing, _ id: SessionID, wrapped: UInt8, used: UInt8) throws -> Session {
        func key(_ byte: UInt8) -> SessionKey {
            SessionKey(secret: SecretBytes([UInt8](repeating: byte, count: 32)))
        }
        let stanzas = try ring.stanzas(of: key(wrapped), id: id, for: ring.publicKeys.recipients.readers)
        return Session(id: id, key: key(used), sealed: SealedSession(id: id, stanzas: stanzas))
    }

    @Test func `who uses the ids of the sessions of others spoils none of their snapshots`() throws {
        let victim = try Victim()
        let manifests = try victim.collected.open().chain.load().committed.map(\.manifest)
        let own = try #require(manifests.first).writer
        // Their names sort before and after those of the victim, so both are read first once.
        var sides: Set<Bool> = []
        for number in 0..<64 where sides.count < 2 {
            let identity = try victim.collected.open(seed: UInt64(100 + number)).addWriter(name: "thief \(number)")
            let thief = try victim.collected.open(nil, .identity(identity))
            guard sides.insert(try #require(thief.ring.writer).id < own).inserted else { continue }
            for (version, manifest) in manifests.enumerated() {
                let session = try Self.session(thief.ring, manifest.context.session.id, wrapped: 7, used: 7)
                try Self.backup(thief, in: session, version: version)
            }
        }
        #expect(sides.count == 2)
        try victim.expectUnharmed()
        try victim.expectUnblamed()
        #expect(try victim.collected.open().lostSnapshots().isEmpty)
        let random = Fixture.environment(seed: 99).random
        let reader = try DataIdentity(random: { random($0) }, name: "new", access: .data)
        try victim.collected.open().addRecipient(reader.recipient.text, name: "new", rewraps: true)
        try victim.expectUnharmed(.identity(Array(reader.text.utf8)))
        #expect(try victim.collected.collect().packsRewritten > 0)
        try victim.expectUnharmed()
        try victim.expectUnharmed(.identity(Array(reader.text.utf8)))
        try victim.expectUnblamed()
    }

    @Test
    func `whose packs commit to another key than they hold takes no pack of others along when they are put together`()
        throws
    {
        let victim = try Victim()
        let root = try victim.collected.open()
        let thief = try victim.collected.open(nil, .identity(try root.exportIdentity(.writer)))
        let session = try Self.session(
            thief.ring,
            SessionID(truncating: [UInt8](repeating: 9, count: 16)),
            wrapped: 1,
            used: 2
        )
        let hostile = try Self.backup(thief, in: session, version: 1)
        // A maintainer opens no session, so it cannot know.
        let maintainer = try victim.collected.open(nil, .identity(try root.exportIdentity(.maintainer)))
        #expect(try maintainer.collect(CollectedRepository.immediately).packsRewritten > 0)
        try victim.expectUnharmed()
        try victim.expectUnblamed()
        let report = try victim.collected.open().check(.data)
        #expect(report.problems.contains { $0.problem.contains("the one that it commits to") })
        // Whoever reads is told, and gives the snapshot up.
        let error = #expect(throws: LifeboatError.self) { try victim.collected.collect() }
        #expect(error?.code == .repositoryDamaged && error?.message.contains("nothing is reclaimed") == true)
        let repaired = try Repository.repair(
            victim.collected.store,
            credential: .passphrase(Fixture.passphrase),
            environment: try victim.collected.open().environment,
            isDryRun: false
        )
        #expect(repaired.packs.count == 1)
        try victim.expectUnharmed()
        let opened = try victim.collected.open()
        #expect(try opened.lostSnapshots() == [hostile.id])
        try opened.forget(lost: [hostile.id])
        try victim.collected.collect()
        try victim.expectUnharmed()
        #expect(try victim.collected.open().check(.data).ok)
    }

    /// A pack of a writer that is filled by hand.
    private static func pack(of writer: SnapshotWriter, salt: UInt8) throws -> PackBuilder {
        try PackBuilder(
            repository: writer.repository.configuration.id,
            session: writer.session,
            domain: writer.domain,
            salt: [UInt8](repeating: salt, count: KeyContext.saltCount)
        )
    }

    /// Commits a snapshot of a tree that was made by hand.
    private static func publish(_ writer: SnapshotWriter, _ root: ChildRecord, at seconds: Int64) throws -> Snapshot {
        let takenAt = Timestamp(secondsSince1970: 1_800_000_000 + seconds)
        let details = SnapshotDetails(writer.request, SnapshotSummary(takenAt: takenAt), counts: [:])
        return try writer.publish(root, details, takenAt, hasContent: false).snapshot
    }

    /// Stores a tree of one page over a document whose id stands for something else.
    private static func untrueSnapshot(_ repository: Repository) throws -> (snapshot: Snapshot, pack: String) {
        let writer = try repository.beginSnapshot(SnapshotRequest(cluster: Fixture.cluster, policy: "nightly"))
        let right = writer.keys.identifiers
        let wrong = TreeKeys(DomainSecrets { [UInt8](repeating: 5, count: $0) }).identifiers
        let document = Array(#"{"kind":"ConfigMap"}"#.utf8)
        let id = document.withUnsafeBytes { wrong.identifier(.document, $0) }
        var page: [UInt8] = []
        StructurePage.header(
            scope: .objects,
            height: 0,
            count: 1,
            resourceTag: 1,
            namespaceTag: 1,
            names: .zero,
            into: &page
        )
        ObjectRecord(nameTag: 1, changeTag: 1, specificationTag: 1, id: id, rawLength: document.count).append(to: &page)
        let root = page.withUnsafeBytes { right.identifier(.structure, $0) }
        var packs: [FinishedPack] = []
        for (id, type, bytes, identifiers) in [
            (id, BlobType.document, document, wrong), (root, .structure, page, right),
        ] {
            var pack = try Self.pack(of: writer, salt: UInt8(packs.count))
            try bytes.withRawBytes { (raw) throws(MalformedBytes) in
                try pack.append(id, type: type, codec: .stored, rawLength: raw.count, packed: raw)
            }
            packs.append(try pack.finish(identifiers: identifiers, codecs: repository.blobs.codecs))
        }
        for pack in packs {
            _ = try repository.store.put(pack.name, pack.bytes)
            try repository.blobs.insert(pack, domain: writer.domain.id)
        }
        return (try publish(writer, ChildRecord(tag: 0, id: root, objects: 1), at: 2), packs[0].name)
    }

    @Test
    func `whose blobs are not what their ids stand for keeps no collection from its work, and is left where it is`()
        throws
    {
        let victim = try Victim()
        let (hostile, pack) = try Self.untrueSnapshot(try victim.collected.open())
        let report = try victim.collected.collect()
        #expect(report.packsRewritten > 0)
        #expect(report.unreadable[pack]?.contains("is not what its id stands for") == true)
        #expect(victim.collected.store.contents[pack] != nil)
        try victim.expectUnharmed()
        try victim.expectUnblamed()
        #expect(try victim.collected.open().check(.data).problems.flatMap(\.snapshots).contains(hostile.id))
    }

    @Test
    func `whose pages are of another level than the comparison comes to is told of, and not read beyond their end`()
        throws
    {
        let victim = try Victim()
        let repository = try victim.collected.open()
        let honest = victim.snapshots[8].snapshot
        let tree = try repository.reader(honest).tree
        let root = try tree.page(honest.root)
        let namespaces = try tree.page(root.child(0).id)
        let writer = try repository.beginSnapshot(SnapshotRequest(cluster: Fixture.cluster, policy: "nightly"))
        var pack = try Self.pack(of: writer, salt: 4)
        /// The page with another one in the place of its first child.
        func store(_ page: StructurePage, _ child: BlobID) throws -> BlobID {
            var bytes = page.bytes
            let place = try #require(bytes.firstRange(of: page.child(0).id.bytes))
            bytes.replaceSubrange(place, with: child.bytes)
            let id = bytes.withUnsafeBytes { writer.keys.identifiers.identifier(.structure, $0) }
            try bytes.withRawBytes { (raw) throws(MalformedBytes) in
                try pack.append(id, type: .structure, codec: .stored, rawLength: raw.count, packed: raw)
            }
            return id
        }
        let child = try store(root, try store(namespaces, root.child(0).id))
        let finished = try pack.finish(identifiers: writer.keys.identifiers, codecs: repository.blobs.codecs)
        _ = try repository.store.put(finished.name, finished.bytes)
        let made = ChildRecord(tag: 0, id: child, objects: UInt64(honest.objects))
        let hostile = try Self.publish(writer, made, at: 4)
        let opened = try victim.collected.open()
        for (old, new) in [(honest, hostile), (hostile, honest)] {
            let error = #expect(throws: LifeboatError.self) { try opened.difference(old, new) }
            #expect(error?.code == .repositoryDamaged && error?.message.contains("is not of the level") == true)
        }
        try victim.expectUnharmed()
    }

    @Test func `whose pages stand one below the other without end is told of by checks and collections`() throws {
        let victim = try Victim()
        let repository = try victim.collected.open()
        let writer = try repository.beginSnapshot(SnapshotRequest(cluster: Fixture.cluster, policy: "nightly"))
        var pack = try Self.pack(of: writer, salt: 4)
        var child = ChildRecord(tag: 0, id: .zero, objects: 1)
        for _ in 0..<60_000 {
            var page: [UInt8] = []
            StructurePage.header(
                scope: .resources,
                height: 1,
                count: 1,
                resourceTag: 0,
                namespaceTag: 0,
                names: .zero,
                into: &page
            )
            child.append(to: &page)
            let id = page.withUnsafeBytes { writer.keys.identifiers.identifier(.structure, $0) }
            try page.withRawBytes { (raw) throws(MalformedBytes) in
                try pack.append(id, type: .structure, codec: .stored, rawLength: raw.count, packed: raw)
            }
            child = ChildRecord(tag: 0, id: id, objects: 1)
        }
        let finished = try pack.finish(identifiers: writer.keys.identifiers, codecs: repository.blobs.codecs)
        _ = try repository.store.put(finished.name, finished.bytes)
        let hostile = try Self.publish(writer, child, at: 3)
        let opened = try victim.collected.open()
        let unread = #expect(throws: LifeboatError.self) { try Fixture.contents(opened, hostile) }
        #expect(unread?.code == .repositoryDamaged)
        let refused = #expect(throws: LifeboatError.self) { try victim.collected.collect() }
        #expect(refused?.code == .repositoryDamaged && refused?.message.contains("is not of the level") == true)
        #expect(Set(try opened.check(.data).problems.flatMap(\.snapshots)) == [hostile.id])
        #expect(throws: LifeboatError.self) { try opened.statistics() }
        try opened.forget([hostile])
        try victim.collected.collect()
        try victim.expectUnharmed()
        #expect(try victim.collected.open().check(.data).ok)
    }
}
