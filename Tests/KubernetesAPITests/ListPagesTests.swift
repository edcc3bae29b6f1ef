import KubernetesObjects
import TestSupport
import Testing

@testable import KubernetesAPI

@Suite struct `List pages of a client` {
    private static func page(_ names: [String], next: String?, version: Int = 7) -> String {
        let items = names.map { #"{"metadata":{"name":"\#($0)","resourceVersion":"1"}}"# }.joined(separator: ",")
        let token = next.map { #","continue":"\#($0)""# } ?? ""
        return #"{"kind":"ConfigMapList","metadata":{"resourceVersion":"\#(version)"\#(token)},"items":[\#(items)]}"#
    }

    private static func names(_ pages: [ListPage]) -> [String] { pages.flatMap { $0.items.map(\.name) } }

    @Test func `are fetched by limit and continue until the last one`() async throws {
        try await StubServer.with { request in
            switch request.query["continue"] {
            case nil: .json(Self.page(["a", "b"], next: "t/1+="))
            case "t/1+=": .json(Self.page(["c"], next: nil))
            default: .failure(400, "BadRequest")
            }
        } _: { client, server in
            var query = ListQuery()
            query.namespace = "team"
            query.pageSize = 2
            query.labelSelector = "app in (a,b)"
            query.fieldSelector = "metadata.name!=x"
            query.metadataOnly = true
            let pages = try await client.list(.configMaps, query).collect()
            #expect(Self.names(pages) == ["a", "b", "c"])
            #expect(pages.allSatisfy { $0.resourceVersion == "7" && !$0.isRestart })
            let first = try #require(server.requests.first)
            #expect(first.path == "/api/v1/namespaces/team/configmaps")
            #expect(first.query["limit"] == "2")
            #expect(first.query["labelSelector"] == "app in (a,b)")
            #expect(first.query["fieldSelector"] == "metadata.name!=x")
            #expect(first.headers["accept"] == "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1")
        }
    }

    /// Forgets the token of the first list once.
    private static let forgetful: @Sendable (StubRequest) -> StubAnswer = { request in
        switch (request.number, request.query["continue"]) {
        case (0, nil): .json(page(["a", "b"], next: "old"))
        case (1, "old"): .failure(410, "Expired", #","metadata":{"continue":"offered"}"#)
        case (2, nil): .json(page(["a", "c"], next: "new", version: 9))
        case (2, "offered"): .json(page(["c"], next: nil, version: 9))
        case (3, "new"): .json(page(["d"], next: nil, version: 9))
        default: .failure(400, "BadRequest")
        }
    }

    @Test func `begin again when the server forgot the list, and say so`() async throws {
        try await StubServer.with(answer: Self.forgetful) { client, _ in
            var seen: [[String]] = []
            var restarts: [Bool] = []
            for try await page in client.list(.configMaps) {
                seen.append(page.items.map(\.name))
                restarts.append(page.isRestart)
            }
            #expect(seen == [["a", "b"], ["a", "c"], ["d"]])
            #expect(restarts == [false, true, false])
        }
    }

    @Test func `collected, they are one consistent list`() async throws {
        try await StubServer.with(answer: Self.forgetful) { client, _ in
            let pages = try await client.list(.configMaps).collect()
            #expect(Self.names(pages) == ["a", "c", "d"])
            #expect(Set(pages.map(\.resourceVersion)) == ["9"])
        }
    }

    @Test func `go on with the offered token where that is asked for`() async throws {
        try await StubServer.with(answer: Self.forgetful) { client, _ in
            var query = ListQuery()
            query.expiry = .goOnInconsistently
            let pages = try await client.list(.configMaps, query).collect()
            #expect(Self.names(pages) == ["a", "b", "c"])
        }
    }

    @Test func `do not begin again forever`() async throws {
        try await StubServer.with { request in
            request.query["continue"] == nil ? .json(Self.page(["a"], next: "t")) : .failure(410, "Expired")
        } _: { client, server in
            let error = await #expect(throws: ClusterError.self) { try await client.list(.configMaps).collect() }
            #expect(error?.kind == .expired)
            #expect(server.requests.count == 12)
        }
    }

    @Test func `that do not move on are an error`() async throws {
        try await StubServer.with { _ in
            .json(Self.page(["a"], next: "same"))
        } _: { client, _ in
            let error = await #expect(throws: ClusterError.self) { try await client.list(.configMaps).collect() }
            #expect(error?.kind == .malformedAnswer)
        }
    }

    @Test func `come whole from a server that knows no metadata-only form`() async throws {
        try await StubServer.with { request in
            request.headers["accept"] == "application/json"
                ? .json(Self.page(["a"], next: nil)) : .failure(406, "NotAcceptable")
        } _: { client, _ in
            var query = ListQuery()
            query.metadataOnly = true
            let pages = try await client.list(.configMaps, query).collect()
            #expect(Self.names(pages) == ["a"])
        }
    }

    @Test(arguments: [#"{}"#, #"{"kind":"Status","status":"Failure"}"#, #"{"metadata":{"resourceVersion":"1"}}"#])
    func `without items are no empty list`(body: String) async throws {
        try await StubServer.with { _ in
            .json(body)
        } _: { client, _ in
            let error = await #expect(throws: ClusterError.self) { try await client.list(.configMaps).collect() }
            #expect(error?.kind == .malformedAnswer)
        }
    }
}
