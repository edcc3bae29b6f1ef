internal import Archive
internal import KubernetesAPI
internal import KubernetesObjects
internal import Logging
internal import Policies

extension BackupRun {
    struct Captured: Sendable {
        var objects = 0
        var resourceVersions: [String: String] = [:]
        var incomplete: [LeftOutResource] = []
        var warnings: [String] = []
        var resourcesDone = 0
        var cachedLists = 0

        mutating func take(_ resource: APIResource, _ outcome: ResourceCapture.Outcome) {
            objects += outcome.objects
            resourceVersions["\(resource.groupResource)"] = outcome.resourceVersion
            incomplete += outcome.incomplete
            warnings += outcome.warnings
            resourcesDone += 1
            if outcome.isFromCache { cachedLists += 1 }
        }
    }

    /// Captures the namespaces, and then everything else with bounded width.
    func capture(
        _ plan: CapturePlan,
        _ writer: SnapshotWriter,
        _ progress: (@Sendable (BackupProgress) -> Void)?
    ) async throws(LifeboatError) -> Captured {
        var captured = Captured()
        let needs = plan.needed.isEmpty ? nil : NeededObjects()
        var terminating: Set<String> = []
        if let namespaces = plan.resources.first(where: { $0.groupResource == CapturePlan.namespaces }) {
            let outcome = try await one(namespaces, [], writer, nil)
            terminating = outcome.terminating
            captured.take(namespaces, outcome)
        }
        var queue = Self.largestLast(plan.resources.filter { $0.groupResource != CapturePlan.namespaces }, writer)
        do {
            try await withThrowingTaskGroup(of: (APIResource, ResourceCapture.Outcome).self) { group in
                var running = 0
                var waitsForSealedSecrets = queue.contains { $0.groupResource == CapturePlan.sealedSecrets }
                func fill() {
                    while running < width, let next = Self.next(&queue, waitsForSealedSecrets) {
                        running += 1
                        let terminating = terminating
                        group.addTask { (next, try await one(next, terminating, writer, needs)) }
                    }
                }
                fill()
                while let (resource, outcome) = try await group.next() {
                    running -= 1
                    if resource.groupResource == CapturePlan.sealedSecrets { waitsForSealedSecrets = false }
                    captured.take(resource, outcome)
                    if outcome.objects > 0 { needs?.noteDefinition(of: resource) }
                    for left in outcome.incomplete { logger.warning("\(left.resource): \(left.reason)") }
                    progress?(
                        BackupProgress(
                            resourcesDone: captured.resourcesDone,
                            resourcesTotal: plan.resources.count,
                            objects: captured.objects,
                            resource: "\(resource.groupResource)"
                        )
                    )
                    fill()
                }
            }
        } catch let error as LifeboatError {
            throw error
        } catch {
            throw LifeboatError(.cancelled, "cancelled")
        }
        if Task.isCancelled { throw LifeboatError(.cancelled, "cancelled") }
        if let needs { try await captureNeeded(needs, plan.needed, writer, &captured) }
        captured.incomplete.sort { ($0.resource, $0.namespace ?? "") < ($1.resource, $1.namespace ?? "") }
        return captured
    }

    /// The resources in the order in which they are taken from the end: SealedSecrets, then those of which the last snapshot has
    /// most objects, so that no long list is left alone at the end, then as planned.
    private static func largestLast(_ resources: [APIResource], _ writer: SnapshotWriter) -> [APIResource] {
        resources.enumerated()
            .map { (index, resource) in
                let isSealed = resource.groupResource == CapturePlan.sealedSecrets
                return (order: (isSealed ? .max : writer.parentCount(resource.stored), -index), resource: resource)
            }
            .sorted { $0.order < $1.order }
            .map(\.resource)
    }

    /// The next resource to list: Secrets are passed over as long as the SealedSecrets have not been listed.
    private static func next(_ queue: inout [APIResource], _ waitsForSealedSecrets: Bool) -> APIResource? {
        guard
            let index = queue.lastIndex(where: { !waitsForSealedSecrets || $0.groupResource != CapturePlan.secrets })
        else { return nil }
        return queue.remove(at: index)
    }

    private func one(
        _ resource: APIResource,
        _ terminating: Set<String>,
        _ writer: SnapshotWriter,
        _ needs: NeededObjects?
    ) async throws(LifeboatError) -> ResourceCapture.Outcome {
        try await resourceCapture(resource, terminating, writer, needs).run()
    }

    func resourceCapture(
        _ resource: APIResource,
        _ terminating: Set<String>,
        _ writer: SnapshotWriter,
        _ needs: NeededObjects?
    ) -> ResourceCapture {
        ResourceCapture(
            client: client,
            writer: writer,
            resource: resource,
            selection: policy.selection,
            terminatingNamespaces: terminating,
            allowsCachedLists: policy.allowsCachedLists,
            needs: needs
        )
    }
}
