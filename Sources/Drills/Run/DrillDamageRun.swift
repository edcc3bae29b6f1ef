internal import KubernetesAPI
internal import KubernetesObjects
internal import Policies

/// Breaks the rebuilt cluster as the drill says. Its client is that of the drill's target, which is never the source.
struct DrillDamageRun {
    let client: ClusterClient
    let journal: DrillJournal
    let sleep: @Sendable (Double) async throws -> Void

    func apply(_ damage: [DrillDamage]) async throws(LifeboatError) {
        try await journal.step("damage", "Break the cluster", isRecovery: false) { () async throws(LifeboatError) in
            do throws(ClusterError) {
                let discovery = try await client.discover()
                for entry in damage { try await apply(entry, discovery) }
            } catch {
                throw error.lifeboatError
            }
            return ((), damage.map(Self.text).joined(separator: ", "))
        }
    }

    private func apply(_ damage: DrillDamage, _ discovery: Discovery) async throws(ClusterError) {
        let (resource, namespace, name): (GroupResource, String?, String) =
            switch damage {
            case .deleteNamespace(let name): (GroupResource(group: "", resource: "namespaces"), nil, name)
            case .deleteObject(let resource, let namespace, let name): (resource, namespace, name)
            }
        guard let served = discovery.resource(for: resource) else { return }
        do throws(ClusterError) {
            _ = try await client.delete(served, namespace: namespace, name: name)
        } catch {
            // What is not there cannot be lost.
            guard error.kind == .notFound else { throw error }
            return
        }
        for attempt in 0..<Self.attempts {
            guard try await exists(served, namespace, name) else { return }
            // The controllers that would release finalizers do not run in a drill's target.
            if attempt % 20 == 19, served.kind == "Namespace" { try await releaseFinalizers(in: name, discovery) }
            do { try await sleep(0.1) } catch {
                throw ClusterError(.cancelled, message: "cancelled", method: "GET", path: name)
            }
        }
        throw ClusterError(
            .timeout,
            message: "\(served.kind) \(name) was deleted and is still there after a minute",
            method: "DELETE",
            path: name
        )
    }

    private static let attempts = 600

    private func exists(_ resource: APIResource, _ namespace: String?, _ name: String) async throws(ClusterError)
        -> Bool
    {
        do throws(ClusterError) {
            _ = try await client.get(resource, namespace: namespace, name: name)
            return true
        } catch {
            guard error.kind == .notFound else { throw error }
            return false
        }
    }

    /// Takes the finalizers off the objects of a namespace that is going away.
    private func releaseFinalizers(in namespace: String, _ discovery: Discovery) async throws(ClusterError) {
        var query = ListQuery()
        query.namespace = namespace
        for resource in discovery.preferred where resource.isNamespaced && resource.verbs.contains("patch") {
            guard resource.verbs.contains("list") else { continue }
            for page in try await client.list(resource, query).collect() {
                for item in page.items where item.isTerminating {
                    try await release(resource, namespace, item.name)
                }
            }
        }
    }

    private func release(_ resource: APIResource, _ namespace: String, _ name: String) async throws(ClusterError) {
        let patch = Array(#"{"metadata":{"finalizers":null}}"#.utf8)
        do throws(ClusterError) {
            _ = try await client.patch(resource, namespace: namespace, name: name, patch: patch, type: .merge)
        } catch {
            guard error.kind == .notFound else { throw error }
        }
    }

    private static func text(_ damage: DrillDamage) -> String {
        switch damage {
        case .deleteNamespace(let name): "deleted the namespace \(name)"
        case .deleteObject(let resource, let namespace, let name):
            "deleted \(resource) \(namespace.map { $0 + "/" } ?? "")\(name)"
        }
    }
}
