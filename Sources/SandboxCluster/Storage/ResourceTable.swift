import KubernetesObjects

/// The objects of one resource, sorted by namespace and name as the keys of etcd are.
///
/// The sorted array is copied on write: a LIST holds it as a consistent snapshot without copying an object.
struct ResourceTable: Sendable {
    private(set) var objects: [StoredObject] = []

    /// The place of a key: its index when found, else where it would be inserted.
    func place(_ namespace: String, _ name: String) -> (index: Int, found: Bool) {
        Self.place(namespace, name, in: objects)
    }

    static func place(_ namespace: String, _ name: String, in objects: [StoredObject]) -> (index: Int, found: Bool) {
        var low = 0
        var high = objects.count
        while low < high {
            let middle = (low + high) / 2
            let key = objects[middle].key
            if key.namespace == namespace, key.name == name { return (middle, true) }
            if Self.precedes(key, namespace, name) { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }

    subscript(namespace: String, name: String) -> StoredObject? {
        let (index, found) = place(namespace, name)
        return found ? objects[index] : nil
    }

    /// The part of the sorted array that one namespace has.
    func objects(namespace: String) -> ArraySlice<StoredObject> { Self.part(of: objects, namespace: namespace) }

    static func part(of objects: [StoredObject], namespace: String) -> ArraySlice<StoredObject> {
        let start = place(namespace, "", in: objects).index
        // No namespace name contains a zero byte, so this is the first place after the namespace.
        let end = place(namespace + "\0", "", in: objects).index
        return objects[start..<end]
    }

    mutating func put(_ object: StoredObject) {
        let (index, found) = place(object.namespace, object.name)
        if found { objects[index] = object } else { objects.insert(object, at: index) }
    }

    mutating func remove(_ key: ObjectKey) {
        let (index, found) = place(key.namespace, key.name)
        if found { objects.remove(at: index) }
    }

    private static func precedes(_ key: ObjectKey, _ namespace: String, _ name: String) -> Bool {
        key.namespace == namespace ? key.name < name : key.namespace < namespace
    }
}
