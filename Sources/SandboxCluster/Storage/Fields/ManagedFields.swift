import KubernetesObjects

/// One entry of `metadata.managedFields`: the fields that one manager set by one kind of operation.
struct ManagedFieldsEntry: Equatable, Sendable {
    var manager: String
    var operation: String
    var apiVersion: String
    var subresource: String
    var time: String
    var fields: FieldTree

    init?(_ value: JSONValue) {
        guard let manager = value["manager"]?.string, let operation = value["operation"]?.string else { return nil }
        self.manager = manager
        self.operation = operation
        apiVersion = value["apiVersion"]?.string ?? ""
        subresource = value["subresource"]?.string ?? ""
        time = value["time"]?.string ?? ""
        fields = FieldTree(root: value["fieldsV1"] ?? .object(JSONObject()))
    }

    init(manager: String, operation: String, apiVersion: String, subresource: String = "", time: String) {
        self.manager = manager
        self.operation = operation
        self.apiVersion = apiVersion
        self.subresource = subresource
        self.time = time
        fields = FieldTree()
    }

    var value: JSONValue {
        var value: JSONValue = [
            "manager": .string(manager), "operation": .string(operation), "apiVersion": .string(apiVersion),
            "time": .string(time), "fieldsType": "FieldsV1", "fieldsV1": fields.fieldsV1,
        ]
        if !subresource.isEmpty { value["subresource"] = .string(subresource) }
        return value
    }

    /// Whether both entries are the same manager doing the same.
    func isSame(as other: ManagedFieldsEntry) -> Bool {
        manager == other.manager && operation == other.operation && subresource == other.subresource
            && (operation == "Apply" || apiVersion == other.apiVersion)
    }
}

/// Keeps `metadata.managedFields` right when an object is written by anything but server-side apply.
enum ManagedFields {
    static func entries(_ object: JSONValue) -> [ManagedFieldsEntry] {
        object["metadata", "managedFields"]?.array?.compactMap { ManagedFieldsEntry($0) } ?? []
    }

    static func set(_ entries: [ManagedFieldsEntry], on object: inout JSONValue) {
        let kept = entries.filter { !$0.fields.isEmpty }
            .sorted { ($0.operation, $0.time, $0.manager) < ($1.operation, $1.time, $1.manager) }
        object["metadata", "managedFields"] = kept.isEmpty ? nil : .array(kept.map(\.value))
    }

    /// Gives the fields that changed to the manager of this write and takes them from all others.
    static func record(
        _ object: inout JSONValue,
        old: JSONValue?,
        _ resource: ServedResource,
        manager: String,
        subresource: String,
        at time: Timestamp,
        _ schema: MergeSchema
    ) {
        var entries: [ManagedFieldsEntry] = []
        if let old {
            let given = object["metadata", "managedFields"]?.array
            let isReset = given.map { $0.allSatisfy { $0.object?.isEmpty ?? false } } ?? false
            entries = isReset ? [] : given == nil ? self.entries(old) : self.entries(object)
        }
        let (changed, removed) = FieldTree.difference(owned(old ?? .object(JSONObject())), owned(object), schema)
        let own = ManagedFieldsEntry(
            manager: manager,
            operation: "Update",
            apiVersion: resource.groupVersion,
            subresource: subresource,
            time: time.description
        )
        for index in entries.indices {
            let isOwn = entries[index].isSame(as: own)
            entries[index].fields = entries[index].fields.subtracting(isOwn ? removed : removed.union(changed))
        }
        if !changed.isEmpty {
            let index = entries.firstIndex { $0.isSame(as: own) } ?? entries.endIndex
            if index == entries.endIndex { entries.append(own) }
            let fields = entries[index].fields.union(changed)
            if fields != entries[index].fields {
                entries[index].fields = fields
                entries[index].time = own.time
            }
        }
        set(entries, on: &object)
    }

    /// The part of an object that managers can own.
    static func owned(_ object: JSONValue) -> JSONValue {
        var object = object
        object["apiVersion"] = nil
        object["kind"] = nil
        for name in [
            "name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields",
            "resourceVersion",
            "deletionTimestamp", "deletionGracePeriodSeconds",
        ] {
            object["metadata", name] = nil
        }
        if object["metadata"]?.object?.isEmpty == true { object["metadata"] = nil }
        return object
    }
}
