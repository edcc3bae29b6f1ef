/// One open watch; it ends when it is released.
final class WatchConnection: Sendable {
    let path: String
    private let client: ClusterClient
    private let body: StreamedBody
    private let cancel: @Sendable () -> Void

    /// Sends the request and waits for the head of the answer.
    static func open(_ request: HTTPRequest, path: String, client: ClusterClient) async throws(ClusterError)
        -> WatchConnection
    {
        let (body, cancel) = client.transport.stream(request)
        let connection = WatchConnection(client: client, body: body, path: path, cancel: cancel)
        try await connection.checkHead()
        return connection
    }

    private init(
        client: ClusterClient,
        body: StreamedBody,
        path: String,
        cancel: @escaping @Sendable () -> Void
    ) {
        self.client = client
        self.body = body
        self.path = path
        self.cancel = cancel
    }

    deinit { cancel() }

    /// The next part of the body; nil at its end.
    func next() async throws(ClusterError) -> [UInt8]? {
        do {
            let body = body
            let part = try await withTaskCancellationHandler(operation: { try await body.next() }, onCancel: cancel)
            client.count { $0.bytesReceived += part?.count ?? 0 }
            return part
        } catch {
            throw ClusterClient.clusterError(error, "GET", path)
        }
    }

    func malformed(_ message: String) -> ClusterError {
        ClusterError(.malformedAnswer, httpStatus: 200, message: message, method: "GET", path: path)
    }

    private func checkHead() async throws(ClusterError) {
        let head: HTTPHead
        client.count { $0.requests += 1 }
        do {
            let body = body
            head = try await withTaskCancellationHandler(operation: { try await body.head() }, onCancel: cancel)
        } catch {
            throw ClusterClient.clusterError(error, "GET", path)
        }
        client.count { $0.add(head.warnings) }
        guard head.status == 200 else {
            var refused: [UInt8] = []
            while refused.count < 1 << 20, let part = try await next() { refused += part }
            throw ClusterError.refused(head, body: refused, method: "GET", path: path)
        }
        let contentType = head.fields["content-type"] ?? "no content type"
        guard contentType.contains("json") else { throw malformed("the watch is not JSON but \(contentType)") }
    }
}
