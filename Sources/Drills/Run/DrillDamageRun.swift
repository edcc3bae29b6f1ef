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
            // A namespace goes when everything in it has gone.
            for _ in 0..<600 {
                _ = try await client.get(served, namespace: namespace, name: name)
                do { try await sleep(0.1) } catch {
                    throw ClusterError(.cancelled, message: "cancelled", method: "GET", path: name)
                }
            }
        } catch {
            // Gone, as it should be.
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
