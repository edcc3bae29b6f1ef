import KubernetesObjects
import Synchronization

/// Where an object lives in the storage.
struct ObjectKey: Hashable, Sendable {
    let resource: GroupResource
    /// Empty for a cluster-scoped object.
    let namespace: String
    let name: String

    /// As the keys of etcd have it: `configmaps/shop/settings`.
    var path: String { [resource.resource, namespace, name].filter { !$0.isEmpty }.joined(separator: "/") }

    init(_ resource: GroupResource, namespace: String = "", name: String) {
        self.resource = resource
        self.namespace = namespace
        self.name = name
    }
}

/// One revision of one object. It never changes: a write makes a new one.
final class StoredObject: Sendable {
    let key: ObjectKey
    /// The whole object in its storage version, with apiVersion, kind and resourceVersion.
    let value: JSONValue
    /// The revision of the storage that wrote it.
    let resourceVersion: Int64
    let uid: String
    private let encodedMembers = Mutex<[UInt8]?>(nil)

    init(key: ObjectKey, value: JSONValue, resourceVersion: Int64) {
        var value = value
        value["metadata", "resourceVersion"] = .string(String(resourceVersion))
        self.key = key
        self.value = value
        self.resourceVersion = resourceVersion
        uid = value["metadata", "uid"]?.string ?? ""
    }

    var name: String { key.name }
    var namespace: String { key.namespace }
    var labels: [String: String] { value["metadata", "labels"]?.stringMap ?? [:] }
    var isTerminating: Bool { value["metadata", "deletionTimestamp"]?.string != nil }
    var finalizers: [String] { value["metadata", "finalizers"]?.array?.compactMap(\.string) ?? [] }

    /// The JSON text of all members but apiVersion and kind, from the first key to the closing brace.
    ///
    /// Encoded once: the same bytes serve every version that the kind is served in, and every list and watch.
    var members: [UInt8] {
        encodedMembers.withLock { cached in
            if let cached { return cached }
            var rest = value.object ?? JSONObject()
            rest["apiVersion"] = nil
            rest["kind"] = nil
            let bytes = Array(JSONValue.object(rest).encoded().dropFirst())
            cached = bytes
            return bytes
        }
    }
}
