package import KubernetesObjects
internal import Synchronization

/// A store in memory, for tests and for drills that need no disk.
package final class MemoryStore: ObjectStore {
    package let location = "memory"
    private let objects: Mutex<[String: [UInt8]]>

    package init(_ objects: [String: [UInt8]] = [:]) { self.objects = Mutex(objects) }

    /// Everything that is stored.
    package var contents: [String: [UInt8]] { objects.withLock { $0 } }

    package func put(_ name: String, _ bytes: [UInt8]) throws(LifeboatError) -> Bool {
        objects.withLock { objects in
            guard objects[name] == nil else { return false }
            objects[name] = bytes
            return true
        }
    }

    package func get(_ name: String, range: Range<Int>?) throws(LifeboatError) -> [UInt8]? {
        objects.withLock { objects in
            guard let bytes = objects[name], let range else { return objects[name] }
            return Array(bytes[range.clamped(to: 0..<bytes.count)])
        }
    }

    package func list(_ prefix: String) throws(LifeboatError) -> [StoredObject] {
        objects.withLock { objects in
            objects.filter { $0.key.hasPrefix(prefix) }.map { StoredObject(name: $0.key, size: $0.value.count) }
                .sorted { $0.name < $1.name }
        }
    }

    package func size(_ name: String) throws(LifeboatError) -> Int? { objects.withLock { $0[name]?.count } }

    package func delete(_ name: String) throws(LifeboatError) { objects.withLock { _ = $0.removeValue(forKey: name) } }

    /// Replaces an object, which no store does: how tests damage a repository.
    package func replace(_ name: String, _ bytes: [UInt8]?) { objects.withLock { $0[name] = bytes } }
}
