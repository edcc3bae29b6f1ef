import KubernetesObjects

/// The validation of Ingresses.
enum IngressValidation {
    static func validate(_ ingress: JSONValue, _ problems: inout FieldProblems) {
        let types = ["Exact", "ImplementationSpecific", "Prefix"]
        if ingress["spec", "defaultBackend"] == nil, ingress.elements("spec", "rules").isEmpty {
            problems.invalid(
                "spec",
                ingress["spec"] ?? [:],
                "either `defaultBackend` or `rules` must be specified"
            )
        }
        if let backend = ingress["spec", "defaultBackend"] { validate(backend, "spec.defaultBackend", &problems) }
        for (index, rule) in ingress.elements("spec", "rules").enumerated() {
            for (number, path) in rule.elements("http", "paths").enumerated() {
                let field = "spec.rules[\(index)].http.paths[\(number)]"
                let type = path.text("pathType")
                if type.isEmpty {
                    problems.required("\(field).pathType", "pathType must be specified")
                } else if !types.contains(type) {
                    problems.unsupported("\(field).pathType", .string(type), types)
                } else if type != "ImplementationSpecific", !path.text("path").hasPrefix("/") {
                    problems.invalid("\(field).path", .string(path.text("path")), "must be an absolute path")
                }
                validate(path["backend"] ?? [:], "\(field).backend", &problems)
            }
        }
    }

    private static func validate(_ backend: JSONValue, _ field: String, _ problems: inout FieldProblems) {
        if let service = backend["service"] {
            if service.text("name").isEmpty { problems.required("\(field).service.name") }
            if service["port", "name"] == nil, service["port", "number"] == nil {
                problems.required("\(field).service.port", "port name or number is required")
            }
        } else if backend["resource"] == nil {
            problems.required(field, "must specify either service or resource")
        }
    }
}
