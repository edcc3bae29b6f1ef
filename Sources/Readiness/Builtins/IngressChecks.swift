import KubernetesObjects

/// Whether requests from outside reach a Service.
enum IngressChecks {
    /// Every Ingress has a class, its backends exist with the ports it names, and its TLS Secrets exist and cover its hosts.
    static let routesResolve: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        for ingress in try context.inventory.objects(.ingress) {
            result.examined += 1
            try examine(ingress, context.inventory, &result)
        }
        return result
    }

    private static func examine(_ ingress: JSONValue, _ inventory: ObjectInventory, _ result: inout Examination)
        throws(UnreadableKind)
    {
        let identity = ObjectIdentity(of: ingress)
        let namespace = ingress.objectNamespace ?? ""
        let name = ingress["spec", "ingressClassName"]?.string ?? ingress.annotations["kubernetes.io/ingress.class"]
        if let name {
            let isKnown = try inventory.object(.ingressClass, namespace: nil, name: name) != nil
            if !isKnown, !["gce", "gce-internal"].contains(name) {
                result.fail(identity, "wants the IngressClass \(name), which does not exist", at: "/spec/ingressClassName")
            }
        } else {
            let hasDefault = try inventory.objects(.ingressClass)
                .contains { $0.annotations["ingressclass.kubernetes.io/is-default-class"] == "true" }
            if !hasDefault { result.warn(identity, "names no class, and no class is the default", at: "/spec/ingressClassName") }
        }
        if let backend = ingress["spec", "defaultBackend"] {
            try examine(backend, at: "/spec/defaultBackend", in: namespace, identity, inventory, &result)
        }
        for (index, rule) in (ingress["spec", "rules"]?.array ?? []).enumerated() {
            for (part, path) in (rule["http", "paths"]?.array ?? []).enumerated() {
                guard let backend = path["backend"] else { continue }
                let place = "/spec/rules/\(index)/http/paths/\(part)/backend"
                try examine(backend, at: place, in: namespace, identity, inventory, &result)
            }
        }
        for (index, entry) in (ingress["spec", "tls"]?.array ?? []).enumerated() {
            guard let name = entry["secretName"]?.string else { continue }
            let place = "/spec/tls/\(index)/secretName"
            guard let secret = try inventory.object(.secret, namespace: namespace, name: name) else {
                result.fail(identity, "needs the TLS Secret \(namespace)/\(name), which does not exist", at: place)
                continue
            }
            let hosts = entry["hosts"]?.array?.compactMap(\.string) ?? []
            guard let pair = try? TLSPair(of: secret) else { continue }
            for host in hosts where !pair.covers(host) {
                result.fail(identity, "the certificate in \(namespace)/\(name) does not cover \(host)", at: place)
            }
        }
    }

    private static func examine(
        _ backend: JSONValue,
        at path: String,
        in namespace: String,
        _ identity: ObjectIdentity?,
        _ inventory: ObjectInventory,
        _ result: inout Examination
    ) throws(UnreadableKind) {
        guard let name = backend["service", "name"]?.string else { return }
        guard let service = try inventory.object(.service, namespace: namespace, name: name) else {
            result.fail(identity, "routes to the Service \(namespace)/\(name), which does not exist", at: path)
            return
        }
        let ports = service["spec", "ports"]?.array ?? []
        let (number, portName) = (backend["service", "port", "number"]?.int, backend["service", "port", "name"]?.string)
        let hasPort = ports.contains {
            (number != nil && $0["port"]?.int == number) || (portName != nil && $0["name"]?.string == portName)
        }
        if !hasPort, number != nil || portName != nil {
            let wanted = portName ?? number.map { "\($0)" } ?? ""
            result.fail(identity, "routes to port \(wanted) of \(namespace)/\(name), which it does not have", at: path)
        }
    }
}
