package import KubernetesObjects
internal import Synchronization

/// What the parent has of an object that a list names.
package enum ParentState: Sendable {
    case absent
    /// Written to since, or what it refers to is lost: it must be added.
    case changed
    /// The record of the parent that can be carried over.
    case unchanged(record: Int)
}

extension SnapshotWriter {
    /// The snapshot that this one is compared to; nil when there is none.
    package var parentSnapshot: Snapshot? { chosenParent }

    /// How many objects of a resource the parent has.
    package func parentCount(_ resource: StoredResource) -> Int { parentTree.counts[keys.resourceTag(resource)] ?? 0 }

    /// Compares an object to the parent, and takes nothing over yet.
    package func parentState(
        _ resource: StoredResource,
        namespace: String,
        name: String,
        uid: String,
        resourceVersion: String
    ) throws(LifeboatError) -> ParentState {
        guard parentTree.records.count > 0 else { return .absent }
        let group = try group(resource, namespace).group
        guard let known = group.parent else { return .absent }
        let found = parentTree.find(keys.nameTag(name), in: known)
        guard !found.isEmpty else { return .absent }
        guard !resourceVersion.isEmpty else { return .changed }
        let changeTag = keys.changeTag(group.versionTag, uid: uid, resourceVersion: resourceVersion)
        guard let record = found.first(where: { parentTree.records[$0].changeTag == changeTag }),
            !parentTree.lostRecords.contains(record)
        else { return .changed }
        return .unchanged(record: record)
    }

    /// Carries a record over that `parentState` found for the object of this name.
    package func reuse(_ record: Int, name: String) {
        state.withLock { $0.reusedNames[record] = $0.names.append(name) }
    }
}
