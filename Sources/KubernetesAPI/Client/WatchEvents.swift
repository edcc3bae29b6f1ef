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

/// The events of one WATCH request, until the server ends it. An ERROR event is thrown; of a resourceVersion that the server no
/// longer knows it is of kind `expired`, and the consumer lists again.
///
/// A consumer that is behind slows the server down: the transfer pauses and no event is dropped.
package struct WatchEvents: AsyncSequence, Sendable {
    package typealias Element = WatchEvent
    package typealias Failure = ClusterError

    let client: ClusterClient
    let resource: APIResource
    let query: WatchQuery

    package func makeAsyncIterator() -> Iterator { Iterator(events: self) }

    package struct Iterator: AsyncIteratorProtocol {
        private let events: WatchEvents
        private var connection: WatchConnection?
        private var framer: LineFramer
        private var isAtEnd = false

        init(events: WatchEvents) {
            self.events = events
            framer = LineFramer(limit: events.client.options.maximumBodyBytes)
        }

        package mutating func next() async throws(ClusterError) -> WatchEvent? { try await next(isolation: nil) }

        /// The next event. Events are lines, and a line may be cut anywhere between the parts of the body.
        package mutating func next(isolation actor: isolated (any Actor)?) async throws(ClusterError) -> WatchEvent? {
            guard !isAtEnd else { return nil }
            do {
                return try await advance()
            } catch {
                (isAtEnd, connection) = (true, nil)
                throw error
            }
        }

        private mutating func advance() async throws(ClusterError) -> WatchEvent? {
            let open: WatchConnection
            if let connection { open = connection } else { open = try await events.connect() }
            connection = open
            while true {
                while let line = framer.next() {
                    if let event = try WatchEvent(line: line, path: open.path) { return event }
                }
                guard let part = try await open.next() else {
                    (isAtEnd, connection) = (true, nil)
                    guard framer.isEmpty else { throw open.malformed("the watch ended in the middle of an event") }
                    return nil
                }
                guard framer.append(part) else { throw open.malformed("an event of the watch is too large") }
            }
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
        return try await client.retrying("GET", path) { () async throws(ClusterError) -> WatchConnection in
            // Nothing may come for as long as the watch lasts.
            let request = try await client.request(
                "GET",
                path,
                "application/json",
                silenceSeconds: query.timeoutSeconds + 30
            )
            return try await WatchConnection.open(request, path: path, client: client)
        }
    }
}

extension WatchEvent {
    /// Reads one line; nil for an empty one and for an event of a type that is not known.
    init?(line: [UInt8], path: String) throws(ClusterError) {
        let malformed = ClusterError(
            .malformedAnswer,
            httpStatus: 200,
            message: "an event of the watch is not valid",
            method: "GET",
            path: path
        )
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { return nil }
        var type = ""
        var object: Range<Int>?
        do {
            let span = line.span
            var scanner = JSONScanner(end: line.count)
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
        } catch {
            throw malformed
        }
        guard let object else { throw malformed }
        if type == "ERROR" {
            guard let status = try? JSONValue(parsing: line.span, range: object) else { throw malformed }
            throw ClusterError.event(status, path: path)
        }
        guard let kind = Kind(rawValue: type) else { return nil }
        self.init(type: kind, bytes: Array(line[object]))
    }
}

extension ClusterClient {
    /// Watches a resource from a resourceVersion on, as a LIST gives it; the request is sent when the first event is asked for.
    package func watch(_ resource: APIResource, _ query: WatchQuery) -> WatchEvents {
        WatchEvents(client: self, resource: resource, query: query)
    }
}
