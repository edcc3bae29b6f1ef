import KubernetesObjects
import TestSupport
import Testing

@testable import KubernetesAPI

@Suite struct `Watches` {
    private static func event(_ type: String, _ name: String) -> String {
        #"{"type":"\#(type)","object":{"metadata":{"name":"\#(name)"}}}"# + "\n"
    }

    @Test func `lines are found wherever the stream is cut`() {
        let text = Array("first\n\nsecond line\nthird\nrest".utf8)
        for size in 1...text.count {
            var framer = LineFramer(limit: 1000)
            var lines: [String] = []
            for start in stride(from: 0, to: text.count, by: size) {
                let isTaken = framer.append(Array(text[start..<min(start + size, text.count)]))
                #expect(isTaken)
                while let line = framer.next() { lines.append(String(decoding: line, as: UTF8.self)) }
            }
            #expect(lines == ["first", "", "second line", "third"])
            #expect(!framer.isEmpty)
        }
    }

    @Test func `a line without an end is not kept forever`() {
        var framer = LineFramer(limit: 10)
        var taken = [framer.append(Array("12345678\n".utf8))]
        let line = framer.next()
        taken.append(framer.append(Array("1234567890".utf8)))
        let none = framer.next()
        taken.append(framer.append(Array("1".utf8)))
        #expect(line?.count == 8)
        #expect(none == nil)
        #expect(taken == [true, true, false])
    }

    @Test func `give the events from a resourceVersion on, bookmarks included`() async throws {
        try await StubServer.with { _ in
            .json(Self.event("ADDED", "a") + Self.event("NOVELTY", "x") + "\n" + Self.event("BOOKMARK", ""))
        } _: { client, server in
            var query = WatchQuery()
            query.namespace = "n"
            query.resourceVersion = "42"
            var events: [WatchEvent] = []
            for try await event in client.watch(.configMaps, query) { events.append(event) }
            #expect(events.map(\.type) == [.added, .bookmark])
            #expect(events.first.map { String(decoding: $0.bytes, as: UTF8.self) } == #"{"metadata":{"name":"a"}}"#)
            let request = try #require(server.requests.first)
            #expect(request.path == "/api/v1/namespaces/n/configmaps")
            #expect(
                request.query == [
                    "watch": "true", "resourceVersion": "42", "timeoutSeconds": "300", "allowWatchBookmarks": "true",
                ]
            )
        }
    }

    @Test func `a forgotten resourceVersion is expired, as an answer and as an event`() async throws {
        let event = #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}"#
        for answer in [StubAnswer.failure(410, "Expired"), .json(event + "\n")] {
            try await StubServer.with { _ in
                answer
            } _: { client, _ in
                let error = await #expect(throws: ClusterError.self) {
                    for try await _ in client.watch(.configMaps, WatchQuery()) {}
                }
                #expect(error?.kind == .expired)
            }
        }
    }

    @Test(arguments: ["{\"type\":\"ADDED\",\"obj", "no JSON\n", "{\"type\":\"ADDED\"}\n"])
    func `half an event and no event are errors`(body: String) async throws {
        try await StubServer.with { _ in
            .json(body)
        } _: { client, _ in
            let error = await #expect(throws: ClusterError.self) {
                for try await _ in client.watch(.configMaps, WatchQuery()) {}
            }
            #expect(error?.kind == .malformedAnswer)
        }
    }

    @Test func `an overloaded server is asked again`() async throws {
        try await StubServer.with { request in
            request.number == 0 ? .failure(429, "TooManyRequests") : .json(Self.event("DELETED", "a"))
        } _: { client, server in
            for try await event in client.watch(.configMaps, WatchQuery()) { #expect(event.type == .deleted) }
            #expect(server.pauses.count == 1)
        }
    }

    @Test func `a consumer that is behind gets every event in order`() async throws {
        let count = 20_000
        let padding = String(repeating: "p", count: 400)
        let body = (0..<count).map { Self.event("ADDED", "\($0)-\(padding)") }.joined()
        try await StubServer.with { _ in
            .json(body)
        } _: { client, _ in
            var next = 0
            for try await event in client.watch(.configMaps, WatchQuery()) {
                if next % 100 == 0 { for _ in 0..<20 { await Task.yield() } }
                let start = "{\"metadata\":{\"name\":\"\(next)-"
                #expect(event.bytes.starts(with: start.utf8))
                next += 1
            }
            #expect(next == count)
        }
    }

    @Test func `cancelling the task ends the watch`() async throws {
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        try await StubServer.with { _ in
            arrival.yield()
            for await _ in AsyncStream<Void>.makeStream().stream {}
            return .json("{}")
        } _: { client, _ in
            let task = Task { for try await _ in client.watch(.configMaps, WatchQuery()) {} }
            var iterator = arrivals.makeAsyncIterator()
            await iterator.next()
            task.cancel()
            let error = await #expect(throws: ClusterError.self) { try await task.value }
            #expect(error?.kind == .cancelled)
        }
    }
}
