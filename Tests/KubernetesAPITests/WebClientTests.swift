import KubernetesAPI
import TestSupport
import Testing

@Suite struct `A client of other servers` {
    @Test func `gets status and headers of a HEAD without waiting for a body`() async throws {
        try await StubServer.with(answer: { request in
            StubAnswer(
                status: request.method == "HEAD" ? 401 : 200,
                headers: ["WWW-Authenticate": "Bearer realm=\"x\""],
                body: request.method == "HEAD" ? "" : "{}"
            )
        }) { _, server in
            let client = try WebClient(timeoutSeconds: 300)
            defer { client.close() }
            let head = await client.send("HEAD", "http://[::1]:\(server.port)/v2/", headers: [("Accept", "a")])
            #expect(head.status == 401 && head.fields["www-authenticate"] == "Bearer realm=\"x\"" && head.body.isEmpty)
            let whole = await client.send("GET", "http://[::1]:\(server.port)/")
            #expect(whole.status == 200 && whole.body == Array("{}".utf8))
            #expect(server.requests.map(\.method) == ["HEAD", "GET"])
        }
    }

    @Test func `says why there is no answer`() async throws {
        let client = try WebClient(timeoutSeconds: 300)
        defer { client.close() }
        let closed = await client.send("GET", "http://127.0.0.1:1/")
        #expect(closed.status == nil && !closed.problem.isEmpty)
        #expect(await client.send("GET", "ftp://example.com/").problem == "this is no URL of a web server")
    }
}
