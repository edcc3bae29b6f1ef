import KubernetesObjects

/// One column of the table that `kubectl get` shows.
struct TableColumn: Sendable {
    let name: String
    var type = "string"
    var format = ""
    /// 0 is always shown, 1 only by `-o wide`.
    var priority = 0
    let cell: @Sendable (JSONValue, Timestamp) -> JSONValue
}

/// Writes objects as a `Table` of meta.k8s.io.
struct TableWriter: Sendable {
    let columns: [TableColumn]
    let form: ObjectForm
    let resource: ServedResource
    /// `None`, `Metadata` or `Object`.
    let includes: String
    let now: Timestamp

    func table(_ objects: [StoredObject], metadata: JSONValue) -> JSONValue {
        let definitions: [JSONValue] = columns.map {
            [
                "name": .string($0.name), "type": .string($0.type), "format": .string($0.format), "description": "",
                "priority": .int($0.priority),
            ]
        }
        let rows: [JSONValue] = objects.map { object in
            var row: JSONValue = ["cells": .array(columns.map { $0.cell(object.value, now) })]
            switch includes {
            case "None": break
            case "Object": row["object"] = VersionConversion.fromStorage(object.value, resource)
            default:
                row["object"] = [
                    "kind": "PartialObjectMetadata", "apiVersion": .string(form.apiVersion),
                    "metadata": object.value["metadata"] ?? .null,
                ]
            }
            return row
        }
        return [
            "kind": "Table", "apiVersion": .string(form.apiVersion), "metadata": metadata,
            "columnDefinitions": .array(definitions), "rows": .array(rows),
        ]
    }
}

/// How long ago something was, in the short form that tables use: `5s`, `3m12s`, `4h`, `12d`.
enum Age {
    static func text(_ time: String?, now: Timestamp) -> String {
        guard let time, let start = try? Timestamp(parsing: time) else { return "<unknown>" }
        return text(seconds: now - start)
    }

    static func text(seconds: Int64) -> String {
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400)
        func pair(_ first: Int64, _ unit: String, _ second: Int64, _ smaller: String) -> String {
            second == 0 ? "\(first)\(unit)" : "\(first)\(unit)\(second)\(smaller)"
        }
        switch seconds {
        case ..<0: return "0s"
        case ..<120: return "\(seconds)s"
        case ..<600: return pair(minutes, "m", seconds % 60, "s")
        case ..<10_800: return "\(minutes)m"
        case ..<28_800: return pair(hours, "h", minutes % 60, "m")
        case ..<172_800: return "\(hours)h"
        case ..<691_200: return pair(days, "d", hours % 24, "h")
        case ..<63_072_000: return "\(days)d"
        case ..<252_288_000: return pair(days / 365, "y", days % 365, "d")
        default: return "\(days / 365)y"
        }
    }
}
