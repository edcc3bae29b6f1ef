internal import KubernetesObjects

/// Services: addresses and ports that the API server had chosen are chosen anew; those that a user wrote stay.
enum ServiceScrubbing {
    static func scrub(_ original: JSONValue, _ object: inout JSONValue, preserveNodePorts: Bool) {
        guard object["spec", "type"]?.string != "ExternalName" else { return }
        let explicit = ExplicitFields(of: original)
        if object["spec", "clusterIP"]?.string != "None", !explicit.clusterIP {
            object["spec", "clusterIP"] = nil
            object["spec", "clusterIPs"] = nil
        }
        guard !preserveNodePorts else { return }
        if !explicit.healthCheckPort { object["spec", "healthCheckNodePort"] = nil }
        guard let ports = object["spec", "ports"]?.array else { return }
        object["spec", "ports"] = .array(
            ports.map { port in
                var port = port
                if !explicit.hasNodePort(port) { port["nodePort"] = nil }
                return port
            }
        )
    }

    /// What a user wrote, as the last applied configuration or the field managers tell.
    private struct ExplicitFields {
        var clusterIP = false
        var healthCheckPort = false
        /// Keys of managedFields such as `k:{"port":80,"protocol":"TCP"}`, and `port/protocol` of the last applied one.
        private var nodePorts: Set<String> = []

        init(of service: JSONValue) {
            let annotation = service[
                "metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"
            ]?.string
            if let annotation, let applied = try? JSONValue(parsing: annotation) {
                clusterIP = applied["spec", "clusterIP"] != nil
                healthCheckPort = applied["spec", "healthCheckNodePort"] != nil
                for port in applied["spec", "ports"]?.array ?? [] where port["nodePort"] != nil {
                    nodePorts.insert(Self.key(port))
                }
            }
            for manager in service["metadata", "managedFields"]?.array ?? [] {
                read(manager["fieldsV1", "f:spec"] ?? .null)
            }
        }

        /// Allocated fields belong to no manager: the API server fills them in after it has attributed the others.
        private mutating func read(_ fields: JSONValue) {
            if fields["f:clusterIP"] != nil { clusterIP = true }
            if fields["f:healthCheckNodePort"] != nil { healthCheckPort = true }
            for port in fields["f:ports"]?.object?.members ?? [] where port.value["f:nodePort"] != nil {
                guard port.key.hasPrefix("k:"), let key = try? JSONValue(parsing: String(port.key.dropFirst(2))) else {
                    continue
                }
                nodePorts.insert(Self.key(key))
            }
        }

        func hasNodePort(_ port: JSONValue) -> Bool { nodePorts.contains(Self.key(port)) }

        private static func key(_ port: JSONValue) -> String {
            "\(port["port"]?.int ?? 0)/\(port["protocol"]?.string ?? "TCP")"
        }
    }
}
