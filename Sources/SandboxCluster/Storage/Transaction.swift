import KubernetesObjects

/// The state of the storage as the code of one transaction sees and changes it.
///
/// All writes of a transaction become visible together, or not at all when it throws or is a dry run.
struct Transaction: Sendable {
    private(set) var tables: [GroupResource: ResourceTable] = [:]
    private var keysByUID: [String: ObjectKey] = [:]
    /// The revision of the last write; 1 when nothing was written, as in etcd.
    private(set) var resourceVersion: Int64 = 1
    /// The writes of this transaction, in order.
    private(set) var pending: [StorageEvent] = []
    private let environment: SandboxEnvironment

    init(environment: SandboxEnvironment) { self.environment = environment }

    var now: Timestamp { environment.now() }

    /// A new random UUID (version 4).
    func newUID() -> String { environment.newUID() }

    func object(_ key: ObjectKey) -> StoredObject? { tables[key.resource]?[key.namespace, key.name] }

    func object(uid: String) -> StoredObject? { keysByUID[uid].flatMap { object($0) } }

    /// The objects of a resource, sorted by namespace and name; all namespaces when `namespace` is nil.
    func objects(_ resource: GroupResource, namespace: String? = nil) -> ArraySlice<StoredObject> {
        guard let table = tables[resource] else { return [] }
        return namespace.map { table.objects(namespace: $0) } ?? table.objects[...]
    }

    /// All objects of a namespace in all resources.
    func objects(inNamespace namespace: String) -> [StoredObject] {
        tables.values.flatMap { $0.objects(namespace: namespace) }
    }

    /// Writes an object as it is, new or in place of the one with its key, and gives it the next resourceVersion.
    ///
    /// Requests go through `ResourceOperations`, which keeps metadata and the rules; this is the raw write under it.
    @discardableResult
    mutating func put(_ value: JSONValue, at key: ObjectKey) -> StoredObject {
        resourceVersion += 1
        let previous = object(key)
        let stored = StoredObject(key: key, value: value, resourceVersion: resourceVersion)
        restore(stored, at: key, replacing: previous)
        pending.append(
            StorageEvent(change: previous == nil ? .added : .modified, object: stored, previous: previous)
        )
        return stored
    }

    /// Removes an object without regard to its finalizers; returns its last state.
    @discardableResult
    mutating func remove(_ key: ObjectKey) -> StoredObject? {
        guard let previous = object(key) else { return nil }
        resourceVersion += 1
        let last = StoredObject(key: key, value: previous.value, resourceVersion: resourceVersion)
        restore(nil, at: key, replacing: previous)
        pending.append(StorageEvent(change: .deleted, object: last, previous: previous))
        return last
    }

    /// Ends the transaction with its writes kept; returns them for the watches.
    mutating func commit() -> [StorageEvent] {
        defer { pending = [] }
        return pending
    }

    /// Undoes all writes of this transaction, the last first.
    mutating func rollBack() {
        for event in pending.reversed() {
            restore(event.previous, at: event.object.key, replacing: event.change == .deleted ? nil : event.object)
            resourceVersion -= 1
        }
        pending = []
    }

    private mutating func restore(_ object: StoredObject?, at key: ObjectKey, replacing old: StoredObject?) {
        if let old { keysByUID[old.uid] = nil }
        if let object {
            tables[key.resource, default: ResourceTable()].put(object)
            keysByUID[object.uid] = key
        } else {
            tables[key.resource]?.remove(key)
        }
    }
}
