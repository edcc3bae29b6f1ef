internal import Archive
internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies

/// Takes all objects of one resource.
struct ResourceCapture: Sendable {
    let client: ClusterClient
    let writer: SnapshotWriter
    let resource: APIResource
    let selection: ObjectSelection
    let terminatingNamespaces: Set<String>
    let counter: CaptureCounter

    /// Below this many objects in the parent a full list costs less than two requests.
    private static let smallestIncremental = 20
    private static let fetchWidth = 8

    private var stored: StoredResource {
        StoredResource(
            group: resource.group,
            version: resource.version,
            resource: resource.resource,
            kind: resource.kind,
            isNamespaced: resource.isNamespaced
        )
    }

    private var isNamespaceResource: Bool { resource.group.isEmpty && resource.resource == "namespaces" }

    /// The namespaces to list one by one; one nil for a list over all.
    private var scopes: [String?] {
        guard resource.isNamespaced, let literal = selection.literalNamespaces else { return [nil] }
        return literal
    }

    func run() async throws {
        for scope in scopes {
            if writer.parentCount(stored) >= Self.smallestIncremental {
                try await incremental(scope)
            } else {
                try await full(scope)
            }
        }
    }

    private func query(_ scope: String?) -> ListQuery {
        var query = ListQuery()
        query.namespace = scope
        query.labelSelector = isNamespaceResource ? nil : selection.labelSelector.queryText
        return query
    }

    /// Lists whole objects; a page is encoded while the next one is on its way.
    private func full(_ scope: String?) async throws {
        var taken = TakenNames()
        var iterator = client.list(resource, query(scope)).makeAsyncIterator()
        var encoding: Task<Void, any Error>?
        defer { encoding?.cancel() }
        while let page = try await iterator.next() {
            counter.note(resourceVersion: page.resourceVersion, of: resource)
            // A list that the server made us begin again brings objects a second time: the first reading stays.
            let items = page.items.filter { selects($0) && taken.insert($0) }
            try await encoding?.value
            encoding = Task { try encode(page, items) }
        }
        try await encoding?.value
    }

    private func encode(_ page: ListPage, _ items: [ListPage.Item]) throws {
        var encoder = CanonicalJSON()
        var buffer: [UInt8] = []
        let marker = CaptureRules.marker(of: resource.groupResource)
        for item in items {
            try Task.checkCancellation()
            if let marker, page.bytes.span.contains(marker.text, in: item.range) { continue }
            if try writer.reuse(
                stored,
                namespace: item.namespace,
                name: item.name,
                uid: item.uid,
                resourceVersion: item.resourceVersion
            ) {
                counter.count()
                continue
            }
            buffer.removeAll(keepingCapacity: true)
            try add(page.bytes, item, &encoder, &buffer)
        }
    }

    private func add(_ bytes: [UInt8], _ item: ListPage.Item, _ encoder: inout CanonicalJSON, _ buffer: inout [UInt8])
        throws
    {
        let layout: CanonicalJSON.Layout
        do {
            layout = try encoder.encode(
                bytes.span,
                range: item.range,
                groupVersionKind: resource.groupVersionKind,
                into: &buffer
            )
        } catch {
            counter.incomplete(
                IncompleteResource(
                    resource: resource.groupResource.description,
                    namespace: item.namespace,
                    reason: "\(item.name): \(error)"
                )
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
        counter.count()
    }

    /// Lists metadata only, carries over what is unchanged, and fetches the rest: one by one when few, by a whole list when many.
    private func incremental(_ scope: String?) async throws {
        var query = query(scope)
        query.metadataOnly = true
        var changed: [ListPage.Item] = []
        var taken = TakenNames()
        let marker = CaptureRules.marker(of: resource.groupResource)
        for try await page in client.list(resource, query) {
            counter.note(resourceVersion: page.resourceVersion, of: resource)
            for item in page.items where selects(item) && taken.insert(item) {
                if let marker, page.bytes.span.contains(marker.text, in: item.range) { continue }
                if try writer.reuse(
                    stored,
                    namespace: item.namespace,
                    name: item.name,
                    uid: item.uid,
                    resourceVersion: item.resourceVersion
                ) {
                    counter.count()
                } else {
                    changed.append(item)
                }
            }
        }
        if changed.count > max(50, taken.count / 5) {
            try await relist(scope, Set(changed.map { "\($0.namespace)/\($0.name)" }))
        } else {
            try await fetch(changed)
        }
    }

    private func relist(_ scope: String?, _ wanted: Set<String>) async throws {
        var left = wanted
        for try await page in client.list(resource, query(scope)) {
            try encode(page, page.items.filter { selects($0) && left.remove("\($0.namespace)/\($0.name)") != nil })
        }
    }

    private func fetch(_ items: [ListPage.Item]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, item) in items.enumerated() {
                if index >= Self.fetchWidth { try await group.next() }
                group.addTask { try await fetch(item) }
            }
            try await group.waitForAll()
        }
    }

    private func fetch(_ item: ListPage.Item) async throws {
        let bytes: [UInt8]
        do {
            bytes = try await client.get(
                resource,
                namespace: item.namespace.isEmpty ? nil : item.namespace,
                name: item.name
            )
        } catch  where error.kind == .notFound {
            return  // Deleted since the list: it is absent, and that is no error (C46).
        }
        guard let fresh = try? ListPage.Item(object: bytes) else {
            throw ClusterError(
                .malformedAnswer,
                message: "\(item.name) is no object",
                method: "GET",
                path: resource.resource
            )
        }
        var encoder = CanonicalJSON()
        var buffer: [UInt8] = []
        try add(bytes, fresh, &encoder, &buffer)
    }

    private func selects(_ item: ListPage.Item) -> Bool {
        // What is being deleted is no longer part of the cluster (C6, C7).
        if item.isTerminating || terminatingNamespaces.contains(item.namespace) { return false }
        if isNamespaceResource { return selection.includes(namespace: item.name) }
        return item.namespace.isEmpty || selection.includes(namespace: item.namespace)
    }
}

/// The names that a list brought already, as hashes, to see an object that comes twice.
private struct TakenNames {
    private var hashes: Set<Int> = []

    var count: Int { hashes.count }

    mutating func insert(_ item: ListPage.Item) -> Bool {
        var hasher = Hasher()
        hasher.combine(item.namespace)
        hasher.combine(item.name)
        return hashes.insert(hasher.finalize()).inserted
    }
}
