package import Archive
package import KubernetesAPI
package import KubernetesObjects
package import Policies

/// Compares a snapshot with a cluster that runs, object by object.
package struct LiveComparison: Sendable {
    package let client: ClusterClient
    package let reader: SnapshotReader
    package let selection: ObjectSelection

    package init(client: ClusterClient, reader: SnapshotReader, selection: ObjectSelection = .everything) {
        self.client = client
        self.reader = reader
        self.selection = selection
    }

    /// Lists everything that a backup would capture and compares it.
    package func run() async throws(LifeboatError) -> LiveDifference {
        do {
            let discovery = try await client.discover()
            let version = try await client.serverVersion().gitVersion
            let plan = CapturePlan(discovery: discovery, selection: selection)
            let entries = try reader.entries()
            var context = try snapshotContext(entries)
            context.isClusterOlder = KubernetesRelease.isOlder(version, than: reader.details.cluster.version)
            var difference = LiveDifference()
            var snapshot = Dictionary(grouping: entries, by: \.resource.groupResource)
            // What the rules need to know about others comes first.
            for resource in plan.resources.sorted(by: { Self.rank($0) < Self.rank($1) }) {
                let stored = snapshot.removeValue(forKey: resource.groupResource) ?? []
                let kind = stored.first?.identity.groupVersionKind ?? resource.groupVersionKind
                try await compare(discovery.nearestResource(to: kind) ?? resource, stored, &context, &difference)
            }
            for (resource, stored) in snapshot.sorted(by: { "\($0.key)" < "\($1.key)" }) {
                guard let kind = stored.first?.identity.groupVersionKind else { continue }
                // Of what the selected namespaces need, the backup took single objects.
                if let served = discovery.nearestResource(to: kind),
                    selection.takesNeeded(resource, isNamespaced: served.isNamespaced)
                {
                    try await compareNeeded(served, stored, context, &difference)
                } else if selection.mayInclude(resource: resource, isNamespaced: true) {
                    difference.unserved.append("\(resource)")
                }
            }
            return difference
        } catch let error as ClusterError {
            throw error.lifeboatError
        } catch let error as LifeboatError {
            throw error
        } catch {
            throw LifeboatError(.cancelled, "cancelled")
        }
    }

    private static func rank(_ resource: APIResource) -> (Int, String) {
        (SkipContext.isRead(resource.groupVersionKind.groupKind) ? 0 : 1, "\(resource.groupResource)")
    }

    private func snapshotContext(_ entries: [SnapshotEntry]) throws(LifeboatError) -> SkipContext {
        var context = SkipContext()
        for entry in entries {
            let key = ObjectKey(entry.identity)
            if SkipContext.isRead(key.groupKind) {
                context.note(try reader.object(entry), key)
            } else {
                context.objects.insert(key)
            }
        }
        return context
    }

    private func compare(
        _ resource: APIResource,
        _ stored: [SnapshotEntry],
        _ context: inout SkipContext,
        _ difference: inout LiveDifference
    ) async throws {
        var missing = Dictionary(
            uniqueKeysWithValues: stored.filter { selects($0) }.map { (ObjectKey($0.identity), $0) }
        )
        var query = ListQuery()
        query.labelSelector = CaptureRules.labelSelector(for: resource.groupResource)
        for page in try await client.list(resource, query).collect() {
            for item in page.items where !item.isTerminating {
                let identity = ObjectIdentity(
                    groupVersionKind: resource.groupVersionKind,
                    namespace: item.namespace,
                    name: item.name
                )
                let key = ObjectKey(identity)
                let live = try Self.object(page, item, resource)
                guard selects(live, resource, item) else { continue }
                context.note(live, key)
                guard let entry = missing.removeValue(forKey: key) else {
                    let rule = SkipRule.rule(for: live, key, in: context)
                    difference.added.append(.init(identity: identity, explanation: rule?.reason))
                    continue
                }
                difference.compared += 1
                let paths = LiveDifference.paths(old: try reader.object(entry), new: live, key, context)
                if !paths.isEmpty { difference.changed.append(.init(identity: identity, paths: paths)) }
            }
        }
        for (key, entry) in missing {
            let rule = SkipRule.rule(for: try reader.object(entry), key, in: context)
            difference.removed.append(.init(identity: entry.identity, explanation: rule?.reason))
        }
    }

    /// Compares only the objects that the snapshot has.
    private func compareNeeded(
        _ resource: APIResource,
        _ stored: [SnapshotEntry],
        _ context: SkipContext,
        _ difference: inout LiveDifference
    ) async throws {
        for entry in stored {
            let key = ObjectKey(entry.identity)
            let old = try reader.object(entry)
            do throws(ClusterError) {
                let bytes = try await client.get(resource, namespace: nil, name: entry.name)
                guard let live = try? JSONValue(parsing: bytes) else {
                    throw ClusterError(
                        .malformedAnswer,
                        message: "\(entry.identity) is not valid JSON",
                        method: "GET",
                        path: "\(resource.groupResource)"
                    )
                }
                difference.compared += 1
                let paths = LiveDifference.paths(old: old, new: live, key, context)
                if !paths.isEmpty { difference.changed.append(.init(identity: entry.identity, paths: paths)) }
            } catch {
                guard error.kind == .notFound else { throw error }
                let rule = SkipRule.rule(for: old, key, in: context)
                difference.removed.append(.init(identity: entry.identity, explanation: rule?.reason))
            }
        }
    }

    private func selects(_ entry: SnapshotEntry) -> Bool {
        selection.isEverything
            || selection.includes(
                resource: entry.resource.groupResource,
                namespace: entry.namespace,
                labels: labels(entry),
                name: entry.name
            )
    }

    private func labels(_ entry: SnapshotEntry) -> [String: String] {
        guard !selection.labelSelector.requirements.isEmpty, let object = try? reader.object(entry) else { return [:] }
        return object["metadata", "labels"]?.stringMap ?? [:]
    }

    private func selects(_ object: JSONValue, _ resource: APIResource, _ item: ListPage.Item) -> Bool {
        selection.isEverything
            || selection.includes(
                resource: resource.groupResource,
                namespace: item.namespace,
                labels: object["metadata", "labels"]?.stringMap ?? [:],
                name: item.name
            )
    }

    /// The object of a page, with the apiVersion and kind that lists leave out.
    private static func object(
        _ page: ListPage,
        _ item: ListPage.Item,
        _ resource: APIResource
    ) throws(LifeboatError) -> JSONValue {
        do {
            var object = try JSONValue(parsing: page.bytes.span, range: item.range)
            object["apiVersion"] = .string(resource.groupVersionKind.apiVersion)
            object["kind"] = .string(resource.kind)
            return object
        } catch {
            throw LifeboatError(.malformedJSON, "\(resource.groupResource) \(item.namespace)/\(item.name): \(error)")
        }
    }
}
