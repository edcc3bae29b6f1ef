import KubernetesObjects

/// LimitRanges: default requests and limits for containers, and the bounds that they must keep.
enum LimitRules {
    static func apply(to pod: inout JSONValue, in objects: Transaction) throws(StatusError) {
        let ranges = objects.values(.core("limitranges"), namespace: pod.namespace)
        for range in ranges {
            for limit in range.elements("spec", "limits") where limit["type"] == "Container" {
                setDefaults(limit, &pod)
                try check(limit, pod)
            }
        }
    }

    private static func setDefaults(_ limit: JSONValue, _ pod: inout JSONValue) {
        var notes: [String] = []
        for list in ["containers", "initContainers"] {
            pod.edit("spec") { spec in
                spec.editEach(list) { container in
                    for (bound, source) in [("requests", "defaultRequest"), ("limits", "default")] {
                        var names: [String] = []
                        for member in limit[source]?.object?.members ?? []
                        where container["resources", bound, member.key] == nil {
                            container["resources", bound, member.key] = member.value
                            names.append(member.key)
                        }
                        if !names.isEmpty {
                            let kind = list == "containers" ? "container" : "init container"
                            let names = names.sorted().joined(separator: ", ")
                            notes.append("\(names) \(bound.dropLast()) for \(kind) \(container.text("name"))")
                        }
                    }
                }
            }
        }
        if !notes.isEmpty {
            pod["metadata", "annotations", "kubernetes.io/limit-ranger"] = .string(
                "LimitRanger plugin set: \(notes.joined(separator: "; "))"
            )
        }
    }

    private static func check(_ limit: JSONValue, _ pod: JSONValue) throws(StatusError) {
        for container in pod.elements("spec", "containers") {
            for member in limit["max"]?.object?.members ?? [] {
                guard let bound = quantity(member.value),
                    let value = quantity(container["resources", "limits", member.key]), value > bound
                else { continue }
                let text = FieldProblems.text(container["resources", "limits", member.key]).filter { $0 != "\"" }
                throw .forbidden(
                    .pods,
                    pod.name,
                    "maximum \(member.key) usage per Container is \(bound.text), but limit is \(text)"
                )
            }
            for member in limit["min"]?.object?.members ?? [] {
                guard let bound = quantity(member.value),
                    let value = quantity(container["resources", "requests", member.key]), value < bound
                else { continue }
                let text = FieldProblems.text(container["resources", "requests", member.key]).filter { $0 != "\"" }
                throw .forbidden(
                    .pods,
                    pod.name,
                    "minimum \(member.key) usage per Container is \(bound.text), but request is \(text)"
                )
            }
        }
    }

    /// The quantity of a text or of a number.
    static func quantity(_ value: JSONValue?) -> Quantity? {
        switch value {
        case .string(let text): Quantity(text)
        case .number(let lexeme): Quantity(lexeme)
        default: nil
        }
    }
}
