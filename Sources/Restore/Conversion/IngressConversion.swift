import KubernetesObjects

/// Ingresses of v1beta1 (networking.k8s.io and extensions) and v1
/// (https://kubernetes.io/docs/reference/using-api/deprecation-guide/#ingress-v122).
enum IngressConversion {
    static func convert(_ result: inout APIConversion.Result, isOld: Bool, toOld: Bool) {
        guard isOld != toOld else { return }
        if toOld {
            result.object.change("spec/defaultBackend") { downgrade(&$0) }
            rename(&result.object, "defaultBackend", "backend")
        } else {
            rename(&result.object, "backend", "defaultBackend")
            result.object.change("spec/defaultBackend") { upgrade(&$0) }
        }
        result.object.change("spec/rules/*/http/paths/*") { path in
            if !toOld, path["pathType"] == nil { path["pathType"] = "ImplementationSpecific" }
        }
        result.object.change("spec/rules/*/http/paths/*/backend") { backend in
            if toOld { downgrade(&backend) } else { upgrade(&backend) }
        }
    }

    private static func rename(_ object: inout JSONValue, _ old: String, _ new: String) {
        guard let value = object["spec", old] else { return }
        object["spec", old] = nil
        object["spec", new] = value
    }

    /// `{serviceName, servicePort}` becomes `{service: {name, port: {number or name}}}`.
    private static func upgrade(_ backend: inout JSONValue) {
        guard let name = backend["serviceName"] else {
            // v1beta1 writes a port of 0 beside a resource.
            backend["servicePort"] = nil
            return
        }
        var service: JSONValue = ["name": name]
        switch backend["servicePort"] {
        case .string(let port): service["port"] = ["name": .string(port)]
        case let port?: service["port"] = ["number": port]
        case nil: break
        }
        for field in ["serviceName", "servicePort"] { backend[field] = nil }
        backend["service"] = service
    }

    private static func downgrade(_ backend: inout JSONValue) {
        guard let service = backend["service"] else {
            backend["servicePort"] = 0
            return
        }
        backend["serviceName"] = service["name"]
        backend["servicePort"] = service["port", "number"] ?? service["port", "name"]
        backend["service"] = nil
    }
}
