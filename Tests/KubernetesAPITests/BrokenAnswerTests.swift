import KubernetesObjects
import TestSupport
import Testing

@testable import KubernetesAPI

@Suite struct `Broken answers` {
    private func failure(_ answer: String) async throws -> (error: ClusterError, connections: Int) {
        let server = try RawServer(answer)
        defer { server.stop() }
        var options = ClusterClientOptions()
        options.sleep = { _ in }
        options.requestTimeoutSeconds = 10
        let client = try ClusterClient(.stub("http://127.0.0.1:\(server.port)"), options: options)
        let error = try await #require(throws: ClusterError.self) {
            try await client.get(.configMaps, namespace: "n", name: "x")
        }
        return (error, server.count)
    }

    private static func http(
        _ body: String,
        type: String = "application/json",
        status: String = "200 OK",
        length: Int? = nil
    )
        -> String
    {
        "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(length ?? body.utf8.count)\r\n\r\n\(body)"
    }

    @Test(arguments: [
        ("a page of a proxy", http("<html>Sign in</html>", type: "text/html"), "not JSON but text/html"),
        ("no content type", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "no content type"),
        ("nothing", http(""), "empty"), ("a list", http("[]"), "no JSON object"),
        ("a word", http("ok"), "no JSON object"),
        ("half a document", http(#"{"a":{"b":1}"#), "not whole JSON"), ("two documents", http("{}{}"), "goes on"),
        (
            "a page of a proxy that failed", http("<html>", type: "text/html", status: "404 Not Found"),
            "no Kubernetes Status"
        ),
    ])
    func `that came whole are clear errors and not repeated`(name: String, answer: String, reason: String) async throws
    {
        let (error, connections) = try await failure(answer)
        #expect(error.description.contains(reason), "\(error)")
        #expect(connections == 1)
    }

    @Test(arguments: [
        ("a body that breaks off", http("{", length: 100)),
        ("a greeting of another protocol", "SSH-2.0-OpenSSH_9.2\r\n"),
        ("a chunk that breaks off", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n{"),
        ("a head that breaks off", "HTTP/1.1 200 OK\r\nContent-Ty"), ("silence", ""),
    ])
    func `that broke off are asked for again`(name: String, answer: String) async throws {
        let (error, connections) = try await failure(answer)
        #expect(error.kind == .malformedAnswer || error.kind == .unreachable, "\(error)")
        #expect(connections == 5)
    }

    @Test func `plain text of a proxy is quoted`() async throws {
        let text = "Client sent an HTTP request to an HTTPS server.\nmore"
        let (error, _) = try await failure(Self.http(text, type: "text/plain", status: "400 Bad Request"))
        #expect(error.kind == .badRequest)
        #expect(error.message.hasSuffix(": Client sent an HTTP request to an HTTPS server."))
    }

    @Test func `an answer over the limit is refused`() async throws {
        let server = try RawServer(Self.http("{\"a\":\"" + String(repeating: "x", count: 2 << 20) + "\"}"))
        defer { server.stop() }
        var options = ClusterClientOptions()
        options.maximumBodyBytes = 1 << 20
        let client = try ClusterClient(.stub("http://127.0.0.1:\(server.port)"), options: options)
        let error = try await #require(throws: ClusterError.self) {
            try await client.get(.configMaps, namespace: "n", name: "x")
        }
        #expect(error.kind == .tooLarge)
        #expect(error.message == "the answer is larger than 1 MiB")
    }

    @Test func `nobody at the port is unreachable, also for writes it is safe to try again`() async throws {
        let server = try RawServer("")
        server.stop()
        var options = ClusterClientOptions()
        options.sleep = { _ in }
        let client = try ClusterClient(.stub("http://127.0.0.1:1"), options: options)
        let error = try await #require(throws: ClusterError.self) {
            try await client.create(.configMaps, namespace: "n", body: Array("{}".utf8))
        }
        #expect(error.kind == .unreachable)
        #expect(!error.mayHaveReachedServer)
        #expect(client.statistics.requests == 5)
        #expect(error.lifeboatError.code == .clusterUnreachable)
    }
}
