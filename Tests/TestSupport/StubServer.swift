internal import FlyingFox
internal import FlyingSocks
internal import Foundation
internal import Synchronization

package import KubernetesAPI

/// What came in, as a test looks at it.
package struct StubRequest: Sendable {
    package let method: String
    package let path: String
    package let query: [String: String]
    package let headers: [String: String]
    package let body: String
    /// How many requests came before this one.
    package let number: Int
}

/// An answer of the stub.
package struct StubAnswer: Sendable {
    package var status: Int
    package var headers: [String: String]
    package var body: String

    package init(
        status: Int = 200,
        headers: [String: String] = ["Content-Type": "application/json"],
        body: String = "{}"
    ) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package static func json(_ body: String, status: Int = 200) -> StubAnswer {
        StubAnswer(status: status, body: body)
    }

    /// A Kubernetes Status of a failure.
    package static func failure(_ status: Int, _ reason: String, _ more: String = "") -> StubAnswer {
        .json(
            #"{"kind":"Status","status":"Failure","reason":"\#(reason)","message":"no: \#(reason)","code":\#(status)\#(more)}"#,
            status: status
        )
    }
}

/// An API server of a few lines on loopback, and the pauses that a client of it would have made.
package final class StubServer: Sendable {
    private let received = Mutex<[StubRequest]>([])
    private let waited = Mutex<[Double]>([])
    package let port: UInt16

    package var requests: [StubRequest] { received.withLock { $0 } }
    package var pauses: [Double] { waited.withLock { $0 } }

    private init(port: UInt16) { self.port = port }

    /// Runs the body with a client of a server that answers by `answer`; nothing in it really pauses.
    package static func with(
        options: ClusterClientOptions = ClusterClientOptions(),
        answer: @escaping @Sendable (StubRequest) async throws -> StubAnswer,
        _ body: @Sendable (ClusterClient, StubServer) async throws -> Void
    ) async throws {
        let late = Mutex<StubServer?>(nil)
        let server = HTTPServer(address: .loopback(port: 0), logger: .disabled)
        await server.appendRoute("*") { request in
            let text = String(decoding: try await request.bodyData, as: UTF8.self)
            let stub = late.withLock { $0 }
            let number = stub?.received.withLock { $0.count } ?? 0
            let seen = StubRequest(
                method: request.method.rawValue,
                path: request.path,
                query: Dictionary(request.query.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
                headers: Dictionary(
                    request.headers.map { ($0.key.rawValue.lowercased(), $0.value) },
                    uniquingKeysWith: { first, _ in first }
                ),
                body: text,
                number: number
            )
            stub?.received.withLock { $0.append(seen) }
            let answer = try await answer(seen)
            var headers = HTTPHeaders()
            for (name, value) in answer.headers { headers[HTTPHeader(name)] = value }
            return FlyingFox.HTTPResponse(
                statusCode: HTTPStatusCode(answer.status, phrase: "as told"),
                headers: headers,
                body: Data(answer.body.utf8)
            )
        }
        let task = Task { try await server.run() }
        defer { task.cancel() }
        try await server.waitUntilListening(timeout: 60)
        guard case .ip6(_, let port)? = await server.listeningAddress else { throw StubError.noPort }
        let stub = StubServer(port: port)
        late.withLock { $0 = stub }
        var options = options
        options.jitter = { 0 }
        options.sleep = { seconds in stub.waited.withLock { $0.append(seconds) } }
        let client = try ClusterClient(Kubeconfigs.configuration(kubeconfig(port)), options: options)
        try await body(client, stub)
        client.close()
    }

    private static func kubeconfig(_ port: UInt16) -> String {
        #"""
        {"clusters": [{"name": "stub", "cluster": {"server": "http://[::1]:\#(port)"}}], "users": [],
         "contexts": [{"name": "stub", "context": {"cluster": "stub"}}], "current-context": "stub"}
        """#
    }
}

package enum StubError: Error { case noPort, noSocket }
