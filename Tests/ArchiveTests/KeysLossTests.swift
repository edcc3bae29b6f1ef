import KubernetesObjects
import Testing

@testable import Archive

/// Key objects that are lost, swapped or of another repository, and what a repair makes of them.
@Suite struct `Keys that are lost or swapped` {
    private static let objects = Fixture.objects(6)

    private static func repository(seed: UInt64 = 1) throws -> MemoryStore {
        let store = MemoryStore()
        let repository = try Repository.create(
            in: store,
            passphrase: Fixture.passphrase,
            environment: Fixture.environment(seed: seed)
        )
        try Fixture.backup(repository, objects)
        return store
    }

    private static func repair(_ store: MemoryStore) throws -> RepairReport {
        try Repository.repair(
            store,
            credential: .passphrase(Fixture.passphrase),
            environment: Fixture.environment(seed: 77),
            isDryRun: false
        )
    }

    private static func expectWhole(_ store: MemoryStore) throws {
        let repository = try Fixture.open(store)
        let snapshot = try #require(try repository.snapshots().first)
        #expect(try Fixture.contents(repository, snapshot) == Fixture.expected(objects))
        try Fixture.expectIntact(store)
    }

    @Test(arguments: ["keys/root.age", "lifeboat.repo"])
    func `what is of another repository with the same passphrase never takes the place of a copy`(name: String) throws {
        let (store, other) = (try Self.repository(), try Self.repository(seed: 2))
        let original = store.contents
        store.replace(name, other.contents[name])
        #expect(try Self.repair(store).isWhole)
        #expect(store.contents == original)
        try Self.expectWhole(store)
        // Of the copy, too.
        store.replace(SecondCopy.name(name), other.contents[name])
        _ = try Self.repair(store)
        #expect(store.contents == original)
        // Nothing is left that proves which repository this is.
        store.replace(name, other.contents[name])
        store.replace(SecondCopy.name(name), other.contents[name])
        let swapped = store.contents
        let error = #expect(throws: LifeboatError.self) { try Self.repair(store) }
        #expect(error?.code == .repositoryWrongKey)
        #expect(store.contents == swapped, "a repair that fails changes nothing")
    }

    @Test func `remains of a repository are not built over, and come back`() throws {
        let store = try Self.repository()
        let original = store.contents
        for name in original.keys where name == "lifeboat.repo" || name.hasPrefix("keys/") { store.replace(name, nil) }
        let remains = store.contents
        let error = #expect(throws: LifeboatError.self) {
            try Repository.create(
                in: store,
                passphrase: Fixture.passphrase,
                environment: Fixture.environment(seed: 3)
            )
        }
        #expect(error?.code == .repositoryExists && error?.remedy.contains("repair") == true)
        #expect(store.contents == remains)
        #expect(try Self.repair(store).isWhole)
        #expect(store.contents == original)
        try Self.expectWhole(store)
    }

    @Test func `a recipient that was removed does not come back with an older list`() throws {
        let store = try Self.repository()
        let recipient = try #require(
            try AgeIdentity.x25519(SecretBytes([UInt8](repeating: 9, count: 32))).recipient()?.text
        )
        try Fixture.open(store).addRecipient(recipient, name: "auditor")
        let added = try #require(try Fixture.open(store).recipients().readers.first { $0.name == "auditor" })
        try Fixture.open(store).removeRecipient(added.id)
        try Fixture.backup(try Fixture.open(store), Self.objects, at: 10)
        let original = store.contents
        #expect(original["keys/rcpt-3"] != nil)
        // The copy is enough to know it.
        store.replace("keys/rcpt-3", nil)
        #expect(try Fixture.open(store).recipients().version == 3)
        #expect(try !Fixture.open(store).check(.structure).ok)
        try Fixture.open(store).addRecipient(recipient, name: "auditor")
        #expect(store.contents["keys/rcpt-4"] != nil && store.contents["keys/rcpt-3"] == nil)
        // Without it, snapshots say that there was one.
        store.replaceAll(original)
        for name in ["keys/rcpt-3", "copies/keys/rcpt-3"] { store.replace(name, nil) }
        let error = #expect(throws: LifeboatError.self) {
            try Fixture.backup(try Fixture.open(store), Self.objects, at: 20)
        }
        #expect(error?.message.contains("keys/rcpt-3") == true)
        #expect(try Fixture.open(store).check(.structure).problems.map(\.path) == ["keys/rcpt-3"])
        try Self.expectContents(store)
    }

    private static func expectContents(_ store: MemoryStore) throws {
        let repository = try Fixture.open(store)
        let snapshot = try #require(try repository.snapshots().first)
        #expect(try Fixture.contents(repository, snapshot) == Fixture.expected(objects))
    }

    @Test func `an object under the name of another is damaged, and its copy comes back`() throws {
        let store = try Self.repository()
        _ = try Fixture.open(store).addWriter(name: "other")
        let original = store.contents
        for prefix in ["keys/dom-", "keys/wr-"] {
            let names = original.keys.filter { $0.hasPrefix(prefix) }.sorted()
            store.replace(names[1], original[names[0]])
            #expect(try !Fixture.open(store).check(.structure).ok, "\(names)")
            #expect(try Self.repair(store).isWhole)
            #expect(store.contents == original)
        }
        try Self.expectWhole(store)
    }

    @Test func `the name of one that is lost is not taken again`() throws {
        let store = try Self.repository()
        func add(_ byte: UInt8) throws {
            let identity = AgeIdentity.x25519(SecretBytes([UInt8](repeating: byte, count: 32)))
            let text = try #require(try identity.recipient()?.text)
            try Fixture.open(store).addRecipient(text, name: "reader \(byte)", rewraps: true)
        }
        try add(9)
        let domain = try #require(store.contents.keys.first { $0.hasPrefix("keys/dom-") && $0.hasSuffix("-2.hpke") })
        let lost = [domain, "keys/rewrap-1"].map { ($0, store.contents[$0]) }
        for (name, bytes) in lost {
            #expect(bytes != nil)
            store.replace(name, nil)
        }
        try add(10)
        _ = try Self.repair(store)
        for (name, bytes) in lost { #expect(store.contents[name] == bytes) }
        try Self.expectWhole(store)
    }

    @Test func `a changed passphrase is tried before the old one goes`() throws {
        let fixture = KeysFixture()
        let ring = try fixture.create()
        let plain = fixture.memory.objects
        let broken = KeyStore(
            objects: KeyObjects(
                put: { name, bytes throws(LifeboatError) in
                    var bytes = bytes
                    if name == "keys/root-2.age" { bytes[bytes.count - 1] ^= 1 }
                    return try plain.put(name, bytes)
                },
                get: plain.get,
                list: plain.list,
                delete: plain.delete
            ),
            environment: fixture.store.environment
        )
        let error = lifeboatError { try broken.changePassphrase(to: Array("another".utf8), from: ring) }
        #expect(error?.code == .internalError)
        #expect(try fixture.open().configuration.id == ring.configuration.id)
    }

    @Test func `the recovery sheet has the bundle that was opened`() throws {
        let fixture = KeysFixture()
        let root = try #require(try fixture.create().held.root)
        // A change of the passphrase that was interrupted.
        fixture.memory["keys/root-2.age"] = try fixture.store.encrypt(root, Array("another".utf8))
        let sheet = try fixture.store.recoverySheet(from: try fixture.open())
        #expect(sheet.contains("keys/root.age") && !sheet.contains("keys/root-2.age"))
        let other = try fixture.store.open(.passphrase(Array("another".utf8)))
        #expect(try fixture.store.recoverySheet(from: other).contains("keys/root-2.age"))
    }

    @Test func `a domain whose keys are lost is told of by a check of the structure`() throws {
        let store = try Self.repository()
        let identity = try Fixture.open(store).addWriter(name: "other")
        try Fixture.backup(try Fixture.open(store, .identity(identity)), Self.objects, at: 10)
        let domains = store.contents.keys.filter { $0.contains("keys/dom-") }
        let first = try Fixture.open(store).ring.held.root?.firstDomain.id.description ?? ""
        let others = domains.filter { !$0.contains(first) }
        #expect(others.count == 2)
        // One that is damaged has no copy that could help.
        for name in others where name.hasPrefix("copies/") { store.replace(name, nil) }
        var bytes = try #require(others.first { !$0.hasPrefix("copies/") }.flatMap { store.contents[$0] })
        bytes[100] ^= 1
        for name in others where name.hasPrefix("keys/") { store.replace(name, bytes) }
        let damaged = try Fixture.open(store).check(.structure)
        #expect(damaged.problems.contains { $0.path.hasPrefix("keys/dom-") && $0.problem.contains("damaged") })
        for name in others { store.replace(name, nil) }
        let report = try Fixture.open(store).check(.structure)
        let problem = try #require(report.problems.first { $0.path.hasPrefix("keys/dom-") })
        #expect(problem.snapshots.count == 1)
    }
}
