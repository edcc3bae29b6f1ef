import KubernetesObjects

/// Answers LIST: one page of the objects of a resource at one revision.
struct ListRequest: Sendable {
    let storage: ClusterStorage
    let snapshots: ListSnapshots
    let resource: ServedResource
    let filter: ObjectFilter
    let writer: ObjectWriter
    let limit: Int
    let token: ContinueToken?
    let requestedRevision: Int64?
    let revisionMatch: String

    /// One page and what its metadata says.
    struct Page: Sendable {
        var objects: [StoredObject] = []
        var revision: Int64
        var next: ContinueToken?
        var remaining: Int?
    }

    init(
        _ request: APIRequest,
        _ target: RequestTarget,
        _ storage: ClusterStorage,
        _ snapshots: ListSnapshots,
        _ filter: ObjectFilter,
        _ writer: ObjectWriter
    ) throws(StatusError) {
        self.storage = storage
        self.snapshots = snapshots
        resource = target.resource
        self.filter = filter
        self.writer = writer
        let limitText = request.query["limit"] ?? ""
        guard limitText.isEmpty || Int(limitText) != nil else {
            throw .badRequest("strconv.ParseInt: parsing \"\(limitText)\": invalid syntax")
        }
        let text = request.query["continue"] ?? ""
        token = text.isEmpty ? nil : try ContinueToken(parsing: text)
        let revision = request.query["resourceVersion"] ?? ""
        guard revision.isEmpty || Int64(revision) != nil else {
            throw .badRequest("invalid resource version \"\(revision)\"")
        }
        requestedRevision = Int64(revision)
        // A list of any moment comes from the real server's watch cache, which knows no pages.
        limit = requestedRevision == 0 && token == nil ? 0 : Int(limitText) ?? 0
        revisionMatch = request.query["resourceVersionMatch"] ?? ""
        guard token == nil || revision.isEmpty || revision == "0" else {
            throw .badRequest("specifying resource version is not allowed when using continue")
        }
    }

    func page() throws(StatusError) -> Page {
        let group = resource.groupResource
        let (now, current) = storage.read { ($0.resourceVersion, Array($0.objects(group))) }
        var (objects, revision) = (current, now)
        if let token {
            if token.revision >= 0 {
                guard let kept = snapshots.objects(of: group, at: token.revision) else { throw expired(token) }
                (objects, revision) = (kept, token.revision)
            }
        } else if let requestedRevision, requestedRevision > 0 {
            guard requestedRevision <= now else { throw Self.tooLarge(requestedRevision, now) }
            if revisionMatch == "Exact", requestedRevision != now {
                guard let kept = snapshots.objects(of: group, at: requestedRevision) else {
                    throw .expired("The resourceVersion for the provided list is too old.")
                }
                (objects, revision) = (kept, requestedRevision)
            }
        }
        return page(of: objects, at: revision)
    }

    private func page(of objects: [StoredObject], at revision: Int64) -> Page {
        var part =
            filter.namespace.isEmpty ? objects[...] : ResourceTable.part(of: objects, namespace: filter.namespace)
        if let token {
            let namespace = token.namespace.isEmpty && resource.isNamespaced ? filter.namespace : token.namespace
            let place = ResourceTable.place(namespace, token.name, in: objects)
            part = part.suffix(from: min(max(part.startIndex, place.index + (place.found ? 1 : 0)), part.endIndex))
        }
        var page = Page(revision: revision)
        guard limit > 0, part.count > limit || filter.isSelective else {
            page.objects = filter.isSelective ? part.filter(filter.matches) : Array(part)
            return page
        }
        var index = part.startIndex
        while index < part.endIndex, page.objects.count < limit {
            if filter.matches(part[index]) { page.objects.append(part[index]) }
            index += 1
        }
        guard index < part.endIndex else { return page }
        let last = part[index - 1]
        page.next = ContinueToken(revision: revision, namespace: last.namespace, name: last.name)
        if !filter.isSelective { page.remaining = part.endIndex - index }
        snapshots.keep(objects, of: resource.groupResource, at: revision)
        return page
    }

    func answer() throws(StatusError) -> APIAnswer {
        let page = try page()
        var metadata: JSONValue = ["resourceVersion": .string(String(page.revision))]
        if let next = page.next { metadata["continue"] = .string(next.text) }
        if let remaining = page.remaining { metadata["remainingItemCount"] = .int(remaining) }
        if writer.form.kind == .table, let table = writer.table {
            return .json(table.table(page.objects, metadata: metadata))
        }
        let isMetadata = writer.form.kind == .metadata
        var output = ObjectWriter.head(
            isMetadata ? "PartialObjectMetadataList" : "\(resource.kind)List",
            isMetadata ? writer.form.apiVersion : resource.groupVersion
        )
        output.append(contentsOf: "\"metadata\":".utf8)
        metadata.encode(into: &output)
        output.append(contentsOf: ",\"items\":[".utf8)
        for (index, object) in page.objects.enumerated() {
            if index > 0 { output.append(.comma) }
            writer.append(object, to: &output)
        }
        output.append(contentsOf: "]}".utf8)
        return APIAnswer(body: .bytes(output))
    }

    private func expired(_ token: ContinueToken) -> StatusError {
        var error = StatusError.expired(
            """
            The provided continue parameter is too old to display a consistent list result. You can start a new list \
            without the continue parameter, or use the continue token in this response to retrieve the remainder of the \
            results. Continuing with the provided token results in an inconsistent list - objects that were created, \
            modified, or deleted between the time the first chunk was returned and now may show up in the list.
            """
        )
        error.continueToken = ContinueToken(revision: -1, namespace: token.namespace, name: token.name).text
        return error
    }

    static func tooLarge(_ revision: Int64, _ current: Int64) -> StatusError {
        var error = StatusError(
            code: 504,
            reason: "Timeout",
            message: "Timeout: Too large resource version: \(revision), current: \(current)",
            causes: [
                StatusError.Cause(reason: "ResourceVersionTooLarge", message: "Too large resource version", field: "")
            ]
        )
        error.retryAfterSeconds = 1
        return error
    }
}
