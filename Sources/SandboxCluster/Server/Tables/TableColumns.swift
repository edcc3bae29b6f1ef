import KubernetesObjects

/// The columns of each kind.
enum TableColumns {
    /// - Parameter custom: the additionalPrinterColumns of a custom resource.
    static func columns(_ resource: ServedResource, custom: [JSONValue]?) -> [TableColumn] {
        if resource.isCustom { return [name] + (custom.map { $0.map(column) } ?? [age]) }
        let special = WorkloadColumns.columns(resource.kind) ?? ClusterColumns.columns(resource.kind)
        return special ?? [name, age]
    }

    static let name = TableColumn(name: "Name", format: "name") { object, _ in object["metadata", "name"] ?? "" }
    static let age = time("Age", ["metadata", "creationTimestamp"])

    static func time(_ title: String, _ path: [String], priority: Int = 0) -> TableColumn {
        TableColumn(name: title, priority: priority) { object, now in
            .string(Age.text(object.value(at: path[...])?.string, now: now))
        }
    }

    /// The text at a path, or `missing`.
    static func text(_ title: String, _ path: [String], missing: String = "<none>", priority: Int = 0) -> TableColumn {
        TableColumn(name: title, priority: priority) { object, _ in
            .string(object.value(at: path[...]).map(text) ?? missing)
        }
    }

    static func number(_ title: String, _ path: [String], priority: Int = 0) -> TableColumn {
        TableColumn(name: title, type: "integer", priority: priority) { object, _ in
            object.value(at: path[...]).flatMap { $0.int == nil ? nil : $0 } ?? 0
        }
    }

    static func made(
        _ title: String,
        priority: Int = 0,
        _ make: @escaping @Sendable (JSONValue) -> String
    ) -> TableColumn {
        TableColumn(name: title, priority: priority) { object, _ in .string(make(object)) }
    }

    /// How many elements or members the value at a path has.
    static func count(_ title: String, _ paths: [[String]]) -> TableColumn {
        TableColumn(name: title, type: "string") { object, _ in
            let counts = paths.map { path in
                let value = object.value(at: path[...])
                return value?.array?.count ?? value?.object?.count ?? 0
            }
            return .int(counts.reduce(0, +))
        }
    }

    static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .null: "<none>"
        default: String(decoding: value.encoded(), as: UTF8.self)
        }
    }

    private static func column(_ definition: JSONValue) -> TableColumn {
        let path = FieldPath(definition["jsonPath"]?.string ?? "")
        let type = definition["type"]?.string ?? "string"
        return TableColumn(
            name: definition["name"]?.string ?? "",
            type: type,
            format: definition["format"]?.string ?? "",
            priority: definition["priority"]?.int ?? 0
        ) { object, now in
            let values = path.values(in: object)
            guard let first = values.first else { return .null }
            switch type {
            case "date": return .string(Age.text(first.string, now: now))
            case "integer", "number", "boolean": return first
            default: return .string(values.map(text).joined(separator: ","))
            }
        }
    }
}
