import KubernetesObjects
import Synchronization
import Testing

@testable import Archive

/// What goes wrong between a store and its bucket. Every test also shows that the fault happened.
@Suite struct `Faults of object storage` {
    private static let bytes = Array("the bytes of an object".utf8)
    private let name = "keys/x"
    private let key = "repository/keys/x"

    /// Lets the first `count` requests of a kind fail.
    private func first(
        _ count: Int,
        _ method: String,
        _ reaction: FakeS3.Reaction
    ) -> @Sendable (FakeS3.Request) -> FakeS3.Reaction {
        let left = Mutex(count)
        return { request in
            guard request.method == method else { return .serve }
            return left.withLock { left in
                guard left > 0 else { return .serve }
                left -= 1
                return reaction
            }
        }
    }

    @Test func `a storm of 503 is waited out with pauses that grow`() throws {
        let slow = "<Error><Code>SlowDown</Code><Message>m</Message></Error>"
        let server = try FakeS3(react: first(6, "PUT", .answer(503, ["content-type": "application/xml"], slow)))
        let pauses = PauseRecord()
        let store = try server.store(options: "&conditional-put=true", pauses: pauses)
        #expect(try store.put(name, Self.bytes))
        #expect(server.firedFaults == 6)
        #expect(server.objects[key] == Self.bytes)
        #expect(pauses.all == [0.25, 0.5, 1, 2, 4, 8].map { $0 * 0.75 })
    }

    @Test func `a storm that does not end is an error that says so, and nothing is stored`() throws {
        let server = try FakeS3 { _ in .answer(503, ["retry-after": "3"]) }
        let pauses = PauseRecord()
        let store = try server.store(options: "&conditional-put=true", pauses: pauses)
        let error = #expect(throws: LifeboatError.self) { try store.put(name, Self.bytes) }
        #expect(error?.code == .storeOverloaded)
        #expect(server.objects.isEmpty)
        #expect(pauses.all.allSatisfy { $0 > 3 && $0 < 3.3 })
        #expect(pauses.all.count >= 7)
    }

    @Test func `a write whose answer was lost is looked at, and is ours`() throws {
        let server = try FakeS3(react: first(1, "PUT", .serveAndDrop))
        let store = try server.store(options: "&conditional-put=true")
        #expect(try store.put(name, Self.bytes))
        #expect(server.firedFaults == 1)
        #expect(server.objects[key] == Self.bytes)
        let methods = server.requests.map(\.method)
        #expect(methods == ["PUT", "PUT", "HEAD", "GET"])
        #expect(try !store.put(name, Self.bytes))
    }

    @Test func `a write that was lost while another took the name is not ours`() throws {
        let other = Array("other bytes of the same".utf8)
        let server = Mutex<FakeS3?>(nil)
        let react = first(1, "PUT", .drop)
        let fake = try FakeS3 { [key] request in
            let reaction = react(request)
            if case .drop = reaction { server.withLock { $0?.replace(key, other) } }
            return reaction
        }
        server.withLock { $0 = fake }
        defer { server.withLock { $0 = nil } }
        #expect(try !fake.store(options: "&conditional-put=true").put(name, Self.bytes))
        #expect(fake.firedFaults == 1)
        #expect(fake.objects[key] == other)
    }

    @Test func `a write whose answers are all lost is reported stored only because it was seen`() throws {
        let server = try FakeS3 { $0.method == "PUT" ? .serveAndDrop : .serve }
        #expect(try server.store(options: "&conditional-put=true").put(name, Self.bytes))
        #expect(server.firedFaults == 8)
        let dead = try FakeS3 { _ in .drop }
        let error = #expect(throws: LifeboatError.self) {
            try dead.store(options: "&conditional-put=true").put(name, Self.bytes)
        }
        #expect(error?.code == .storeUnreachable)
        #expect(dead.firedFaults > 8)
        #expect(dead.objects.isEmpty)
    }

    @Test(arguments: [1, 5, 22]) func `an answer that breaks off is asked for again`(missing: Int) throws {
        let server = try FakeS3(react: first(2, "GET", .cut(missing)))
        server.replace(key, Self.bytes)
        #expect(try server.store().get(name) == Self.bytes)
        #expect(server.firedFaults == 2)
    }

    @Test func `an object that does not say how long it is might be cut off, and is not taken`() throws {
        let server = try FakeS3(react: first(2, "GET", .unmeasured(5)))
        server.replace(key, Self.bytes)
        #expect(try server.store().get(name) == Self.bytes)
        #expect(server.firedFaults == 2)
        let always = try FakeS3 { _ in .unmeasured(5) }
        always.replace(key, Self.bytes)
        let error = #expect(throws: LifeboatError.self) { try always.store().get(name) }
        #expect(error?.code == .storeMalformedAnswer)
        #expect(error?.message.contains("cut off") == true)
        // One in chunks has an end of its own.
        let chunked = WebAnswer(status: 200, headers: ["etag": "1", "transfer-encoding": "chunked"], body: [1])
        #expect(S3Store.rangeProblem(chunked, nil) == nil)
    }

    @Test func `another part than was asked for is never taken for it`() throws {
        let wrong: @Sendable (inout WebAnswer) -> Void = { $0.headers["content-range"] = "bytes 3-7/22" }
        let server = try FakeS3(react: first(1, "GET", .change(wrong)))
        server.replace(key, Self.bytes)
        #expect(try server.store().get(name, range: 2..<7) == Array(Self.bytes[2..<7]))
        #expect(server.firedFaults == 1)
        let always = try FakeS3 { _ in .change(wrong) }
        always.replace(key, Self.bytes)
        let error = #expect(throws: LifeboatError.self) { try always.store().get(name, range: 2..<7) }
        #expect(error?.code == .storeMalformedAnswer)
        #expect(always.firedFaults == 8)
    }

    @Test func `the whole in place of a part, and a part that is too short, give right bytes or an error`() throws {
        let whole = try FakeS3 { request in
            .change { answer in
                answer = WebAnswer(status: 200, headers: ["etag": "\"1\""], body: Self.bytes)
                _ = request
            }
        }
        whole.replace(key, Self.bytes)
        #expect(try whole.store().get(name, range: 2..<7) == Array(Self.bytes[2..<7]))
        #expect(try whole.store().get(name, range: 20..<70) == Array(Self.bytes[20...]))
        #expect(whole.firedFaults == 2)
        let short = try FakeS3 { _ in .change { $0.body.removeLast() } }
        short.replace(key, Self.bytes)
        let error = #expect(throws: LifeboatError.self) { try short.store().get(name, range: 2..<7) }
        #expect(error?.code == .storeMalformedAnswer)
        #expect(short.firedFaults == 8)
    }

    @Test(arguments: [200, 404]) func `a page of a captive portal is no object, no listing, no success and no absence`(
        status: Int
    ) throws {
        let page = FakeS3.Reaction.answer(
            status,
            ["content-type": "text/html; charset=utf-8", "etag": "\"w\""],
            "<html>Log in</html>"
        )
        let server = try FakeS3 { _ in page }
        let store = try server.store(options: "&conditional-put=true")
        for operation in store.everyOperation(on: name, Self.bytes) {
            let error = #expect(throws: LifeboatError.self) { try operation() }
            #expect(error?.code == .storeMalformedAnswer)
        }
        #expect(server.firedFaults >= 6 * 8)
        let unmarked = try FakeS3 { _ in .answer(200, [:], "<html>Log in</html>") }
        let error = #expect(throws: LifeboatError.self) { try unmarked.store().put(name, Self.bytes) }
        #expect(error?.code == .storeMalformedAnswer)
        #expect(throws: LifeboatError.self) { try unmarked.store().list("") }
    }

    @Test func `a clock that is wrong is set by the server's, once`() throws {
        let skewed = "<Error><Code>RequestTimeTooSkewed</Code><Message>m</Message></Error>"
        let answer = FakeS3.Reaction.answer(
            403,
            ["content-type": "application/xml", "date": "Wed, 20 Jan 2027 08:00:00 GMT"],
            skewed
        )
        let server = try FakeS3 { request in
            // 1800000000 is 2027-01-15T08:00:00Z, five days behind.
            request.headers["x-amz-date"] == "20270120T080000Z" ? .serve : answer
        }
        let store = try server.store(options: "&conditional-put=true")
        #expect(try store.put(name, Self.bytes))
        #expect(try store.size(name) == Self.bytes.count)
        #expect(server.firedFaults == 1)
        let hopeless = try FakeS3 { _ in answer }
        let error = #expect(throws: LifeboatError.self) { try hopeless.store().list("") }
        #expect(error?.code == .storeDenied)
        #expect(error?.remedy.contains("clock") == true)
        #expect(hopeless.firedFaults == 2)
    }

    @Test func `keys that expired are read again, once`() throws {
        let expired = "<Error><Code>ExpiredToken</Code><Message>m</Message></Error>"
        let server = try FakeS3(react: first(1, "GET", .answer(400, ["content-type": "application/xml"], expired)))
        #expect(try server.store().list("").isEmpty)
        #expect(server.firedFaults == 1)
        let always = try FakeS3 { _ in .answer(400, ["content-type": "application/xml"], expired) }
        let error = #expect(throws: LifeboatError.self) { try always.store().list("") }
        #expect(error?.code == .storeDenied)
        #expect(always.firedFaults == 2)
    }
}
