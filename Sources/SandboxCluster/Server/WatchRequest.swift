import KubernetesObjects

/// Answers WATCH: the events of a resource as a stream of JSON lines.
struct WatchRequest: Sendable {
    let storage: ClusterStorage
    let resource: ServedResource
    let filter: ObjectFilter
    let writer: ObjectWriter
    /// nil: begin with the objects that are there.
    let start: Int64?
    let sendsBookmarks: Bool
    let sendsInitialEvents: Bool
    let timeoutSeconds: Int
    let clock: any Clock<Duration>

    init(
        _ request: APIRequest,
        _ target: RequestTarget,
        _ storage: ClusterStorage,
        _ filter: ObjectFilter,
        _ writer: ObjectWriter,
        _ clock: any Clock<Duration>
    ) throws(StatusError) {
        self.storage = storage
        resource = target.resource
        self.filter = filter
        self.writer = writer
        self.clock = clock
        let text = request.query["resourceVersion"] ?? ""
        guard text.isEmpty || Int64(text) != nil else {
            throw .invalid(
                GroupKind(group: "meta.k8s.io", kind: "ListOptions"),
                "",
                [.invalidValue("resourceVersion", "\"\(text)\"", "invalid resource version")]
            )
        }
        sendsBookmarks = request.flag("allowWatchBookmarks")
        if let flag = request.query["sendInitialEvents"] {
            sendsInitialEvents = flag == "true"
            guard request.query["resourceVersionMatch"] == "NotOlderThan" else {
                throw .invalid(
                    GroupKind(group: "meta.k8s.io", kind: "ListOptions"),
                    "",
                    [
                        .forbidden(
                            "resourceVersionMatch",
                            "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
                        )
                    ]
                )
            }
            start = sendsInitialEvents ? nil : Int64(text).flatMap { $0 > 0 ? $0 : nil } ?? storage.resourceVersion
        } else {
            sendsInitialEvents = false
            start = Int64(text).flatMap { $0 > 0 ? $0 : nil }
        }
        timeoutSeconds = request.query["timeoutSeconds"].flatMap { Int($0) } ?? 3000
    }

    func answer() throws(StatusError) -> APIAnswer {
        let (signals, continuation) = AsyncStream.makeStream(of: WatchSignal.self)
        let group = resource.groupResource
        if let start {
            let current = storage.resourceVersion
            guard start <= current else { throw ListRequest.tooLarge(start, current) }
        }
        let id: Int
        let initial: (objects: [StoredObject], revision: Int64)
        do throws(StatusError) {
            (id, initial) = try storage.subscribe(
                to: group,
                after: start,
                deliver: { continuation.yield(.event($0)) },
                finish: { continuation.finish() },
                { (start == nil ? Array($0.objects(group)) : [], $0.resourceVersion) }
            )
        } catch {
            guard error.code == 410 else { throw error }
            // A too old version is told by an event, as the real API server has begun its answer by then.
            continuation.finish()
            return answer(first: Self.line("ERROR", error.status.encoded()), signals)
        }
        let timer = Task { await keepTime(continuation) }
        continuation.onTermination = { [storage] _ in
            timer.cancel()
            storage.unsubscribe(id)
        }
        var first: [UInt8] = []
        for object in initial.objects where filter.matches(object) {
            first.append(contentsOf: Self.line("ADDED", writer.object(object)))
        }
        if sendsInitialEvents, sendsBookmarks {
            first.append(contentsOf: bookmark(initial.revision, endsInitialEvents: true))
        }
        return answer(first: first, signals)
    }

    private func answer(first: [UInt8], _ signals: AsyncStream<WatchSignal>) -> APIAnswer {
        let lines = WatchLines(first: first, signals: signals) { signal in
            switch signal {
            case .event(let event): line(event)
            case .bookmark(let revision): bookmark(revision)
            }
        }
        return APIAnswer(body: .stream(lines))
    }

    /// Sends a bookmark each minute and ends the watch when its time is over.
    private func keepTime(_ continuation: AsyncStream<WatchSignal>.Continuation) async {
        var remaining = timeoutSeconds
        while remaining > 0 {
            let pause = min(60, remaining)
            guard (try? await clock.sleep(for: .seconds(pause))) != nil else { return }
            remaining -= pause
            if sendsBookmarks { storage.atRevision { _ = continuation.yield(.bookmark($0)) } }
        }
        continuation.finish()
    }

    /// An event as this watch sees it: an object that begins or ceases to match is added or deleted for it.
    private func line(_ event: StorageEvent) -> [UInt8]? {
        let matches = event.change != .deleted && filter.matches(event.object)
        let matched = event.previous.map(filter.matches) ?? false
        switch (matched, matches) {
        case (false, true): return Self.line("ADDED", writer.object(event.object))
        case (true, true): return Self.line("MODIFIED", writer.object(event.object))
        case (true, false):
            if event.change == .deleted { return Self.line("DELETED", writer.object(event.object)) }
            // The last state that matched, at the revision at which it ceased to.
            let previous = event.previous.map {
                StoredObject(key: $0.key, value: $0.value, resourceVersion: event.resourceVersion)
            }
            return Self.line("DELETED", writer.object(previous ?? event.object))
        case (false, false): return nil
        }
    }

    private func bookmark(_ revision: Int64, endsInitialEvents: Bool = false) -> [UInt8] {
        var metadata: JSONValue = ["resourceVersion": .string(String(revision)), "creationTimestamp": .null]
        if endsInitialEvents { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
        let object: JSONValue
        switch writer.form.kind {
        case .whole:
            object = [
                "kind": .string(resource.kind), "apiVersion": .string(resource.groupVersion), "metadata": metadata,
            ]
        case .metadata:
            object = [
                "kind": "PartialObjectMetadata", "apiVersion": .string(writer.form.apiVersion), "metadata": metadata,
            ]
        case .table:
            object = [
                "kind": "Table", "apiVersion": .string(writer.form.apiVersion), "metadata": metadata,
                "columnDefinitions": [], "rows": [],
            ]
        }
        return Self.line("BOOKMARK", object.encoded())
    }

    private static func line(_ type: String, _ object: [UInt8]) -> [UInt8] {
        var output = Array("{\"type\":\"\(type)\",\"object\":".utf8)
        output.append(contentsOf: object)
        output.append(contentsOf: "}\n".utf8)
        return output
    }
}
