import KubernetesObjects
import Testing

@testable import Archive

@Suite struct `The roles of a repository` {
    private let fixture = KeysFixture()
    private let ring: KeyRing

    init() throws { ring = try fixture.create() }

    @Test func `a writer writes and reads nothing back`() throws {
        let writer = try fixture.open(fixture.store.exportIdentity(.writer, name: "production", from: ring))
        #expect(writer.roles == [.writer] && writer.writer?.name == "production")
        #expect(writer.domains == ring.domains && writer.writer?.id != ring.writer?.id)
        let session = try writer.beginSession()
        #expect(try ring.openSession(session.sealed) == session.key)
        let refused = lifeboatError { _ = try writer.openSession(session.sealed) }
        #expect(refused?.code == .repositoryNotPermitted)
        #expect(refused?.remedy.contains("reader") == true)
        for action in [
            { _ = try writer.signMaintenance([1]) }, { _ = try fixture.store.addWriter(name: "x", from: writer) },
            { _ = try fixture.store.exportIdentity(.reader, from: writer) },
            { try fixture.store.changePassphrase(to: [1], from: writer) },
        ] as [() throws -> Void] {
            #expect(lifeboatError(action)?.code == .repositoryNotPermitted)
        }
    }

    @Test func `a writer's identity holds no key that any session is wrapped for`() throws {
        let file = try IdentityFile(parsing: fixture.store.exportIdentity(.writer, from: ring))
        guard case .writer(let writer) = file.keys else {
            Issue.record("it is not a writer's")
            return
        }
        let session = try ring.beginSession()
        for secret in [writer.signingKey.seed, writer.secrets.secret] {
            for identity in [AgeIdentity.x25519(secret), .hybrid(secret)] {
                let key = try DataIdentity(identity, name: "guess", access: .data)
                #expect(!session.sealed.stanzas.contains { $0.recipient == key.recipient.id })
            }
        }
    }

    @Test func `a maintainer sees structure and signs, and reads nothing`() throws {
        let maintainer = try fixture.open(fixture.store.exportIdentity(.maintainer, from: ring))
        #expect(maintainer.roles == [.maintainer])
        let domain = try #require(ring.domains.first)
        #expect(try maintainer.domain(domain).structureKey == ring.domain(domain).structureKey)
        try ring.publicKeys.verifyMaintenance([7], signature: maintainer.signMaintenance([7]))
        let session = try ring.beginSession()
        #expect(lifeboatError { _ = try maintainer.openSession(session.sealed) }?.code == .repositoryNotPermitted)
        #expect(lifeboatError { _ = try maintainer.beginSession() }?.code == .repositoryNotPermitted)
        let forged = try ring.signManifest([7])
        #expect(lifeboatError { try ring.publicKeys.verifyMaintenance([7], signature: forged) } != nil)
    }

    @Test func `a reader reads every domain and writes nothing`() throws {
        let other = try fixture.open(fixture.store.addWriter(name: "staging", from: ring))
        let reader = try fixture.open(fixture.store.exportIdentity(.reader, from: ring))
        #expect(reader.roles == [.reader])
        #expect(reader.domains.count == 2 && other.domains.count == 1 && other.domains != ring.domains)
        let session = try other.beginSession()
        #expect(try reader.openSession(session.sealed) == session.key)
        #expect(lifeboatError { _ = try reader.beginSession() }?.code == .repositoryNotPermitted)
        let foreign = try #require(ring.domains.first)
        #expect(lifeboatError { _ = try other.domain(foreign) }?.code == .repositoryKeyMissing)
    }

    @Test func `the root role is not exported`() {
        #expect(lifeboatError { _ = try fixture.store.exportIdentity(.root, from: ring) }?.code == .usage)
    }

    @Test(arguments: [RepositoryRole.writer, .maintainer, .reader])
    func `an identity file says what it is and survives an editor`(role: RepositoryRole) throws {
        let file = try fixture.store.exportIdentity(role, from: ring)
        let text = String(decoding: file, as: UTF8.self)
        #expect(text.contains("# It can:") && text.contains("# It cannot:") && text.contains(role.rawValue))
        #expect(text.contains(ring.configuration.id.description))
        let edited = "\u{20}\n" + text.split(separator: "\n").joined(separator: "\r\n") + "\n\n"
        #expect(try fixture.open(Array(edited.utf8)).roles == [role])
        let lines = text.split(separator: "\n")
        let keyless = lines.dropLast().joined(separator: "\n")
        for broken in [String(text.dropLast(4)), keyless, text + text, "\u{7f}", ""] {
            #expect(lifeboatError { _ = try fixture.open(Array(broken.utf8)) }?.code == .repositoryWrongKey)
        }
    }

    @Test func `a manifest is trusted only from a writer that might write it`() throws {
        let file = try fixture.store.exportIdentity(.writer, from: ring)
        let writer = try fixture.open(file)
        let (id, domain) = try (#require(writer.writer).id, #require(writer.writer).domain)
        let signature = try writer.signManifest([1, 2, 3])
        func verify(
            _ bytes: [UInt8] = [1, 2, 3],
            by writer: WriterID? = nil,
            in other: DomainID? = nil,
            sequence: UInt64 = 5,
            digest: [UInt8] = [UInt8](repeating: 7, count: 32),
            with ring: KeyRing
        ) -> LifeboatError? {
            lifeboatError {
                try ring.publicKeys.verifyManifest(
                    bytes,
                    signature: signature,
                    writer: writer ?? id,
                    domain: other ?? domain,
                    sequence: sequence,
                    digest: digest,
                    takenAt: KeysFixture.start
                )
            }
        }
        let current = try fixture.open()
        #expect(verify(with: current) == nil)
        #expect(verify([1, 2, 4], with: current) != nil)
        #expect(verify(by: ring.writer?.id, with: current) != nil)
        #expect(verify(by: WriterID(bytes: [UInt8](repeating: 0, count: 8)), with: current) != nil)
        #expect(verify(in: DomainID(bytes: [UInt8](repeating: 0, count: 8)), with: current) != nil)

        try fixture.store.revokeWriter(id, lastSequence: 5, from: current)
        let after = try fixture.open()
        #expect(verify(sequence: 5, with: after) == nil)
        #expect(verify(sequence: 6, with: after)?.message.contains("revoked") == true)
        // The ones that are named are trusted, and no others with old numbers.
        let trusted = [UInt8](repeating: 7, count: 32)
        let revocation = WriterRevocation(
            writer: id,
            lastSequence: 5,
            revokedAt: KeysFixture.start,
            trusted: [trusted]
        )
        #expect(revocation.trusts(5, trusted) && revocation.trusts(1, trusted))
        #expect(!revocation.trusts(6, trusted) && !revocation.trusts(5, [UInt8](repeating: 8, count: 32)))
        // A second one may trust fewer, and no more.
        for more in [5, 6] as [UInt64] {
            let error = lifeboatError { try fixture.store.revokeWriter(id, lastSequence: more, from: current) }
            #expect(error?.code == .usage && error?.message.contains("number 5") == true)
        }
        try fixture.store.revokeWriter(id, lastSequence: 4, trusted: [trusted], from: current)
        let second = try fixture.open().publicKeys.revocations[id]
        #expect(second?.lastSequence == 4 && second?.trusted == [trusted])
        #expect(verify(sequence: 5, with: try fixture.open()) != nil)
        try fixture.store.revokeWriter(id, lastSequence: nil, from: current)
        #expect(try fixture.open().publicKeys.revocations[id]?.lastSequence == nil)
        #expect(lifeboatError { try fixture.store.revokeWriter(id, lastSequence: nil, from: current) }?.code == .usage)
        let none = WriterRevocation(writer: id, lastSequence: nil, revokedAt: KeysFixture.start, trusted: [trusted])
        #expect(!none.trusts(1, trusted))
        let own = lifeboatError {
            try fixture.store.revokeWriter(#require(ring.writer?.id), lastSequence: nil, from: current)
        }
        #expect(own?.code == .usage)
        let refused = lifeboatError { _ = try fixture.open(file).beginSession() }
        #expect(refused?.code == .repositoryNotPermitted && refused?.message.contains("revoked") == true)
    }
}

@Suite struct `The recipients of a repository` {
    private let fixture = KeysFixture()
    private let key = AgeIdentity.x25519(SecretBytes([UInt8](repeating: 9, count: 32)))

    private func publicKey() throws -> String { try #require(try key.recipient()?.text) }
    private func file() throws -> [UInt8] { Array("# my key\n\(try #require(key.text))\n".utf8) }

    @Test func `one added later reads what comes, and what was when it is rewrapped`() throws {
        let ring = try fixture.create()
        let old = try ring.beginSession()
        let wider = try fixture.store.addRecipient(publicKey(), name: "auditor", from: ring)
        #expect(wider.publicKeys.recipients.version == 2)
        let new = try wider.beginSession()
        #expect(new.sealed.stanzas.map(\.encoded.count).sorted() == [87, 1_175])
        let reader = try fixture.open(file())
        #expect(reader.roles == [.reader] && reader.domains == ring.domains)
        #expect(try reader.openSession(new.sealed) == new.key)
        #expect(lifeboatError { _ = try reader.openSession(old.sealed) }?.code == .repositoryKeyMissing)
        let id = try #require(wider.publicKeys.recipients.entries.last).id
        try fixture.store.rewrap(
            [old, new, old].map { KeyContext($0, salt: [UInt8](repeating: 7, count: KeyContext.saltCount)) },
            for: id,
            from: wider
        )
        #expect(fixture.memory.names.contains("keys/rewrap-1"))
        #expect(try fixture.open(file()).openSession(old.sealed) == old.key)
        #expect(
            lifeboatError { _ = try fixture.store.addRecipient(publicKey(), name: "x", from: wider) }?.code == .usage
        )
    }

    @Test func `one removed reads what it could and nothing new`() throws {
        let wider = try fixture.store.addRecipient(publicKey(), name: "auditor", from: fixture.create())
        let old = try wider.beginSession()
        let id = try #require(wider.publicKeys.recipients.entries.last).id
        let narrower = try fixture.store.removeRecipient(id, from: wider)
        let new = try narrower.beginSession()
        let reader = try fixture.open(file())
        #expect(try reader.openSession(old.sealed) == old.key)
        #expect(lifeboatError { _ = try reader.openSession(new.sealed) }?.code == .repositoryKeyMissing)
        let own = try #require(narrower.publicKeys.recipients.entries.first).id
        #expect(lifeboatError { _ = try fixture.store.removeRecipient(own, from: narrower) }?.code == .usage)
    }

    @Test func `a list that was taken back to an older one is not written to`() throws {
        let wider = try fixture.store.addRecipient(publicKey(), name: "auditor", from: fixture.create())
        let writer = try fixture.store.exportIdentity(.writer, from: wider)
        fixture.memory["keys/rcpt-2"] = nil
        #expect(lifeboatError { _ = try fixture.open(writer).beginSession() }?.code == .repositoryDamaged)
    }

    @Test func `a damaged list stops writers and no reader`() throws {
        let ring = try fixture.create()
        let session = try ring.beginSession()
        _ = try fixture.store.addRecipient(publicKey(), name: "auditor", from: ring)
        fixture.memory["keys/rcpt-2"] = Array("{}".utf8)
        let reopened = try fixture.open()
        #expect(lifeboatError { _ = try reopened.beginSession() } != nil)
        #expect(try reopened.openSession(session.sealed) == session.key)
        #expect(reopened.problems.count == 1)
    }

    @Test func `the stanzas of a session come back as they went in, and never from fewer bytes`() throws {
        let ring = try fixture.store.addRecipient(publicKey(), name: "auditor", from: fixture.create())
        let sealed = try ring.beginSession().sealed
        let bytes = [0xff] + sealed.encodedStanzas + [0xff]
        var offset = 1
        #expect(try SealedSession.decode(id: sealed.id, from: bytes, at: &offset) == sealed)
        #expect(offset == bytes.count - 1)
        for count in 0..<sealed.encodedStanzas.count {
            var offset = 0
            #expect(throws: LifeboatError.self) {
                try SealedSession.decode(id: sealed.id, from: Array(sealed.encodedStanzas.prefix(count)), at: &offset)
            }
        }
    }

    @Test func `a session's key opens for no other session and no other repository`() throws {
        let ring = try fixture.create()
        let session = try ring.beginSession()
        let other = try ring.beginSession()
        let swapped = SealedSession(id: other.id, stanzas: session.sealed.stanzas)
        #expect(lifeboatError { _ = try ring.openSession(swapped) }?.code == .repositoryKeyMissing)
        let bundle = try #require(ring.held.root)
        let info = SealedSession.info(RepositoryID(truncating: [UInt8](repeating: 1, count: 16)))
        #expect(bundle.data.unwrap(session.sealed.stanzas, info: info, context: session.id.bytes) == nil)
    }
}
