internal import KubernetesObjects

/// One event of a watch.
package struct WatchEvent: Sendable {
    package enum Kind: String, Sendable {
        case added = "ADDED", modified = "MODIFIED", deleted = "DELETED", bookmark = "BOOKMARK"
    }

    package let type: Kind
    /// The object as JSON; of a bookmark only its resourceVersion counts.
    package let bytes: [UInt8]
}

/// The events of one WATCH request, until the server ends it. An ERROR event, such as 410 for a forgotten resourceVersion, is thrown.
package struct WatchEvents: AsyncSequence, Sendable {
    package typealias Element = WatchEvent
    package typealias Failure = ClusterError

    let client: ClusterClient
    let resource: APIResource
    let query: WatchQuery

    package func makeAsyncIterator() -> Iterator { Iterator(events: self) }

    package struct Iterator: AsyncIteratorProtocol {
        let events: WatchEvents
        private var connection: WatchConnection?

        init(events: WatchEvents) { self.events = events }

        package mutating func next() async throws(ClusterError) -> WatchEvent? { try await next(isolation: nil) }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws(ClusterError) -> WatchEvent? {
            if connection == nil { connection = try await events.connect() }
            return try await connection?.next()
        }
    }

    private func connect() async throws(ClusterError) -> WatchConnection {
        let path =
            resource.path(namespace: query.namespace)
            + URLText.query([
                ("watch", "true"), ("resourceVersion", query.resourceVersion.isEmpty ? nil : query.resourceVersion),
                ("timeoutSeconds", String(query.timeoutSeconds)),
                ("allowWatchBookmarks", query.allowsBookmarks ? "true" : nil),
                ("labelSelector", query.labelSelector), ("fieldSelector", query.fieldSelector),
            ])
        let request = try await client.request("GET", path, "application/json", nil, nil, query.timeoutSeconds + 30)
        let (body, cancel) = client.transport.stream(request)
        let connection = WatchConnection(body: body, path: path, cancel: cancel)
        try await connection.open(client)
        return connection
    }
}

/// One open watch; it ends when it is released.
final class WatchConnection: Sendable {
    private let body: StreamedBody
    private let path: String
    private let cancel: @Sendable () -> Void
    // The iterator that owns this asks for one event at a time.
    nonisolated(unsafe) private var buffer: [UInt8] = []
    nonisolated(unsafe) private var scanned = 0

    init(body: StreamedBody, path: String, cancel: @escaping @Sendable () -> Void) {
        self.body = body
        self.path = path
        self.cancel = cancel
    }

    deinit { cancel() }

    func open(_ client: ClusterClient) async throws(ClusterError) {
        do {
            let head = try await withTaskCancellationHandler(operation: { try await body.head() }, onCancel: cancel)
            client.count(requests: 1, bytesReceived: 0)
            guard head.status == 200 else {
                var refused: [UInt8] = []
                while let chunk = try await body.next(), refused.count < 1 << 20 { refused += chunk }
                throw ClusterError.refused(
                    status: head.status,
                    headers: head.headers,
                    body: refused,
                    method: "GET",
                    path: path
                )
            }
        } catch let error as ClusterError {
            throw error
        } catch {
            throw ClusterClient.clusterError(error, "GET", path)
        }
    }

    /// The next event; events are lines, and a line may be cut anywhere between chunks.
    func next() async throws(ClusterError) -> WatchEvent? {
        while true {
            if let end = buffer[scanned...].firstIndex(of: 0x0A) {
                let line = Array(buffer[..<end])
                buffer.removeFirst(end + 1)
                scanned = 0
                if let event = try event(line) { return event }
                continue
            }
            scanned = buffer.count
            do {
                guard
                    let chunk = try await withTaskCancellationHandler(
                        operation: { try await body.next() },
                        onCancel: cancel
                    )
                else {
                    guard buffer.isEmpty else {
                        throw ClusterError(
                            .malformedAnswer,
                            message: "the watch ended in the middle of an event",
                            method: "GET",
                            path: path
                        )
                    }
                    return nil
                }
                buffer += chunk
            } catch let error as ClusterError {
                throw error
            } catch {
                throw ClusterClient.clusterError(error, "GET", path)
            }
        }
    }

    private func event(_ line: [UInt8]) throws(ClusterError) -> WatchEvent? {
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { return nil }
        do {
            let span = line.span
            var scanner = JSONScanner(end: line.count)
            var type = ""
            var object: Range<Int>?
            try scanner.expect(.openBrace, span)
            var isFirst = true
            while let key = try scanner.nextKey(span, isFirst: &isFirst) {
                if span.matches(key, "type") {
                    type = try span.text(try scanner.string(span))
                } else {
                    _ = try scanner.peek(span)
                    let start = scanner.index
                    try scanner.skipValue(span)
                    if span.matches(key, "object") { object = start..<scanner.index }
                }
            }
            guard let object else { throw JSONError.truncated(offset: line.count) }
            if type == "ERROR" {
                throw ClusterError.event(try JSONValue(parsing: span, range: object), method: "GET", path: path)
            }
            guard let kind = WatchEvent.Kind(rawValue: type) else { return nil }
            return WatchEvent(type: kind, bytes: Array(line[object]))
        } catch let error as ClusterError {
            throw error
        } catch {
            throw ClusterError(
                .malformedAnswer,
                message: "an event of the watch is not valid",
                method: "GET",
                path: path
            )
        }
    }
}

extension ClusterClient {
    package func watch(_ resource: APIResource, _ query: WatchQuery) -> WatchEvents {
        WatchEvents(client: self, resource: resource, query: query)
    }
}
