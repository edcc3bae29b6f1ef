import KubernetesObjects

/// Which objects name which owner, kept from the storage's events.
struct OwnerIndex: Sendable {
    private var dependents: [String: [ObjectKey: String]] = [:]

    /// Takes over one write.
    mutating func note(_ event: StorageEvent) {
        for owner in Self.owners(event.previous) where dependents[owner]?[event.object.key] == event.object.uid {
            dependents[owner]?[event.object.key] = nil
            if dependents[owner]?.isEmpty == true { dependents[owner] = nil }
        }
        guard event.change != .deleted else { return }
        note(event.object)
    }

    mutating func note(_ object: StoredObject) {
        for owner in Self.owners(object) { dependents[owner, default: [:]][object.key] = object.uid }
    }

    /// The objects that name the owner, sorted, so that work has the same order in every run.
    func dependents(of uid: String) -> [ObjectKey] {
        (dependents[uid] ?? [:]).keys.sorted {
            ($0.resource.description, $0.namespace, $0.name) < ($1.resource.description, $1.namespace, $1.name)
        }
    }

    private static func owners(_ object: StoredObject?) -> [String] {
        object?.value.elements("metadata", "ownerReferences").map { $0.text("uid") } ?? []
    }
}
