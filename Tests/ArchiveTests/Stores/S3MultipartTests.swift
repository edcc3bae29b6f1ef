import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

@Suite(.serialized) struct `Uploads in parts` {
    private static let bytes =
        [UInt8](repeating: 1, count: S3Store.partSize)
        + [UInt8](repeating: 2, count: S3Store.partSize) + [3, 4, 5]
    private let key = "repository/keys/large"
    private let options = "&conditional-put=true"

    /// Reacts to the first request for which the condition holds.
    private func once(
        _ reaction: FakeS3.Reaction,
        _ condition: @escaping @Sendable (FakeS3.Request) -> Bool
    ) -> @Sendable (FakeS3.Request) -> FakeS3.Reaction {
        let isDone = Mutex(false)
        return { request in
            guard condition(request) else { return .serve }
            return isDone.withLock { isDone in
                defer { isDone = true }
                return isDone ? .serve : reaction
            }
        }
    }

    private static func isCompletion(_ request: FakeS3.Request) -> Bool {
        request.method == "POST" && request.query["uploadId"] != nil
    }

    @Test func `a large object goes up in three parts and is completed on condition that nobody has the name`() throws {
        let server = try FakeS3()
        #expect(try server.store(options: options).put("keys/large", Self.bytes))
        #expect(server.objects[key] == Self.bytes)
        #expect(server.requests.map(\.method) == ["HEAD", "POST", "PUT", "PUT", "PUT", "POST"])
        #expect(server.requests.last?.headers["if-none-match"] == "*")
        #expect(server.requests[2...4].allSatisfy { $0.headers["x-amz-checksum-sha256"] != nil })
        #expect(try !server.store(options: options).put("keys/large", Self.bytes))
        #expect(server.requests.count == 7)
    }

    @Test func `a part that failed is sent again, and no other`() throws {
        let server = try FakeS3(react: once(.drop) { $0.query["partNumber"] == "2" })
        #expect(try server.store(options: options).put("keys/large", Self.bytes))
        #expect(server.firedFaults == 1)
        #expect(server.objects[key] == Self.bytes)
        #expect(server.requests.compactMap { $0.query["partNumber"] } == ["1", "2", "2", "3"])
    }

    @Test func `an upload that cannot go on is aborted, and nothing is stored`() throws {
        let denied = FakeS3.error(403, "AccessDenied")
        let server = try FakeS3 { request in
            request.query["partNumber"] == "2" ? .change { $0 = denied } : .serve
        }
        let error = #expect(throws: LifeboatError.self) {
            try server.store(options: options).put("keys/large", Self.bytes)
        }
        #expect(error?.code == .storeDenied)
        #expect(server.firedFaults == 1)
        #expect(server.objects.isEmpty)
        #expect(server.uploads.withLock { $0.isEmpty })
    }

    @Test func `an error with the status of a success is no completion`() throws {
        let body = "<Error><Code>InternalError</Code><Message>m</Message></Error>"
        let server = try FakeS3(react: once(.answer(200, ["content-type": "application/xml"], body), Self.isCompletion))
        #expect(try server.store(options: options).put("keys/large", Self.bytes))
        #expect(server.firedFaults == 1)
        #expect(server.objects[key] == Self.bytes)
    }

    @Test func `a completion whose answer was lost is looked at`() throws {
        let server = try FakeS3(react: once(.serveAndDrop, Self.isCompletion))
        #expect(try server.store(options: options).put("keys/large", Self.bytes))
        #expect(server.firedFaults == 1)
        #expect(server.objects[key] == Self.bytes)
    }

    @Test func `an upload whose name was taken meanwhile is aborted and not ours`() throws {
        let server = Mutex<FakeS3?>(nil)
        let fake = try FakeS3 { [key] request in
            guard Self.isCompletion(request) else { return .serve }
            server.withLock { $0?.replace(key, [9]) }
            return .change { _ in }
        }
        server.withLock { $0 = fake }
        defer { server.withLock { $0 = nil } }
        #expect(try !fake.store(options: options).put("keys/large", Self.bytes))
        #expect(fake.firedFaults == 1)
        #expect(fake.objects[key] == [9])
        #expect(fake.uploads.withLock { $0.isEmpty })
    }
}
