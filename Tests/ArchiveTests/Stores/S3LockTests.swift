import KubernetesObjects
import Synchronization
import TestSupport
import Testing

@testable import Archive

/// Locks that are extended while snapshots need what they lock.
@Suite struct `Locks of objects` {
    private static let now: Int64 = 1_800_000_000
    private static let day: Int64 = 86_400

    /// A bucket whose objects are locked until so many days from now; nil for one without a lock.
    private static func bucket(_ days: [String: Int64?], mode: String) throws -> FakeS3 {
        let server = try FakeS3 { request in
            if request.query["retention"] != nil { return .answer(200) }
            let name = String(request.key.dropFirst("repository/".count))
            guard request.method == "HEAD", let end = days[name] else { return .serve }
            return .change { answer in
                guard let end else { return }
                answer.headers["x-amz-object-lock-mode"] = mode
                answer.headers["x-amz-object-lock-retain-until-date"] =
                    Timestamp(secondsSince1970: now + end * day).description
            }
        }
        for name in days.keys { server.replace("repository/\(name)", [1]) }
        return server
    }

    @Test func `are extended when less than half of their days is left, and stay as firm as they are`() throws {
        let days: [String: Int64?] = ["keys/a": 29, "keys/b": 15, "keys/c": 14, "keys/d": -3, "keys/e": nil]
        let server = try Self.bucket(days, mode: "COMPLIANCE")
        let store = try server.store(options: "&object-lock=governance&retention-days=30&conditional-put=true")
        #expect(try store.extendLocks(of: days.keys.sorted() + ["keys/gone"]) == 3)
        let extended = server.requests.filter { $0.query["retention"] != nil }
        #expect(Set(extended.map(\.key)) == ["repository/keys/c", "repository/keys/d", "repository/keys/e"])
        for request in extended {
            let body = String(decoding: request.body, as: UTF8.self)
            #expect(body.contains("<RetainUntilDate>2027-02-14T08:00:00Z</RetainUntilDate>"))
            let mode = request.key.hasSuffix("/e") ? "GOVERNANCE" : "COMPLIANCE"
            #expect(body.contains("<Mode>\(mode)</Mode>"), "\(request.key)")
            #expect(request.headers["content-md5"] != nil)
        }
        #expect(server.firedFaults > 5)
    }

    @Test func `are nothing that a store without Object Lock is asked for`() throws {
        let server = try Self.bucket(["keys/a": 1], mode: "GOVERNANCE")
        #expect(try server.store().extendLocks(of: ["keys/a"]) == 0)
        #expect(server.requests.isEmpty)
        #expect(try MemoryStore().extendLocks(of: ["keys/a"]) == 0)
    }

    @Test func `that may not be extended are an error that names the object`() throws {
        let server = try FakeS3 { $0.query["retention"] == nil ? .serve : .answer(403, [:], "") }
        server.replace("repository/keys/a", [1])
        let store = try server.store(options: "&object-lock=governance&retention-days=30")
        let error = #expect(throws: LifeboatError.self) { try store.extendLocks(of: ["keys/a"]) }
        #expect(error?.code == .storeDenied && error?.message.contains("keys/a") == true)
    }

    @Test func `are extended by a prune for what is needed, and for nothing that was condemned or forgotten`() throws {
        let asked = Mutex<[String]>([])
        let base = LockingStore { names in asked.withLock { $0 = names } }
        _ = try Fixture.repository(base, keepsParity: true)
        func open(_ seed: UInt64) throws -> Repository {
            try Repository.open(
                base,
                credential: .passphrase(Fixture.passphrase),
                environment: Fixture.environment(seed: seed)
            )
        }
        let first = try Fixture.backup(try open(11), Fixture.objects(40)).snapshot
        var objects = Fixture.objects(40)
        for index in objects.indices {
            objects[index].version += 1000
            objects[index].text = "new"
        }
        let second = try Fixture.backup(try open(12), objects, at: 60).snapshot
        try open(13).forget([first])
        let report = try open(14).collect(CollectionRules())
        #expect(report.packsCondemned > 0 && report.lockDays == 30)
        let names = asked.withLock { Set($0) }
        #expect(report.locksExtended == names.count)
        #expect(names.isSuperset(of: ["lifeboat.repo", "keys/root.age", second.name, SecondCopy.name(second.name)]))
        #expect(!names.contains(first.name) && !names.contains(SecondCopy.name(first.name)))
        let packs = try base.list("p/").map(\.name)
        let locked = packs.filter(names.contains)
        #expect(locked.count == packs.count - report.packsCondemned && !locked.isEmpty)
        for pack in packs { #expect(names.contains(pack) == names.contains(ParityStore.name(pack))) }

        // Whoever keeps collections from their work does not let locks end.
        asked.withLock { $0 = [] }
        _ = try base.put(second.name.dropLast(64) + String(repeating: "0", count: 64), [1, 2, 3])
        #expect(throws: LifeboatError.self) { try open(15).collect(CollectedRepository.immediately) }
        #expect(asked.withLock { Set($0) }.isSuperset(of: locked + [second.name, "keys/root.age"]))
    }
}

/// A store that locks for thirty days, and notes what is to be locked anew.
private final class LockingStore: ObjectStore {
    private let base = MemoryStore()
    private let note: @Sendable ([String]) -> Void
    let lockDays: Int? = 30
    let location = "locking"

    init(_ note: @escaping @Sendable ([String]) -> Void) { self.note = note }

    func put(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool { try base.put(name, bytes) }
    func get(_ name: String, range: Range<Int>?) throws(LifeboatError) -> [UInt8]? { try base.get(name, range: range) }
    func list(_ prefix: String) throws(LifeboatError) -> [StoredObject] { try base.list(prefix) }
    func size(_ name: String) throws(LifeboatError) -> Int? { try base.size(name) }
    func delete(_ name: String) throws(LifeboatError) { try base.delete(name) }
    func extendLocks(of names: [String]) throws(LifeboatError) -> Int {
        note(names)
        return names.count
    }
}
