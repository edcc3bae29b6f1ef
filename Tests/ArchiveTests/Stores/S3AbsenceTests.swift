import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

/// Who may say that an object is absent: the store, and not an ingress in front of it that finds no store.
@Suite struct `Absence from object storage` {
    private static let bytes = Array("the bytes of an object".utf8)
    private static let bare = FakeS3.Reaction.answer(404, ["content-type": "text/plain"], "default backend - 404")
    private let name = "keys/x"
    private let key = "repository/keys/x"

    /// An ingress that has no store behind it for the first `count` requests of some methods.
    private func ingress(_ count: Int, _ methods: Set<String>) throws -> FakeS3 {
        let left = Mutex(count)
        return try FakeS3 { request in
            guard methods.contains(request.method) else { return .serve }
            return left.withLock { left in
                left -= 1
                return left >= 0 ? Self.bare : .serve
            }
        }
    }

    @Test func `is not what an ingress without a store behind it says`() throws {
        let server = try FakeS3 { _ in Self.bare }
        let store = try server.store(options: "&conditional-put=true")
        for operation in store.everyOperation(on: name, Self.bytes) {
            let error = #expect(throws: LifeboatError.self) { try operation() }
            #expect(error?.code == .storeMalformedAnswer)
            #expect(error?.message.contains("not in the words of S3") == true)
        }
        #expect(server.firedFaults >= 6 * 8)
    }

    @Test func `is not believed while the store is away for a moment`() throws {
        let server = try ingress(3, ["GET", "DELETE"])
        server.replace(key, Self.bytes)
        #expect(try server.store().get(name) == Self.bytes)
        #expect(server.firedFaults == 3)
        let deleting = try ingress(3, ["DELETE"])
        deleting.replace(key, Self.bytes)
        try deleting.store().delete(name)
        #expect(deleting.firedFaults == 3 && deleting.objects.isEmpty)
        let writing = try ingress(3, ["PUT"])
        #expect(try writing.store(options: "&conditional-put=true").put(name, Self.bytes))
        #expect(writing.firedFaults == 3 && writing.objects[key] == Self.bytes)
    }

    @Test func `in the answer to a write that was done is looked into`() throws {
        let server = try FakeS3 { request in
            request.method == "PUT" ? .change { $0 = WebAnswer(status: 404, body: Array("no backend".utf8)) } : .serve
        }
        #expect(try server.store(options: "&conditional-put=true").put(name, Self.bytes))
        #expect(server.firedFaults == 8)
        #expect(server.objects[key] == Self.bytes)
    }

    @Test func `in an answer to HEAD is asked for again by GET where S3 did not sign it`() throws {
        let server = try FakeS3 { $0.method == "HEAD" ? .answer(404) : .serve }
        server.replace(key, Self.bytes)
        #expect(try server.store().size(name) == Self.bytes.count)
        #expect(try server.store().size("keys/none") == nil)
        #expect(server.requests.map(\.method) == ["HEAD", "GET", "HEAD", "GET"])
        let signing = try FakeS3()
        #expect(try signing.store().size(name) == nil)
        #expect(signing.requests.map(\.method) == ["HEAD"])
    }

    @Test func `is no reason to let a lock end`() throws {
        let server = try FakeS3 { $0.method == "HEAD" ? .answer(404) : .serve }
        server.replace(key, Self.bytes)
        let store = try server.store(options: "&object-lock=governance&retention-days=30")
        let error = #expect(throws: LifeboatError.self) { try store.extendLocks(of: [name]) }
        #expect(error?.code == .storeMalformedAnswer)
        #expect(try store.extendLocks(of: ["keys/none"]) == 0)
    }
}
