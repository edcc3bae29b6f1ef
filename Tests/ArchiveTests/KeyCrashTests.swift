import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

/// A store in which somebody else does something before the nth write of its user.
private final class RacedStore: ObjectStore {
    let base: MemoryStore
    let location = "a raced store"
    private let turn: Int
    private let other: Mutex<(@Sendable () -> Void)?>
    private let writes = Mutex(0)

    init(_ base: MemoryStore, at turn: Int, _ other: @escaping @Sendable () -> Void) {
        (self.base, self.turn) = (base, turn)
        self.other = Mutex(other)
    }

    var hasFired: Bool { other.withLock { $0 == nil } }

    func put(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool {
        let number = writes.withLock { writes in
            defer { writes += 1 }
            return writes
        }
        if number == turn { other.withLock { $0.take() }?() }
        return try base.put(name, bytes)
    }

    func get(_ name: String, range: Range<Int>?) throws(LifeboatError) -> [UInt8]? { try base.get(name, range: range) }
    func list(_ prefix: String) throws(LifeboatError) -> [StoredObject] { try base.list(prefix) }
    func size(_ name: String) throws(LifeboatError) -> Int? { try base.size(name) }
    func delete(_ name: String) throws(LifeboatError) { try base.delete(name) }
}

@Suite struct `Changes of keys` {
    enum Change: CaseIterable {
        case addRecipient, removeRecipient, addWriter, revokeWriter, changePassphrase
    }

    private static let newPassphrase = Array("another passphrase of some length".utf8)
    private static let reader = AgeIdentity.x25519(SecretBytes([UInt8](repeating: 9, count: 32)))

    private static func make(_ change: Change, _ repository: Repository) throws {
        let recipient = try #require(try reader.recipient()?.text)
        switch change {
        case .addRecipient: try repository.addRecipient(recipient, name: "auditor", rewraps: true)
        case .removeRecipient:
            guard let last = try repository.recipients().readers.first(where: { $0.name == "auditor" }) else { return }
            try repository.removeRecipient(last.id)
        case .addWriter: _ = try repository.addWriter(name: "second")
        case .revokeWriter:
            let writer = try #require(try repository.writers().first { $0.name == "third" })
            do throws(LifeboatError) { try repository.revokeWriter(writer.id, lastSequence: nil) } catch {
                // The process died right after it.
                guard error.code == .usage, error.message.contains("already") else { throw error }
            }
        case .changePassphrase: try repository.changePassphrase(to: newPassphrase)
        }
    }

    private static func openWithEither(_ store: any ObjectStore) throws -> Repository {
        let environment = Fixture.environment(seed: 100)
        do {
            return try Repository.open(store, credential: .passphrase(Fixture.passphrase), environment: environment)
        } catch { return try Repository.open(store, credential: .passphrase(newPassphrase), environment: environment) }
    }

    @Test(arguments: Change.allCases)
    func `that are killed at any write leave a repository that opens, and can be made again`(change: Change)
        async throws
    {
        let whole = MemoryStore()
        let first = try Fixture.repository(whole)
        let objects = Fixture.objects(12)
        try Fixture.backup(first, objects)
        _ = try first.addWriter(name: "third")
        if change == .removeRecipient { try Self.make(.addRecipient, first) }
        var kills = 0
        var isComplete = false
        for point in 0..<20 where !isComplete {
            await Task.yield()
            for isBefore in [true, false] {
                let store = MemoryStore(whole.contents)
                let dying = DyingStore(store, at: point, before: isBefore)
                do { try Self.make(change, Fixture.open(dying)) } catch { #expect(dying.hasDied, "\(error)") }
                guard dying.hasDied else {
                    isComplete = true
                    break
                }
                kills += 1
                let repository = try Self.openWithEither(store)
                try Fixture.backup(repository, objects, at: 60)
                #expect(try repository.check(.data).problems == [])
                try Self.make(change, Self.openWithEither(store))
                let opened = try Self.openWithEither(store)
                #expect(try opened.check(.data).problems == [])
                #expect(try Fixture.contents(opened, opened.snapshot("latest")) == Fixture.expected(objects))
            }
        }
        #expect(isComplete && kills > 0)
    }

    @Test func `two creations that race make one repository, whichever is faster at any write`() async throws {
        var races = 0
        for turn in 0..<20 {
            await Task.yield()
            let base = MemoryStore()
            let isSecond = Mutex(false)
            let raced = RacedStore(base, at: turn) {
                let created = try? Repository.create(
                    in: base,
                    passphrase: Self.newPassphrase,
                    environment: Fixture.environment(seed: 50)
                )
                isSecond.withLock { $0 = created != nil }
            }
            var isFirst = false
            do {
                _ = try Fixture.repository(raced)
                isFirst = true
            } catch let error as LifeboatError {
                #expect([.repositoryExists, .repositoryBusy].contains(error.code), "\(error)")
            }
            guard raced.hasFired else { break }
            races += 1
            #expect(isFirst != isSecond.withLock(\.self), "exactly one is told that it made it, at write \(turn)")
            let winner = isFirst ? Fixture.passphrase : Self.newPassphrase
            let repository = try Fixture.open(base, .passphrase(winner))
            try Fixture.backup(repository, Fixture.objects(5))
            #expect(try repository.check(.data).problems == [])
        }
        #expect(races > 3)
    }
}
