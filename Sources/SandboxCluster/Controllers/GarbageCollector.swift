import KubernetesObjects

/// Deletes what its owners leave behind, in the three ways of a deletion: background, foreground, orphan.
struct GarbageCollector {
    let writes: ControllerWrites
    let dependents: [ObjectKey]

    func reconcile(_ key: ObjectKey, in transaction: inout Transaction) {
        guard let object = transaction.object(key) else { return }
        if object.isTerminating {
            if object.finalizers.contains("orphan") { orphan(object, in: &transaction) }
            if object.finalizers.contains("foregroundDeletion") { deleteDependents(of: object, in: &transaction) }
        }
        guard let current = transaction.object(key), !current.isTerminating else { return }
        collect(current, in: &transaction)
    }

    /// Deletes an object all of whose owners are gone, and forgets the ones that are when others remain.
    private func collect(_ object: StoredObject, in transaction: inout Transaction) {
        let references = object.value.elements("metadata", "ownerReferences")
        guard !references.isEmpty else { return }
        var solid: [JSONValue] = []
        var isWaitedFor = false
        for reference in references {
            switch state(of: reference, object, transaction) {
            case .unknown, .present: solid.append(reference)
            case .deletingDependents:
                if reference["blockOwnerDeletion"]?.bool == true { isWaitedFor = true }
            case .absent: break
            }
        }
        if solid.isEmpty {
            writes.delete(object.key, finalizer: isWaitedFor ? "foregroundDeletion" : nil, in: &transaction)
        } else if solid.count < references.count {
            writes.change(object.key, in: &transaction) { $0["metadata", "ownerReferences"] = .array(solid) }
        }
    }

    private enum OwnerState { case present, absent, deletingDependents, unknown }

    private func state(of reference: JSONValue, _ object: StoredObject, _ transaction: Transaction) -> OwnerState {
        let (group, _) = splitAPIVersion(reference.text("apiVersion"))
        // What the cluster does not serve cannot be looked up; the real collector waits for it, too.
        guard writes.registry.resource(GroupKind(group: group, kind: reference.text("kind"))) != nil else {
            return .unknown
        }
        guard let owner = transaction.object(uid: reference.text("uid")), owner.name == reference.text("name"),
            owner.namespace.isEmpty || owner.namespace == object.namespace
        else { return .absent }
        return owner.isTerminating && owner.finalizers.contains("foregroundDeletion") ? .deletingDependents : .present
    }

    private func orphan(_ owner: StoredObject, in transaction: inout Transaction) {
        for key in dependents {
            writes.change(key, in: &transaction) { object in
                let kept = object.elements("metadata", "ownerReferences").filter { $0.text("uid") != owner.uid }
                object["metadata", "ownerReferences"] = kept.isEmpty ? nil : .array(kept)
            }
        }
        writes.change(owner.key, in: &transaction) { $0.removeFinalizer("orphan") }
    }

    private func deleteDependents(of owner: StoredObject, in transaction: inout Transaction) {
        for key in dependents {
            guard let object = transaction.object(key), !object.isTerminating else { continue }
            collect(object, in: &transaction)
        }
        let isBlocked = dependents.contains { key in
            transaction.object(key)?.value.elements("metadata", "ownerReferences").contains {
                $0.text("uid") == owner.uid && $0["blockOwnerDeletion"]?.bool == true
            } ?? false
        }
        if !isBlocked {
            writes.change(owner.key, in: &transaction) { $0.removeFinalizer("foregroundDeletion") }
        }
    }
}
