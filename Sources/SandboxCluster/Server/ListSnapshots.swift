import KubernetesObjects
import Synchronization

/// The states of whole resources that lists in pages still read, so that every page shows the same moment.
///
/// A state is an array that shares its objects with the storage, so it costs little; the oldest ones are forgotten, and
/// a token of theirs is answered with 410, as after a compaction of etcd.
final class ListSnapshots: Sendable {
    private struct Key: Hashable, Sendable {
        let resource: GroupResource
        let revision: Int64
    }

    private struct Content: Sendable {
        var order: [Key] = []
        var states: [Key: [StoredObject]] = [:]
    }

    private let limit: Int
    private let content = Mutex(Content())

    init(limit: Int = 256) { self.limit = limit }

    func keep(_ objects: [StoredObject], of resource: GroupResource, at revision: Int64) {
        let key = Key(resource: resource, revision: revision)
        content.withLock { content in
            guard content.states.updateValue(objects, forKey: key) == nil else { return }
            content.order.append(key)
            if content.order.count > limit { content.states[content.order.removeFirst()] = nil }
        }
    }

    func objects(of resource: GroupResource, at revision: Int64) -> [StoredObject]? {
        content.withLock { $0.states[Key(resource: resource, revision: revision)] }
    }

    /// Forgets all states.
    func forget() {
        content.withLock { $0 = Content() }
    }
}
