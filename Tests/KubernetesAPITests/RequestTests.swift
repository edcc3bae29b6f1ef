import KubernetesObjects
import Synchronization
import TestSupport
import Testing

@testable import KubernetesAPI

@Suite struct `Requests` {
    @Test func `every verb has its method, path, query and body`() async throws {
        try await StubServer.with { _ in
            .json(#"{"kind":"Deployment"}"#)
        } _: { client, server in
            var write = WriteOptions()
            write.dryRun = true
            var delete = DeleteOptions()
            delete.uid = "u1"
            delete.resourceVersion = "5"
            delete.propagation = .orphan
            delete.gracePeriodSeconds = 0
            delete.dryRun = true
            let body = Array(#"{"a":1}"#.utf8)
            _ = try await client.get(.deployments, namespace: "n", name: "a/b c")
            _ = try await client.create(.deployments, namespace: "n", body: body, options: write)
            _ = try await client.replace(.deployments, namespace: "n", name: "x", body: body, subresource: "status")
            for type in [PatchType.merge, .json, .strategic, .apply(force: true), .apply(force: false)] {
                _ = try await client.patch(.deployments, namespace: "n", name: "x", patch: body, type: type)
            }
            _ = try await client.delete(.deployments, namespace: "n", name: "x", options: delete)
            let seen = server.requests
            let base = "/apis/apps/v1/namespaces/n/deployments"
            #expect(
                seen.map(\.method) == ["GET", "POST", "PUT", "PATCH", "PATCH", "PATCH", "PATCH", "PATCH", "DELETE"]
            )
            #expect(seen[1].path == base)
            #expect(seen[1].query == ["dryRun": "All", "fieldManager": "lifeboat"])
            #expect(seen[1].body == #"{"a":1}"#)
            #expect(seen[1].headers["content-type"] == "application/json")
            #expect(seen[2].path == "\(base)/x/status")
            #expect(
                seen[3...7].map { $0.headers["content-type"] } == [
                    "application/merge-patch+json", "application/json-patch+json",
                    "application/strategic-merge-patch+json", "application/apply-patch+yaml",
                    "application/apply-patch+yaml",
                ]
            )
            #expect(seen[3...7].map { $0.query["force"] } == [nil, nil, nil, "true", nil])
            #expect(
                try JSONValue(parsing: seen[8].body) == [
                    "apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": 0, "propagationPolicy": "Orphan",
                    "preconditions": ["uid": "u1", "resourceVersion": "5"], "dryRun": ["All"],
                ]
            )
            let statistics = client.statistics
            #expect(statistics.requests == 9)
            #expect(statistics.retries == 0)
            #expect(statistics.bytesReceived == 9 * 21)
            #expect(statistics.bytesSent > 7 * 7)
        }
    }

    @Test func `names are escaped in paths`() {
        // A name of dots is a name, and no step in the path.
        #expect(
            APIResource.deployments.path(namespace: "..", name: ".").hasSuffix("/namespaces/%2E%2E/deployments/%2E")
        )
        #expect(
            APIResource.deployments.path(namespace: "n", name: "a/b c:d", subresource: "scale")
                == "/apis/apps/v1/namespaces/n/deployments/a%2Fb%20c%3Ad/scale"
        )
    }

    @Test(arguments: [
        (400, "BadRequest", ClusterError.Kind.badRequest), (401, "Unauthorized", .unauthorized),
        (403, "Forbidden", .forbidden), (404, "NotFound", .notFound), (405, "MethodNotAllowed", .methodNotAllowed),
        (409, "AlreadyExists", .alreadyExists), (409, "Conflict", .conflict), (410, "Gone", .expired),
        (413, "RequestEntityTooLarge", .tooLarge), (415, "UnsupportedMediaType", .unsupportedMediaType),
        (422, "Invalid", .invalid), (500, "InternalError", .internalError), (504, "Timeout", .serverTimeout),
    ])
    func `a Status becomes a typed error with its causes`(
        status: Int,
        reason: String,
        kind: ClusterError.Kind
    ) async throws {
        let details = #","details":{"causes":[{"reason":"FieldValueInvalid","message":"too long","field":"spec.x"}]}"#
        try await StubServer.with { _ in
            .failure(status, reason, details)
        } _: { client, server in
            let error = await #expect(throws: ClusterError.self) {
                try await client.create(.configMaps, namespace: "n", body: [])
            }
            #expect(error?.kind == kind)
            #expect(error?.httpStatus == status)
            #expect(error?.reason == reason)
            #expect(error?.message == "no: \(reason)")
            #expect(error?.causes == [.init(reason: "FieldValueInvalid", message: "too long", field: "spec.x")])
            #expect(error?.path == "/api/v1/namespaces/n/configmaps")
            #expect(server.requests.count == 1)
        }
    }

    @Test func `an overloaded server is given the pause that it asks for`() async throws {
        try await StubServer.with { request in
            if request.number < 2 {
                var answer = StubAnswer.failure(429, "TooManyRequests")
                answer.headers["Retry-After"] = "3"
                return answer
            }
            return .json(#"{"kind":"ConfigMap"}"#, status: 201)
        } _: { client, server in
            _ = try await client.create(.configMaps, namespace: "n", body: Array("{}".utf8))
            #expect(server.pauses == [3, 3])
            #expect(client.statistics.retries == 2)
        }
    }

    @Test func `a write that may have been done is not repeated`() async throws {
        try await StubServer.with { _ in
            .failure(500, "InternalError")
        } _: { client, server in
            await #expect(throws: ClusterError.self) {
                try await client.create(.configMaps, namespace: "n", body: [0x7B, 0x7D])
            }
            #expect(server.requests.count == 1)
            await #expect(throws: ClusterError.self) { try await client.get(.configMaps, namespace: "n", name: "x") }
            #expect(server.requests.count == 6)
            #expect(server.pauses == [0.05, 0.1, 0.2, 0.4])
        }
    }

    @Test func `warnings of the server are kept, each once`() async throws {
        try await StubServer.with { _ in
            var answer = StubAnswer.json("{}")
            answer.headers["Warning"] = #"299 - "policy/v1beta1 \"PDB\" is deprecated""#
            return answer
        } _: { client, _ in
            for _ in 0..<3 { _ = try await client.get(.configMaps, namespace: "n", name: "x") }
            #expect(client.statistics.warnings == [#"policy/v1beta1 "PDB" is deprecated"#])
        }
    }

    @Test func `no more requests are on their way than allowed`() async throws {
        let now = Mutex((running: 0, most: 0))
        var options = ClusterClientOptions()
        options.maximumConnections = 3
        try await StubServer.with(options: options) { _ in
            now.withLock {
                $0.running += 1
                $0.most = max($0.most, $0.running)
            }
            for _ in 0..<50 { await Task.yield() }
            now.withLock { $0.running -= 1 }
            return .json("{}")
        } _: { client, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<60 {
                    group.addTask { _ = try await client.get(.configMaps, namespace: "n", name: "\(index)") }
                }
                try await group.waitForAll()
            }
            // A busy machine may make the client try one again, while the server still answers the first.
            let statistics = client.statistics
            #expect(statistics.requests >= 60)
            #expect(now.withLock { $0.most } <= 3 + statistics.retries)
        }
    }

    @Test func `cancelling the task ends its request`() async throws {
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        try await StubServer.with { _ in
            arrival.yield()
            for await _ in AsyncStream<Void>.makeStream().stream {}
            return .json("{}")
        } _: { client, _ in
            let task = Task { try await client.get(.configMaps, namespace: "n", name: "x") }
            var iterator = arrivals.makeAsyncIterator()
            await iterator.next()
            task.cancel()
            let error = await #expect(throws: ClusterError.self) { try await task.value }
            #expect(error?.kind == .cancelled)
            #expect(error?.lifeboatError.code == .cancelled)
        }
    }

    @Test func `a task that was cancelled before sends nothing`() async throws {
        try await StubServer.with { _ in
            .json("{}")
        } _: { client, server in
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return try await client.get(.configMaps, namespace: "n", name: "x")
            }
            task.cancel()
            let error = await #expect(throws: ClusterError.self) { try await task.value }
            #expect(error?.kind == .cancelled)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `a closed client refuses requests and ends those on their way`() async throws {
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        try await StubServer.with { _ in
            arrival.yield()
            for await _ in AsyncStream<Void>.makeStream().stream {}
            return .json("{}")
        } _: { client, _ in
            let task = Task { try await client.get(.configMaps, namespace: "n", name: "x") }
            var iterator = arrivals.makeAsyncIterator()
            await iterator.next()
            client.close()
            for request in [task, Task { try await client.get(.configMaps, namespace: "n", name: "y") }] {
                let error = await #expect(throws: ClusterError.self) { try await request.value }
                #expect(error?.kind == .cancelled)
            }
        }
    }

    @Test func `a refused token is looked up once more`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("token", "good")
        try await StubServer.with { request in
            request.number == 0 ? .failure(401, "Unauthorized") : .json("{}")
        } _: { _, server in
            let configuration = ClusterConfiguration.stub("http://[::1]:\(server.port)", token: .file(path))
            let client = try ClusterClient(configuration)
            _ = try await client.get(.configMaps, namespace: "n", name: "x")
            #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer good", "Bearer good"])
        }
    }

    @Test func `a line break in a credential begins no header`() async throws {
        try await StubServer.with { _ in
            .json("{}")
        } _: { _, server in
            let configuration = ClusterConfiguration.stub(
                "http://[::1]:\(server.port)",
                token: .token("t\r\nX-Injected: yes")
            )
            _ = try await ClusterClient(configuration).get(.configMaps, namespace: "n", name: "x")
            #expect(server.requests[0].headers["x-injected"] == nil)
        }
    }
}
