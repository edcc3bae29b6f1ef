internal import Archive
internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies

/// Captures the objects of one resource.
struct ResourceCapture: Sendable {
    let client: ClusterClient
    let writer: SnapshotWriter
    let resource: APIResource
    let selection: ObjectSelection
    /// Namespaces that are being deleted: their content is not captured.
    let terminatingNamespaces: Set<String>
    let allowsCachedLists: Bool
    /// Takes note of what the objects need from outside of their namespaces; nil when all of that is taken anyway.
    var needs: NeededObjects?

    /// What was captured.
    struct Outcome: Sendable {
        var objects = 0
        var resourceVersion = ""
        var incomplete: [LeftOutResource] = []
        var warnings: [String] = []
        /// Names of objects that are being deleted.
        var terminating: Set<String> = []
        /// Whether the list came from the server's cache.
        var isFromCache = false
    }

    /// With fewer objects in the parent one whole list is cheaper than a list of metadata and what follows.
    private static let fewObjects = 20
    /// Metadata is small, and each page of a list costs the server a count of what is left of it.
    private static let metadataPageSize = 1500
    /// How many changed objects are fetched one by one, at most and as a part of all; with more, the list is fetched whole.
    private static let mostSingleFetches = 2000
    private static let singleFetchPart = 5

    var stored: StoredResource { resource.stored }

    /// - Throws: what makes the whole backup impossible; what only concerns this resource is in the outcome.
    func run() async throws(LifeboatError) -> Outcome {
        var outcome = Outcome()
        var namespaces: [String?] = [nil]
        if resource.isNamespaced, let named = selection.literalNamespaces { namespaces = named }
        for namespace in namespaces {
            try await attempt(namespace, &outcome) { outcome in try await capture(namespace, &outcome) }
        }
        return outcome
    }

    /// Runs `body`; what it throws that only concerns this resource becomes a part of the outcome.
    func attempt(
        _ namespace: String?,
        _ outcome: inout Outcome,
        _ body: (inout Outcome) async throws -> Void
    ) async throws(LifeboatError) {
        do { try await body(&outcome) } catch let error as ClusterError {
            switch error.kind {
            case .unreachable, .tls, .unauthorized, .cancelled: throw error.lifeboatError
            default:
                let left = LeftOutResource(
                    resource: "\(resource.groupResource)",
                    namespace: namespace,
                    reason: error.lifeboatError.message
                )
                outcome.incomplete.append(left)
            }
        } catch let error as LifeboatError {
            throw error
        } catch {
            throw LifeboatError(.cancelled, "cancelled")
        }
    }

    private func capture(_ namespace: String?, _ outcome: inout Outcome) async throws {
        var query = ListQuery()
        query.namespace = namespace
        query.labelSelector = CaptureRules.labelSelector(for: resource.groupResource)
        query.expiry = .goOnInconsistently
        // Unchanged objects need the same as before, but a writer cannot read what it has written.
        guard writer.parentCount(stored) >= Self.fewObjects, needs?.isNamed(by: resource) != true else {
            return try await captureWhole(query, only: nil, &outcome)
        }
        var metadata = query
        metadata.metadataOnly = true
        // Labels are read from JSON.
        metadata.allowsBinaryMetadata = selection.labelSelector.requirements.isEmpty
        metadata.pageSize = Self.metadataPageSize
        let changed = try await changedObjects(metadata, &outcome)
        guard !changed.isEmpty else { return }
        if changed.count <= Self.mostSingleFetches,
            changed.count * Self.singleFetchPart <= outcome.objects + changed.count
        {
            try await fetch(changed, &outcome)
        } else {
            try await captureWhole(query, only: Set(changed.map(\.key)), &outcome)
        }
    }

    // MARK: Lists

    struct Place: Hashable, Sendable {
        let namespace: String
        let name: String
        /// As the server orders its lists.
        var key: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }

        init(_ item: ListPage.Item) {
            namespace = item.namespace
            name = item.name
        }

        init(_ key: ObjectKey) {
            namespace = key.namespace
            name = key.name
        }
    }

    private func captureWhole(_ query: ListQuery, only wanted: Set<String>?, _ outcome: inout Outcome) async throws {
        var encoder = CanonicalJSON()
        var buffer: [UInt8] = []
        try await forEachItem(query, &outcome) { (page, item, outcome) throws(LifeboatError) in
            if let wanted {
                guard wanted.contains(Place(item).key) else { return }
            } else {
                needs?.note(item, page.bytes, resource)
                if try reuse(item) {
                    outcome.objects += 1
                    return
                }
            }
            try add(item, page.bytes, &encoder, &buffer, &outcome)
        }
    }

    func add(
        _ item: ListPage.Item,
        _ bytes: [UInt8],
        _ encoder: inout CanonicalJSON,
        _ buffer: inout [UInt8],
        _ outcome: inout Outcome
    ) throws(LifeboatError) {
        buffer.removeAll(keepingCapacity: true)
        let layout: CanonicalJSON.Layout
        do {
            layout = try encoder.encode(
                bytes.span,
                range: item.range,
                groupVersionKind: resource.groupVersionKind,
                into: &buffer
            )
        } catch {
            let identity = ObjectIdentity(
                groupVersionKind: resource.groupVersionKind,
                namespace: item.namespace,
                name: item.name
            )
            let reason = "\(identity) is not valid: \(error)"
            outcome.incomplete.append(
                LeftOutResource(resource: "\(resource.groupResource)", namespace: item.namespace, reason: reason)
            )
            return
        }
        try writer.add(
            stored,
            namespace: item.namespace,
            name: item.name,
            uid: item.uid,
            resourceVersion: item.resourceVersion,
            canonical: buffer[...],
            layout: layout
        )
        outcome.objects += 1
    }

    /// Calls `body` for each object that is captured; the next page is on its way while one is worked on.
    func forEachItem(
        _ query: ListQuery,
        _ outcome: inout Outcome,
        _ body: (ListPage, ListPage.Item, inout Outcome) throws(LifeboatError) -> Void
    ) async throws {
        var iterator = client.list(resource, query).makeAsyncIterator()
        var page = try await iterator.next()
        var lastKey = ""
        var resumeAfter: String?
        while let current = page {
            let ahead = iterator
            async let following = Self.next(ahead)
            if current.isRestart { resumeAfter = lastKey }
            outcome.resourceVersion = current.resourceVersion
            for item in current.items {
                // A list that began again is in the same order: what was taken before comes first.
                if let last = resumeAfter, Place(item).key <= last { continue }
                resumeAfter = nil
                guard isCaptured(item, current.bytes, &outcome) else { continue }
                try body(current, item, &outcome)
            }
            if resumeAfter == nil, let last = current.items.last { lastKey = Place(last).key }
            (page, iterator) = try await following
        }
        if iterator.restarts > 0 {
            outcome.warnings.append(
                "the server forgot the list of \(resource.groupResource) in the middle: it is of several moments"
            )
        }
    }

    private static func next(_ iterator: ListPages.Iterator) async throws -> (ListPage?, ListPages.Iterator) {
        var iterator = iterator
        let page = try await iterator.next()
        return (page, iterator)
    }

    private func isCaptured(_ item: ListPage.Item, _ bytes: [UInt8], _ outcome: inout Outcome) -> Bool {
        guard !item.isTerminating else {
            outcome.terminating.insert(item.name)
            return false
        }
        if !item.namespace.isEmpty, terminatingNamespaces.contains(item.namespace) { return false }
        guard !selection.isEverything else { return true }
        var labels: [String: String] = [:]
        if !selection.labelSelector.requirements.isEmpty,
            let object = try? JSONValue(parsing: bytes.span, range: item.range)
        {
            labels = object["metadata", "labels"]?.stringMap ?? [:]
        }
        return selection.includes(
            resource: resource.groupResource,
            namespace: item.namespace,
            labels: labels,
            name: item.name
        )
    }

}

extension APIResource {
    /// The resource as the archive names it.
    var stored: StoredResource {
        StoredResource(group: group, version: version, resource: resource, kind: kind, isNamespaced: isNamespaced)
    }
}
