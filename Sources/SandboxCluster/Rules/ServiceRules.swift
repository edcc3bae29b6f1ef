import KubernetesObjects

/// The defaults, the allocation and the validation of Services.
enum ServiceRules {
    static func applyDefaults(to service: inout JSONValue) {
        service.setDefault("ClusterIP", "spec", "type")
        service.setDefault("None", "spec", "sessionAffinity")
        if service.text("spec", "sessionAffinity") == "ClientIP" {
            service.setDefault(10800, "spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds")
        }
        service.edit("spec") { spec in
            spec.editEach("ports") { port in
                port.setDefault("TCP", "protocol")
                if let number = port["port"] {
                    port.setDefault(number, "targetPort")
                    if port["targetPort"] == 0 || port["targetPort"] == "" { port["targetPort"] = number }
                }
            }
            let type = spec.text("type")
            if type == "NodePort" || type == "LoadBalancer" { spec.setDefault("Cluster", "externalTrafficPolicy") }
            if type == "LoadBalancer" { spec.setDefault(true, "allocateLoadBalancerNodePorts") }
            if type != "ExternalName" {
                spec.setDefault("Cluster", "internalTrafficPolicy")
                if let address = spec["clusterIP"]?.string, !address.isEmpty {
                    spec.setDefault([.string(address)], "clusterIPs")
                }
                spec.setDefault("SingleStack", "ipFamilyPolicy")
                let isIPv6 = spec.text("clusterIP").contains(":")
                spec.setDefault([isIPv6 ? "IPv6" : "IPv4"], "ipFamilies")
            }
        }
        service.setDefault([:], "status", "loadBalancer")
    }

    /// An update that leaves allocated values out keeps them.
    static func carryAllocated(to service: inout JSONValue, from old: JSONValue) {
        guard service.text("spec", "type") != "ExternalName", old.text("spec", "type") != "ExternalName" else { return }
        if service.text("spec", "clusterIP").isEmpty {
            service["spec", "clusterIP"] = old["spec", "clusterIP"]
            service["spec", "clusterIPs"] = old["spec", "clusterIPs"]
        }
        if service["spec", "healthCheckNodePort"]?.int ?? 0 == 0, needsHealthCheck(service), needsHealthCheck(old) {
            service["spec", "healthCheckNodePort"] = old["spec", "healthCheckNodePort"]
        }
        guard needsNodePorts(service), needsNodePorts(old) else { return }
        let ports = old.elements("spec", "ports")
        service.edit("spec") { spec in
            spec.editEach("ports") { port in
                guard port["nodePort"]?.int ?? 0 == 0 else { return }
                port["nodePort"] =
                    ports.first { FieldProblems.same($0["port"], port["port"]) && $0["protocol"] == port["protocol"] }?[
                        "nodePort"
                    ]
            }
        }
    }

    /// Allocates the clusterIP and the node ports, or reports that they are taken.
    static func allocate(
        _ service: inout JSONValue,
        old: JSONValue?,
        in objects: Transaction,
        options: RuleOptions,
        _ problems: inout FieldProblems
    ) {
        if service.text("spec", "type") == "ExternalName" {
            service["spec", "clusterIP"] = nil
            service["spec", "clusterIPs"] = nil
            return
        }
        let others = objects.values(.services, namespace: nil).filter {
            !($0.name == service.name && $0.namespace == service.namespace)
        }
        allocateAddress(&service, others, options, &problems)
        var used = Set(others.flatMap(nodePorts))
        used.formUnion(others.compactMap { $0["spec", "healthCheckNodePort"]?.int })
        if needsNodePorts(service) {
            allocateNodePorts(&service, &used, options, &problems)
        } else {
            service.edit("spec") { spec in spec.editEach("ports") { $0["nodePort"] = nil } }
        }
        guard needsHealthCheck(service) else {
            service["spec", "healthCheckNodePort"] = nil
            return
        }
        if let port = service["spec", "healthCheckNodePort"]?.int, port != 0 {
            if used.contains(port) {
                problems.invalid("spec.healthCheckNodePort", .int(port), "provided port is already allocated")
            }
        } else if let free = options.nodePorts.first(where: { !used.contains($0) }) {
            service["spec", "healthCheckNodePort"] = .int(free)
        }
    }

    private static func allocateAddress(
        _ service: inout JSONValue,
        _ others: [JSONValue],
        _ options: RuleOptions,
        _ problems: inout FieldProblems
    ) {
        let address = service.text("spec", "clusterIP")
        if address == "None" {
            service["spec", "clusterIPs"] = ["None"]
            return
        }
        let used = Set(others.map { $0.text("spec", "clusterIP") })
        if !address.isEmpty {
            let list = "[]string{\"\(address)\"}"
            if used.contains(address) {
                problems.add(
                    "FieldValueInvalid",
                    "Invalid value: \(list): failed to allocate IP \(address): provided IP is already allocated",
                    "spec.clusterIPs"
                )
            } else if !address.hasPrefix(options.serviceNetwork + "."), !address.contains(":") {
                let range = "\(options.serviceNetwork).0.0/16"
                problems.add(
                    "FieldValueInvalid",
                    "Invalid value: \(list): failed to allocate IP \(address): the provided IP (\(address)) is not in "
                        + "the valid range. The range of valid IPs is \(range)",
                    "spec.clusterIPs"
                )
            }
        } else {
            // The real one allocates at random; counting up is as valid and makes runs repeatable.
            var candidate = 256
            while used.contains(text(candidate, options)) { candidate += 1 }
            service["spec", "clusterIP"] = .string(text(candidate, options))
        }
        service["spec", "clusterIPs"] = [service["spec", "clusterIP"] ?? ""]
    }

    private static func text(_ number: Int, _ options: RuleOptions) -> String {
        "\(options.serviceNetwork).\(number / 256 % 256).\(number % 256)"
    }

    private static func allocateNodePorts(
        _ service: inout JSONValue,
        _ used: inout Set<Int>,
        _ options: RuleOptions,
        _ problems: inout FieldProblems
    ) {
        var ports = service.elements("spec", "ports")
        // A number may serve two protocols of one Service.
        var own: [Int: Set<String>] = [:]
        for index in ports.indices {
            guard let port = ports[index]["nodePort"]?.int, port != 0 else { continue }
            let field = "spec.ports[\(index)].nodePort"
            let `protocol` = ports[index].text("protocol")
            if !options.nodePorts.contains(port) {
                let range = "\(options.nodePorts.lowerBound)-\(options.nodePorts.upperBound)"
                problems.invalid(
                    field,
                    .int(port),
                    "provided port is not in the valid range. The range of valid ports is \(range)"
                )
            } else if used.contains(port) || own[port]?.contains(`protocol`) == true {
                problems.invalid(field, .int(port), "provided port is already allocated")
            }
            own[port, default: []].insert(`protocol`)
        }
        used.formUnion(own.keys)
        for index in ports.indices where ports[index]["nodePort"]?.int ?? 0 == 0 {
            guard let free = options.nodePorts.first(where: { !used.contains($0) }) else { continue }
            used.insert(free)
            ports[index]["nodePort"] = .int(free)
        }
        if !ports.isEmpty { service["spec", "ports"] = .array(ports) }
    }

    private static func nodePorts(_ service: JSONValue) -> [Int] {
        service.elements("spec", "ports").compactMap { $0["nodePort"]?.int }.filter { $0 != 0 }
    }

    static func needsNodePorts(_ service: JSONValue) -> Bool {
        switch service.text("spec", "type") {
        case "NodePort": true
        case "LoadBalancer": service["spec", "allocateLoadBalancerNodePorts"]?.bool ?? true
        default: false
        }
    }

    private static func needsHealthCheck(_ service: JSONValue) -> Bool {
        service.text("spec", "type") == "LoadBalancer" && service.text("spec", "externalTrafficPolicy") == "Local"
    }

    static func validate(_ service: JSONValue, _ problems: inout FieldProblems) {
        let type = service.text("spec", "type")
        let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]
        if !types.contains(type) { problems.unsupported("spec.type", service["spec", "type"], types) }
        let address = service.text("spec", "clusterIP")
        let ports = service.elements("spec", "ports")
        if type == "ExternalName" {
            if service.text("spec", "externalName").isEmpty { problems.required("spec.externalName") }
            if !address.isEmpty {
                problems.forbidden("spec.clusterIPs", "may not be set when `type` is 'ExternalName'")
            }
        } else if ports.isEmpty, address != "None" {
            problems.required("spec.ports")
        }
        if type != "ClusterIP", type != "ExternalName", address == "None" {
            problems.invalid("spec.clusterIPs[0]", "None", "may not be set to 'None' for \(type) services")
        }
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            let field = "spec.ports[\(index)]"
            if port.text("name").isEmpty {
                if ports.count > 1 { problems.required("\(field).name") }
            } else if !names.insert(port.text("name")).inserted {
                problems.duplicate("\(field).name", port["name"])
            }
            if !(1...65535).contains(port["port"]?.int ?? 0) {
                problems.invalid("\(field).port", port["port"] ?? 0, "must be between 1 and 65535, inclusive")
            }
            if !["TCP", "UDP", "SCTP"].contains(port.text("protocol")) {
                problems.unsupported("\(field).protocol", port["protocol"], ["SCTP", "TCP", "UDP"])
            }
            if type == "ClusterIP", let nodePort = port["nodePort"]?.int, nodePort != 0 {
                problems.forbidden("\(field).nodePort", "may not be used when `type` is 'ClusterIP'")
            }
        }
    }
}
