internal import Archive
internal import KubernetesAPI
internal import KubernetesObjects

extension ResourceCapture {
    /// A list from the server's cache is one page, which is held in memory.
    private static let mostCachedObjects = 100_000

    /// Carries over what has not been written to since the parent snapshot, and returns the rest.
    func changedObjects(_ query: ListQuery, _ outcome: inout Outcome) async throws -> [Place] {
        if allowsCachedLists, query.namespace == nil, writer.parentCount(stored) <= Self.mostCachedObjects,
            let changed = try await reuseUnchangedOfCache(query, &outcome)
        {
            return changed
        }
        return try await reuseUnchanged(query, &outcome)
    }

    /// The same from a list of the server's cache, which may be older than the parent; nil when it lacks an object of the parent.
    ///
    /// What has changed is fetched object by object and not from the cache, so no object is captured in an older state than
    /// the parent has. An object that the parent has is left out only when a consistent list says that it is gone.
    private func reuseUnchangedOfCache(_ query: ListQuery, _ outcome: inout Outcome) async throws -> [Place]? {
        var query = query
        query.mayBeCached = true
        var changed: [Place] = []
        var unchanged: [(record: Int, name: String)] = []
        var known = 0
        var cached = outcome
        try await forEachItem(query, &cached) { (page, item, outcome) throws(LifeboatError) in
            switch try parentState(item) {
            case .unchanged(let record):
                unchanged.append((record, item.name))
                known += 1
            case .changed:
                changed.append(Place(item))
                known += 1
            case .absent: changed.append(Place(item))
            }
        }
        guard known >= writer.parentCount(stored) else { return nil }
        for (record, name) in unchanged { writer.reuse(record, name: name) }
        cached.objects += unchanged.count
        cached.isFromCache = true
        outcome = cached
        return changed
    }

    /// The same from a consistent list.
    private func reuseUnchanged(_ query: ListQuery, _ outcome: inout Outcome) async throws -> [Place] {
        var changed: [Place] = []
        try await forEachItem(query, &outcome) { (page, item, outcome) throws(LifeboatError) in
            if try reuse(item) {
                outcome.objects += 1
            } else {
                changed.append(Place(item))
            }
        }
        return changed
    }

    private func parentState(_ item: ListPage.Item) throws(LifeboatError) -> ParentState {
        try writer.parentState(
            stored,
            namespace: item.namespace,
            name: item.name,
            uid: item.uid,
            resourceVersion: item.resourceVersion
        )
    }

    func reuse(_ item: ListPage.Item) throws(LifeboatError) -> Bool {
        guard case .unchanged(let record) = try parentState(item) else { return false }
        writer.reuse(record, name: item.name)
        return true
    }
}
