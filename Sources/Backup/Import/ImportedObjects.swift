internal import Archive
internal import KubernetesAPI
internal import KubernetesObjects

/// Puts objects of another tool's backup into a snapshot.
struct ImportedObjects {
    private let writer: SnapshotWriter
    private var encoder = CanonicalJSON()
    private var buffer: [UInt8] = []
    private var versions: [GroupResource: GroupVersionKind] = [:]
    private(set) var count = 0
    private(set) var incomplete: [LeftOutResource] = []
    private var left: [GroupResource: String] = [:]

    init(_ writer: SnapshotWriter) { self.writer = writer }

    /// What is left out by the rules of every backup.
    var excluded: [LeftOutResource] {
        left.sorted { "\($0.key)" < "\($1.key)" }
            .map { LeftOutResource(resource: "\($0.key)", namespace: nil, reason: $0.value) }
    }

    /// Adds an object, or says in `incomplete` why it cannot be.
    mutating func add(
        _ bytes: [UInt8],
        _ place: (resource: GroupResource, namespace: String, name: String)
    ) throws(LifeboatError) {
        if let rule = CaptureRules.never.first(where: { $0.resource == place.resource }) {
            left[place.resource] = rule.reason
            return
        }
        func refuse(_ reason: String) {
            let reason = "\(place.name) \(reason)"
            incomplete.append(
                LeftOutResource(
                    resource: "\(place.resource)",
                    namespace: place.namespace.isEmpty ? nil : place.namespace,
                    reason: reason
                )
            )
        }
        guard let object = try? JSONValue(parsing: bytes), let identity = ObjectIdentity(of: object) else {
            return refuse("is not valid JSON of an object")
        }
        // What a file is called must be what it is: else it could stand in for another object.
        guard identity.name == place.name, identity.namespace ?? "" == place.namespace,
            identity.groupVersionKind.group == place.resource.group
        else { return refuse("holds another object, \(identity)") }
        let kind = versions[place.resource] ?? identity.groupVersionKind
        guard kind == identity.groupVersionKind else {
            return refuse(
                "is of \(identity.groupVersionKind.apiVersion), and others of the resource are of \(kind.apiVersion)"
            )
        }
        versions[place.resource] = kind
        buffer.removeAll(keepingCapacity: true)
        let layout: CanonicalJSON.Layout
        do throws(JSONError) {
            layout = try encoder.encode(bytes.span, range: 0..<bytes.count, groupVersionKind: kind, into: &buffer)
        } catch {
            return refuse("is not valid: \(error)")
        }
        try writer.add(
            StoredResource(
                group: kind.group,
                version: kind.version,
                resource: place.resource.resource,
                kind: kind.kind,
                isNamespaced: !place.namespace.isEmpty
            ),
            namespace: place.namespace,
            name: place.name,
            uid: object["metadata", "uid"]?.string ?? "",
            resourceVersion: object["metadata", "resourceVersion"]?.string ?? "",
            canonical: buffer[...],
            layout: layout
        )
        count += 1
    }
}
