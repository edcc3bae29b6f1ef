import KubernetesObjects

/// The validation of a Pod's spec.
enum PodValidation {
    /// Validates a spec.
    ///
    /// - Parameter claims: the names of volumes that a StatefulSet adds to its Pods.
    static func validate(_ spec: JSONValue, _ field: String, claims: [String] = [], _ problems: inout FieldProblems) {
        let containers = spec.elements("containers")
        if containers.isEmpty { problems.required("\(field).containers") }
        var names: Set<String> = []
        let volumes = Set(spec.elements("volumes").map { $0.text("name") } + claims)
        for list in ["initContainers", "containers"] {
            for (index, container) in spec.elements(list).enumerated() {
                let path = "\(field).\(list)[\(index)]"
                let name = container.text("name")
                if name.isEmpty {
                    problems.required("\(path).name")
                } else if !NameRules.isLabel(name) {
                    problems.invalid(
                        "\(path).name",
                        .string(name),
                        NameRules.problem(name, resource: .namespaces) ?? ""
                    )
                } else if !names.insert(name).inserted {
                    problems.duplicate("\(path).name", .string(name))
                }
                if container.text("image").isEmpty { problems.required("\(path).image") }
                validateMounts(container, volumes, path, &problems)
                validateResources(container, path, &problems)
            }
        }
        var seen: Set<String> = []
        for (index, volume) in spec.elements("volumes").enumerated() {
            let path = "\(field).volumes[\(index)]"
            if volume.text("name").isEmpty {
                problems.required("\(path).name")
            } else if !seen.insert(volume.text("name")).inserted {
                problems.duplicate("\(path).name", volume["name"])
            }
            let sources = (volume.object?.members ?? []).filter { $0.key != "name" && !$0.value.isNull }
            if sources.count > 1 {
                problems.forbidden("\(path).\(sources[1].key)", "may not specify more than 1 volume type")
            }
        }
        let restart = spec.text("restartPolicy")
        if !restart.isEmpty, !["Always", "Never", "OnFailure"].contains(restart) {
            problems.unsupported("\(field).restartPolicy", .string(restart), ["Always", "Never", "OnFailure"])
        }
    }

    private static func validateMounts(
        _ container: JSONValue,
        _ volumes: Set<String>,
        _ path: String,
        _ problems: inout FieldProblems
    ) {
        var paths: Set<String> = []
        for (index, mount) in container.elements("volumeMounts").enumerated() {
            let field = "\(path).volumeMounts[\(index)]"
            if !volumes.contains(mount.text("name")) { problems.notFound("\(field).name", mount["name"]) }
            if mount.text("mountPath").isEmpty {
                problems.required("\(field).mountPath")
            } else if !paths.insert(mount.text("mountPath")).inserted {
                problems.invalid("\(field).mountPath", mount["mountPath"], "must be unique")
            }
        }
    }

    private static func validateResources(_ container: JSONValue, _ path: String, _ problems: inout FieldProblems) {
        for bound in ["limits", "requests"] {
            for member in container["resources", bound]?.object?.members ?? [] {
                let field = "\(path).resources.\(bound)[\(member.key)]"
                guard let quantity = LimitRules.quantity(member.value) else {
                    problems.invalid(
                        field,
                        member.value,
                        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
                    )
                    continue
                }
                let limit = LimitRules.quantity(container["resources", "limits", member.key])
                if bound == "requests", let limit, quantity > limit {
                    problems.invalid(
                        "\(path).resources.requests",
                        member.value,
                        "must be less than or equal to \(member.key) limit of \(limit.text)"
                    )
                }
            }
        }
    }
}
