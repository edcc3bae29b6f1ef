package import Archive
package import KubernetesAPI
package import KubernetesObjects
package import Logging
package import Policies

/// One restore: plans, then applies.
package struct RestoreRun: Sendable {
    let client: ClusterClient
    let reader: SnapshotReader
    let policy: RestorePolicy
    let logger: Logger
    let sleep: @Sendable (Double) async throws -> Void

    package init(
        client: ClusterClient,
        reader: SnapshotReader,
        policy: RestorePolicy,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Double) async throws -> Void = {
            try await ContinuousClock().sleep(for: .milliseconds(Int($0 * 1000)))
        }
    ) {
        self.client = client
        self.reader = reader
        self.policy = policy
        self.logger = logger
        self.sleep = sleep
    }

    /// Looks at the target and decides on every object; changes nothing.
    package func plan() async throws -> RestorePlan {
        do {
            return try await makePlan()
        } catch let error as ClusterError {
            throw error.lifeboatError
        }
    }

    private func makePlan() async throws -> RestorePlan {
        let discovery = try await client.discover()
        let stored = try reader.resources()
        var objects: [(resource: StoredResource, object: JSONValue)] = []
        for resource in stored {
            try Task.checkCancellation()
            for entry in try reader.entries(resource) {
                let object = try JSONValue(parsing: try reader.bytes(entry))
                let labels = object["metadata", "labels"]?.stringMap ?? [:]
                guard
                    policy.selection.includes(
                        resource: resource.groupResource,
                        namespace: entry.namespace,
                        labels: labels,
                        name: entry.name
                    )
                else { continue }
                objects.append((resource, object))
            }
        }
        let existing = try await existingObjects(stored, discovery)
        let planner = makePlanner(objects.map(\.object), discovery, existing)
        var steps = objects.map { planner.step($0.object, resource: $0.resource.groupResource) }
        if let missing = missingNamespaces(steps, existing) { steps += missing }
        let required = Set(objects.flatMap { OwnerKey.owners(of: $0.object).flatMap(\.keys) })
        var known: [OwnerKey: String] = [:]
        for key in required { known[key] = existing[key]?["metadata", "uid"]?.string }
        return RestorePlan(
            snapshot: reader.snapshot.id,
            steps: OwnerDepth.sorted(steps),
            notes: discovery.failures.map { "\($0.groupVersion) cannot be discovered in the target: \($0.reason)" },
            discovery: discovery,
            knownOwners: known,
            requiredOwners: required
        )
    }

    private func makePlanner(_ objects: [JSONValue], _ discovery: Discovery, _ existing: [OwnerKey: JSONValue])
        -> RestorePlanner
    {
        let rules = RebuildRules(services: objects.lazy.filter { $0["kind"]?.string == "Service" })
        let volumes = objects.filter { $0["kind"]?.string == "PersistentVolume" && rules.skip($0) == nil }
        let kept = Set(volumes.compactMap { $0["metadata", "name"]?.string })
        let definitions = objects.filter { $0["kind"]?.string == "CustomResourceDefinition" }
        let kinds = definitions.compactMap { definition -> GroupKind? in
            guard let group = definition["spec", "group"]?.string,
                let kind = definition["spec", "names", "kind"]?.string
            else { return nil }
            return GroupKind(group: group, kind: kind)
        }
        return RestorePlanner(
            policy: policy,
            discovery: discovery,
            rules: rules,
            transform: RestoreTransform(policy: policy, keptVolumes: kept),
            definedKinds: Set(kinds),
            existing: existing
        )
    }

    /// What the target has of the snapshot's kinds, by one list a kind.
    private func existingObjects(_ stored: [StoredResource], _ discovery: Discovery) async throws -> [OwnerKey:
        JSONValue]
    {
        let resources = stored.compactMap {
            discovery.resource(for: $0.groupVersionKind) ?? discovery.resource(for: $0.groupResource)
        }
        .filter { $0.verbs.contains("list") }
        return try await withThrowingTaskGroup(of: [(OwnerKey, JSONValue)].self) { group in
            for resource in resources { group.addTask { try await list(resource) } }
            var result: [OwnerKey: JSONValue] = [:]
            for try await found in group {
                for (key, object) in found { result[key] = object }
            }
            return result
        }
    }

    private func list(_ resource: APIResource) async throws -> [(OwnerKey, JSONValue)] {
        var result: [(OwnerKey, JSONValue)] = []
        do {
            for try await page in client.list(resource) {
                for item in page.items {
                    var object = try JSONValue(parsing: page.bytes.span, range: item.range)
                    object["apiVersion"] = .string(resource.groupVersionKind.apiVersion)
                    object["kind"] = .string(resource.kind)
                    let key = OwnerKey(
                        kind: resource.groupVersionKind.groupKind,
                        namespace: item.namespace,
                        name: item.name
                    )
                    result.append((key, object))
                }
            }
        } catch let error as ClusterError where error.kind == .notFound || error.kind == .methodNotAllowed {
            return []
        }
        return result
    }

    /// Namespaces that objects are restored into and that neither the snapshot nor the target has (C18).
    private func missingNamespaces(_ steps: [RestoreStep], _ existing: [OwnerKey: JSONValue]) -> [RestoreStep]? {
        let kind = GroupKind(group: "", kind: "Namespace")
        let planned = Set(steps.filter { $0.identity.groupVersionKind.kind == "Namespace" }.map(\.identity.name))
        let needed = Set(steps.filter { $0.verdict == .create }.compactMap(\.identity.namespace))
        return needed.subtracting(planned).filter { existing[OwnerKey(kind: kind, namespace: "", name: $0)] == nil }
            .sorted().map { name in
                let object: JSONValue = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
                let identity = ObjectIdentity(
                    groupVersionKind: GroupVersionKind(group: "", version: "v1", kind: "Namespace"),
                    namespace: nil,
                    name: name
                )
                return RestoreStep(
                    identity: identity,
                    verdict: .create,
                    wave: 0,
                    depth: 0,
                    body: object.encoded(),
                    object: nil,
                    existing: nil,
                    status: nil
                )
            }
    }

    /// Carries the plan out.
    ///
    /// - Throws: only when the server is lost or the task is cancelled; objects that fail are in the result.
    package func apply(_ plan: RestorePlan, progress: (@Sendable (RestoreProgress) -> Void)? = nil) async throws
        -> RestoreResult
    {
        if policy.conflict == .fail,
            let step = plan.steps.first(where: { if case .conflict = $0.verdict { true } else { false } })
        {
            throw LifeboatError(
                .restoreRefused,
                "\(step.identity) exists in the target and differs, and the conflict rule is fail",
                remedy: "see all conflicts with --dry-run, or choose another rule with --conflict"
            )
        }
        do {
            return try await RestoreExecution(run: self, plan: plan, progress: progress).run()
        } catch let error as ClusterError {
            throw error.lifeboatError
        }
    }
}

extension RestorePolicy {
    /// Everything, existing objects left alone.
    package static var standard: RestorePolicy { RestorePolicy(name: "standard") }
}
