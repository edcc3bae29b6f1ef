internal import Archive
internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies

extension BackupRun {
    private static let bindings = GroupResource(group: "rbac.authorization.k8s.io", resource: "clusterrolebindings")

    /// Takes the cluster-scoped objects that the captured ones need, and what these need in turn.
    ///
    /// - Parameter resources: those of which single objects may be taken.
    func captureNeeded(
        _ needs: NeededObjects,
        _ resources: [APIResource],
        _ writer: SnapshotWriter,
        _ captured: inout Captured
    ) async throws(LifeboatError) {
        for resource in resources where resource.groupResource == Self.bindings {
            let capture = resourceCapture(resource, [], writer, needs)
            var outcome = ResourceCapture.Outcome()
            try await capture.attempt(nil, &outcome) { outcome in try await capture.captureBindings(&outcome) }
            captured.takeNeeded(outcome)
        }
        var known: Set<ObjectKey> = []
        while true {
            let new = needs.all.subtracting(known)
            guard !new.isEmpty else { return }
            known.formUnion(new)
            for (kind, keys) in Dictionary(grouping: new, by: \.groupKind).sorted(by: { "\($0.key)" < "\($1.key)" }) {
                guard let resource = resources.first(where: { $0.groupVersionKind.groupKind == kind }) else { continue }
                let capture = resourceCapture(resource, [], writer, needs)
                let places = keys.map { ResourceCapture.Place($0) }.sorted { $0.key < $1.key }
                var outcome = ResourceCapture.Outcome()
                try await capture.attempt(nil, &outcome) { outcome in try await capture.fetch(places, &outcome) }
                captured.takeNeeded(outcome)
            }
        }
    }
}

extension BackupRun.Captured {
    /// The list of the resource was not taken as a whole, so that its absence from the snapshot says nothing.
    fileprivate mutating func takeNeeded(_ outcome: ResourceCapture.Outcome) {
        objects += outcome.objects
        incomplete += outcome.incomplete
        warnings += outcome.warnings
    }
}

extension ResourceCapture {
    /// Takes the bindings that give something to accounts of the selected namespaces.
    fileprivate func captureBindings(_ outcome: inout Outcome) async throws {
        var encoder = CanonicalJSON()
        var buffer: [UInt8] = []
        for try await page in client.list(resource) {
            for item in page.items where !item.isTerminating {
                guard let binding = try? JSONValue(parsing: page.bytes.span, range: item.range),
                    NeededObjects.binds(binding, { selection.includes(namespace: $0) })
                else { continue }
                needs?.note(item, page.bytes, resource)
                if try reuse(item) {
                    outcome.objects += 1
                } else {
                    try add(item, page.bytes, &encoder, &buffer, &outcome)
                }
            }
        }
    }
}
