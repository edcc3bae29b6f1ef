import FlyingFox
import FlyingSocks
import FoundationEssentials
import KubernetesObjects
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Serves the API over HTTP/1.1.
final class HTTPService: Sendable {
    private let server: HTTPServer
    private let task: Task<Void, any Error>
    let port: UInt16

    private init(server: HTTPServer, task: Task<Void, any Error>, port: UInt16) {
        self.server = server
        self.task = task
        self.port = port
    }

    /// Listens at an IPv4 address; port 0 takes any free port.
    static func start(host: String, port: UInt16, _ api: APIServer) async throws(LifeboatError) -> HTTPService {
        // A client that goes away in the middle of an answer is an error of that write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        do {
            let configuration = HTTPServer.Configuration(
                address: try sockaddr_in.inet(ip4: host, port: port),
                timeout: 300,
                pool: PromptSocketPool(base: HTTPServer.defaultPool()),
                logger: .disabled
            )
            let server = HTTPServer(config: configuration, handler: Handler(api: api))
            let task = Task { try await server.run() }
            try await server.waitUntilListening(timeout: 60)
            guard case .ip4(_, let port)? = await server.listeningAddress else { throw SocketError.unsupportedAddress }
            return HTTPService(server: server, task: task, port: port)
        } catch {
            throw LifeboatError(
                .drillTargetUnavailable,
                "the sandbox cannot listen at \(host):\(port): \(error)",
                remedy: "choose another port, or 0 for any free one"
            )
        }
    }

    func stop() async {
        await server.stop(timeout: 0)
        task.cancel()
        _ = await task.result
    }

    private struct Handler: HTTPHandler {
        let api: APIServer

        func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
            var headers: [String: String] = [:]
            for (header, value) in request.headers { headers[header.rawValue.lowercased()] = value }
            let body = try await request.bodyData
            let answer = await api.answer(
                APIRequest(
                    method: request.method.rawValue,
                    target: request.target.rawValue,
                    headers: headers,
                    body: Array(body)
                )
            )
            return Self.response(answer)
        }

        private static func response(_ answer: APIAnswer) -> HTTPResponse {
            var headers: HTTPHeaders = [.contentType: answer.contentType]
            for (name, value) in answer.headers { headers[HTTPHeader(name)] = value }
            let status = HTTPStatusCode(answer.status, phrase: phrases[answer.status] ?? "Status")
            switch answer.body {
            case .bytes(let bytes):
                let body = HTTPBodySequence(data: Data(bytes), suggestedBufferSize: max(1, bytes.count))
                return HTTPResponse(statusCode: status, headers: headers, body: body)
            case .stream(let lines):
                return HTTPResponse(
                    statusCode: status,
                    headers: headers,
                    body: HTTPBodySequence(from: LineBuffers(lines: lines))
                )
            }
        }

        private static let phrases = [
            200: "OK", 201: "Created", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
            405: "Method Not Allowed",
            406: "Not Acceptable", 409: "Conflict", 410: "Gone", 415: "Unsupported Media Type",
            422: "Unprocessable Entity", 500: "Internal Server Error", 504: "Gateway Timeout",
        ]
    }

    /// The lines of a watch as the chunks of an answer.
    private struct LineBuffers: AsyncBufferedSequence {
        typealias Element = UInt8

        let lines: WatchLines

        struct AsyncIterator: AsyncBufferedIteratorProtocol {
            var lines: WatchLines.AsyncIterator
            private var rest: ArraySlice<UInt8> = []

            init(lines: WatchLines.AsyncIterator) { self.lines = lines }

            mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? { await lines.next() }

            mutating func next() async throws -> UInt8? {
                while rest.isEmpty {
                    guard let line = await lines.next() else { return nil }
                    rest = line[...]
                }
                return rest.popFirst()
            }
        }

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(lines: lines.makeAsyncIterator()) }
    }
}
