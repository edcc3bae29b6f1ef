import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `The keys of a repository` {
    @Test func `are created once and open with the passphrase`() throws {
        let fixture = KeysFixture()
        let created = try fixture.create()
        #expect(created.roles == Set(RepositoryRole.allCases))
        #expect(fixture.memory.names.filter { !$0.hasPrefix("keys/") } == ["lifeboat.repo"])
        #expect(fixture.memory.names.contains("keys/root.age") && fixture.memory.names.contains("keys/rcpt-1"))
        let opened = try fixture.open()
        #expect(opened.configuration == created.configuration)
        #expect(opened.writer?.id == created.writer?.id)
        #expect(opened.domains == created.domains && opened.problems.isEmpty)
        #expect(lifeboatError { _ = try fixture.create() }?.code == .repositoryExists)
        let session = try created.beginSession()
        #expect(try opened.openSession(session.sealed) == session.key)
    }

    @Test func `say what is wrong when they cannot be opened`() throws {
        let fixture = KeysFixture()
        #expect(lifeboatError { _ = try fixture.open() }?.exitStatus == .noRepository)
        let ring = try fixture.create()
        let wrong = lifeboatError { _ = try fixture.store.open(.passphrase(Array("wrong".utf8))) }
        #expect(wrong?.code == .repositoryWrongKey && wrong?.exitStatus == .wrongKey)
        let empty = lifeboatError { _ = try fixture.store.open(.passphrase([])) }
        #expect(empty?.code == .repositoryWrongKey)

        let other = KeysFixture(seed: 2)
        let stranger = try other.store.exportIdentity(.reader, from: other.create())
        let mismatch = lifeboatError { _ = try fixture.open(stranger) }
        #expect(mismatch?.code == .repositoryWrongKey)
        #expect(mismatch?.message.contains("another repository") == true)
        let age = try #require(AgeIdentity.x25519(SecretBytes([UInt8](repeating: 3, count: 32))).text)
        #expect(lifeboatError { _ = try fixture.open(Array(age.utf8)) }?.code == .repositoryWrongKey)

        fixture.memory["keys/root.age"] = nil
        let missing = lifeboatError { _ = try fixture.open() }
        #expect(missing?.code == .repositoryKeyMissing)
        fixture.memory["keys/root.age"] = other.memory["keys/root.age"]
        #expect(lifeboatError { _ = try fixture.open() }?.message.contains("\(ring.configuration.id)") == true)
    }

    @Test func `can be gone on with when their creation was interrupted`() throws {
        let whole = KeysFixture()
        _ = try whole.create()
        for missing in whole.memory.names where missing != "keys/root.age" {
            // The same randomness gives the same names.
            let fixture = KeysFixture()
            _ = try fixture.create()
            fixture.memory[missing] = nil
            fixture.memory["lifeboat.repo"] = nil
            let other = lifeboatError { _ = try fixture.store.create(passphrase: [1]) }
            #expect(other?.code == .repositoryExists)
            let ring = try fixture.create()
            #expect(ring.problems.isEmpty)
            #expect(try fixture.open().openSession(ring.beginSession().sealed).secret.count == 32)
        }
    }

    @Test func `are refused one by one when any byte of them was changed`() throws {
        let fixture = KeysFixture()
        let configuration = try fixture.create().configuration
        for (name, bytes) in fixture.memory.all where name != "keys/root.age" {
            // The larger objects hold long public keys, of which some bytes stand for all.
            for index in stride(from: 0, to: bytes.count, by: bytes.count < 1_500 ? 1 : 13) {
                var changed = bytes
                changed[index] ^= 1
                #expect(throws: LifeboatError.self, "\(name) at \(index)") {
                    switch name {
                    case "lifeboat.repo": _ = try RepositoryConfiguration(parsing: changed)
                    case _ where name.hasPrefix("keys/dom"):
                        _ = try DomainEnvelope(parsing: changed, name: name, configuration)
                    case _ where name.hasPrefix("keys/rcpt"):
                        _ = try RecipientList(parsing: changed, name: name, configuration)
                    default:
                        let role: RepositoryRole = name.hasPrefix("keys/wr") ? .writer : .maintainer
                        _ = try SigningCertificate(parsing: changed, name: name, role: role, configuration)
                    }
                }
            }
        }
    }

    @Test func `are told of when they are damaged, and the others still serve`() throws {
        let fixture = KeysFixture()
        let reader = try fixture.store.exportIdentity(.reader, from: fixture.create())
        let objects = fixture.memory.all
        for (name, bytes) in objects where name.hasPrefix("keys/") && name != "keys/root.age" {
            fixture.memory[name] = Array(bytes.dropLast(7))
            let ring = try fixture.open(reader)
            #expect(ring.problems.count == 1 && ring.problems.allSatisfy { $0.message.hasPrefix(name) })
            fixture.memory.all = objects
        }
    }

    @Test func `are refused when a configuration of another root key takes the place`() throws {
        let fixture = KeysFixture()
        let reader = try fixture.store.exportIdentity(.reader, from: fixture.create())
        let bundle = try fixture.store.openBundle(KeysFixture.passphrase)
        let forger = try SigningKey(random: RepeatableRandom(8).bytes)
        let forged = RepositoryConfiguration(
            id: bundle.repository,
            createdAt: bundle.createdAt,
            rootKey: forger.publicKey
        )
        fixture.memory["lifeboat.repo"] = try forged.encoded(signedWith: forger)
        #expect(lifeboatError { _ = try fixture.open(reader) }?.code == .repositoryWrongKey)
        #expect(lifeboatError { _ = try fixture.open() }?.code == .repositoryWrongKey)
    }

    @Test func `have a passphrase that can be changed`() throws {
        let fixture = KeysFixture()
        let ring = try fixture.create()
        let before = fixture.memory["keys/root.age"]
        let new = Array("another".utf8)
        try fixture.store.changePassphrase(to: new, from: ring)
        #expect(lifeboatError { _ = try fixture.open() }?.code == .repositoryWrongKey)
        #expect(try fixture.store.open(.passphrase(new)).configuration.id == ring.configuration.id)
        // Killed before the old bundle was deleted: both open.
        fixture.memory["keys/root.age"] = before
        #expect(try fixture.open().roles.contains(.root))
        #expect(try fixture.store.open(.passphrase(new)).roles.contains(.root))
        #expect(lifeboatError { try fixture.store.changePassphrase(to: [], from: ring) }?.code == .usage)
    }

    @Test func `refuse a program that is too old`() throws {
        let fixture = KeysFixture()
        let root = try fixture.create().held.root
        var text = String(decoding: try #require(fixture.memory["lifeboat.repo"]), as: UTF8.self)
        var members = try JSONValue(parsing: text)
        members["min_reader"] = 2
        members["kind"] = nil
        members["signature"] = nil
        let signed = try SignedDocument.encode(
            kind: "lifeboat.repository/v1",
            members,
            with: try #require(root).root
        )
        fixture.memory["lifeboat.repo"] = signed
        #expect(lifeboatError { _ = try fixture.open() }?.code == .repositoryUnsupported)
        members["min_reader"] = 1
        members["features", "write"] = ["shards"]
        text = String(
            decoding: try SignedDocument.encode(kind: "lifeboat.repository/v1", members, with: #require(root).root),
            as: UTF8.self
        )
        fixture.memory["lifeboat.repo"] = Array(text.utf8)
        let ring = try fixture.open()
        try ring.configuration.require(.read)
        #expect(lifeboatError { try ring.configuration.require(.write) }?.message.contains("shards") == true)
    }

    @Test func `never show a secret in a description or an error`() throws {
        let fixture = KeysFixture()
        let ring = try fixture.create()
        let bundle = try #require(ring.held.root)
        var texts = ["\(ring)", String(reflecting: ring)]
        var dumped = ""
        dump(ring, to: &dumped)
        dump(try #require(ring.held.writer), to: &dumped)
        dump(try #require(ring.held.maintainer), to: &dumped)
        dump(try ring.beginSession(), to: &dumped)
        texts.append(dumped)
        let secrets = [bundle.root.seed, bundle.writer.seed, bundle.firstDomain.secret]
        for secret in secrets.map({ $0.exposed() }) {
            let forms = [Hexadecimal.encode(secret), Base64.encode(secret), String("\(secret.prefix(6))".dropLast(1))]
            for text in texts { for form in forms { #expect(!text.contains(form)) } }
        }
        #expect(texts.allSatisfy { !$0.contains("AGE-SECRET-KEY") })
    }
}
