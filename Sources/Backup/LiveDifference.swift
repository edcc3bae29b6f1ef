package import Archive
package import KubernetesAPI
package import KubernetesObjects

/// What differs between a snapshot and a live cluster, each difference either explained or not.
package struct LiveDifference: Sendable {
    package struct Item: Sendable {
        package let identity: ObjectIdentity
        /// JSON pointers at which a changed object differs.
        package let paths: [String]
        /// Why the difference is expected after a rebuild; nil when it is not.
        package let explanation: String?
    }

    /// In the cluster and not in the snapshot.
    package private(set) var added: [Item] = []
    /// In the snapshot and not in the cluster.
    package private(set) var removed: [Item] = []
    package private(set) var changed: [Item] = []
    /// How many objects are in both and equal.
    package private(set) var equal = 0

    /// Compares every object of the snapshot with the cluster by identity and content.
    ///
    /// - Throws: `ClusterError` or `LifeboatError` when either side cannot be read.
    package static func compare(reader: SnapshotReader, client: ClusterClient) async throws -> LiveDifference {
        let discovery = try await client.discover()
        let stored = try reader.resources()
        let services = try stored.filter { $0.kind == "Service" && $0.group.isEmpty }
            .flatMap { try reader.entries($0) }.map { try JSONValue(parsing: try reader.bytes($0)) }
        let rules = RebuildRules(services: services)
        var result = LiveDifference()
        let served = CaptureRules.select(discovery).taken
        for resource in served {
            // The snapshot may hold the kind in another version: both sides are then compared in the snapshot's.
            let own = stored.first { $0.groupResource == resource.groupResource }
            let version = own.flatMap { discovery.resource(for: $0.groupVersionKind) } ?? resource
            try await result.compare(version, own, reader, client, rules)
        }
        for resource in stored where !served.contains(where: { $0.groupResource == resource.groupResource }) {
            for entry in try reader.entries(resource) {
                result.removed.append(Item(identity: entry.identity, paths: [], explanation: nil))
            }
        }
        return result
    }

    private mutating func compare(
        _ resource: APIResource,
        _ stored: StoredResource?,
        _ reader: SnapshotReader,
        _ client: ClusterClient,
        _ rules: RebuildRules
    ) async throws {
        var expected: [String: SnapshotEntry] = [:]
        for entry in try stored.map({ try reader.entries($0) }) ?? [] {
            expected["\(entry.namespace)/\(entry.name)"] = entry
        }
        do {
            for try await page in client.list(resource) {
                for item in page.items where !item.isTerminating {
                    let live = try Self.object(page, item, resource)
                    if let entry = expected.removeValue(forKey: "\(item.namespace)/\(item.name)") {
                        compare(entry, try JSONValue(parsing: try reader.bytes(entry)), live)
                    } else {
                        let identity = ObjectIdentity(
                            groupVersionKind: resource.groupVersionKind,
                            namespace: item.namespace,
                            name: item.name
                        )
                        added.append(
                            Item(
                                identity: identity,
                                paths: [],
                                explanation: rules.skip(live)?.reason ?? Self.bornWithCluster(live)
                            )
                        )
                    }
                }
            }
        } catch let error as ClusterError where error.kind == .notFound || error.kind == .methodNotAllowed {
            // Served in discovery, but not there: what the snapshot has of it is missing.
        }
        for entry in expected.values.sorted(by: { $0.identity < $1.identity }) {
            let object = try JSONValue(parsing: try reader.bytes(entry))
            removed.append(Item(identity: entry.identity, paths: [], explanation: rules.skip(object)?.reason))
        }
    }

    private mutating func compare(_ entry: SnapshotEntry, _ old: JSONValue, _ new: JSONValue) {
        let (left, right) = (ObjectScrubber.comparable(old), ObjectScrubber.comparable(new))
        if left == right {
            let paths = ObjectDifference.paths(
                ObjectScrubber.withoutServerFields(old),
                ObjectScrubber.withoutServerFields(new)
            ).filter { !$0.hasPrefix("/metadata/ownerReferences") }
            if paths.isEmpty {
                equal += 1
            } else {
                changed.append(
                    Item(
                        identity: entry.identity,
                        paths: paths,
                        explanation: "the API server or a controller chooses it anew"
                    )
                )
            }
            return
        }
        let paths = ObjectDifference.paths(left, right)
        let explanation = RebuildRules.isOwnVersion(old) ? "the API server keeps it in its own version" : nil
        changed.append(Item(identity: entry.identity, paths: paths, explanation: explanation))
    }

    private static func object(_ page: ListPage, _ item: ListPage.Item, _ resource: APIResource) throws -> JSONValue {
        var object = try JSONValue(parsing: page.bytes.span, range: item.range)
        // Objects of a typed list do not carry them.
        object["apiVersion"] = .string(resource.groupVersionKind.apiVersion)
        object["kind"] = .string(resource.kind)
        return object
    }

    /// Objects that every cluster is born with, whatever is restored into it.
    private static func bornWithCluster(_ object: JSONValue) -> String? {
        let name = object["metadata", "name"]?.string ?? ""
        switch object["kind"]?.string {
        case "Namespace" where name == "default" || name.hasPrefix("kube-"): return "every cluster has it"
        case "ServiceAccount" where name == "default": return "a controller makes it in every namespace"
        case "ServiceAccount" where object["metadata", "namespace"]?.string == "kube-system":
            return "a controller makes it"
        default: return nil
        }
    }
}

extension RebuildRules {
    /// Objects that the API server reconciles to its own version at each start.
    static func isOwnVersion(_ object: JSONValue) -> Bool { RebuildRules(servicesWithSelector: []).skip(object) != nil }
}
